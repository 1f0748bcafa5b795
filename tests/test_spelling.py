"""Misspelt and badly scanned words are read where something is read by them, and each such reading is reported."""

from __future__ import annotations

import pytest

from rx2fhir.interpret import interpret
from rx2fhir.prescription import Prescription

MENDED = [
    ("en", "1 tablte twice daily", "1 tablet twice daily"),
    ("en", "2 tablets 4 tiems a dya for 3 weks", "2 tablets 4 times a day for 3 weeks"),
    ("en", "2 tab lets th ree times a d ay  f or 5 days", "2 tablets three times a day for 5 days"),
    ("en", "1 tab|et twice dai1y with mea1s", "1 tablet twice daily with meals"),
    ("en", "5 mg tab lets 2 tab lets in the morn ing", "5 mg tablets 2 tablets in the morning"),
    ("fr", "2 comp rimés ma tin et s oir pen dant 4 jours", "2 comprimés matin et soir pendant 4 jours"),
    ("fr", "2 gé|ules |e soir", "2 gélules le soir"),
    ("fr", "1 gélule tou tes les 12 heures", "1 gélule toutes les 12 heures"),
    ("de", "1 Tab lette mor gens und aben ds", "1 Tablette morgens und abends"),
    ("de", "2 Tr0pfen tägl1ch", "2 Tropfen täglich"),
    ("es", "1 comp rimido ca da 8 horas dur ante 7 días", "1 comprimido cada 8 horas durante 7 días"),
    ("it", "1 com pressa al la sera per 10 gior ni", "1 compressa alla sera per 10 giorni"),
    ("nl", "1 cap sule per dag", "1 capsule per dag"),
    ("pt", "1 com primido ao dei tar", "1 comprimido ao deitar"),
]

LEFT = [
    ("en", "10 ml po daily, might cause dizziness"),  # might is a word, no slip of night
    ("fr", "bas de contention, 2 paires"),  # "pairs" is read behind "jours" alone
    ("en", "1 tablet no on Mondays"),  # a negation is no piece of a word
]


def facts(rx: Prescription) -> list[object]:
    """What is read, without spans."""
    return [(dosage.dose, dosage.timing) for statement in rx.statements for dosage in statement.dosages]


@pytest.mark.parametrize(("language", "text", "meant"), MENDED, ids=[text for _, text, _ in MENDED])
def test_a_misspelt_text_means_what_the_right_one_means(language: str, text: str, meant: str) -> None:
    rx = interpret(text, language=language)
    assert facts(rx) == facts(interpret(meant, language=language))
    assert facts(rx)
    assert [issue.severity for issue in rx.issues if issue.code == "misspelt"]


@pytest.mark.parametrize(("language", "text"), LEFT, ids=[text for _, text in LEFT])
def test_another_word_is_not_mended(language: str, text: str) -> None:
    assert not [issue for issue in interpret(text, language=language).issues if issue.code == "misspelt"]


def test_slips_without_end_are_read_in_bounded_time() -> None:
    """Only so many words of a page are tried: the rest is reported as unread."""
    rx = interpret("1 tablet daliy " + "dya tiems " * 3000, language="en")
    assert sum(issue.code == "misspelt" for issue in rx.issues) < 200
