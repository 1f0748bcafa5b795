"""Stage 2 as a whole, without a model: language, statements, steps, evidence, long texts, wrong labels."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from corpus import facts, read_marked
from rx2fhir import UnknownLanguage
from rx2fhir.codes import mappings_dir
from rx2fhir.entities import LABELS, Entity
from rx2fhir.interpret import interpret
from rx2fhir.prescription import Prescription
from rx2fhir.statement import Duration, Quantity


def read(marked: str, language: str | None = None) -> Prescription:
    text, entities = read_marked(marked)
    return interpret(text, entities, language)


@pytest.mark.parametrize(
    ("text", "language", "drug", "wanted"),
    [
        (
            "take two pills every morning during one week",
            "en",
            None,
            {"dose": 2, "dose_unit": "tablet", "when": ("MORN",), "frequency": 1, "period": 1, "period_unit": "d"}
            | {"bounds": "1 wk", "form": "tablet"},
        ),
        (
            "[DRUG xeplion] 50mg 2 fois par jour",
            "fr",
            "xeplion",
            {"dose": 50, "dose_unit": "mg", "frequency": 2, "period": 1, "period_unit": "d"},
        ),
        (
            "[DRUG doliprane] 500 1 comprimé effervescent le matin pendant une semaine",
            "fr",
            "doliprane",
            {"strength": "500", "form": "tablet", "dose": 1, "dose_unit": "tablet", "when": ("MORN",)}
            | {"bounds": "1 wk"},
        ),
        (
            "Der Patient sollte zehn Tage lang während dem Frühstück eine [DRUG Paracetamol]-Tablette einnehmen",
            "de",
            "Paracetamol",
            {"form": "tablet", "dose": 1, "dose_unit": "tablet", "when": ("CM",), "bounds": "10 d"},
        ),
        (
            "una cápsula por la mañana y por la noche",
            "es",
            None,
            {"form": "capsule", "dose": 1, "dose_unit": "capsule", "when": ("MORN", "NIGHT")},
        ),
    ],
)
def test_the_five_texts_of_the_readme(text: str, language: str, drug: str | None, wanted: dict[str, Any]) -> None:
    rx = read(text)
    assert rx.language == language
    [statement], [got] = rx.statements, facts(rx)
    assert (statement.medication.text if statement.medication else None) == drug
    assert {name: value for name, value in got.items() if name != "method"} == wanted
    assert rx.issues == ()


def test_every_fact_names_its_words_and_the_row_that_read_them() -> None:
    rx = read("1 comprimé 3 fois par jour si douleur pendant 5 jours", "fr")
    [dosage] = rx.statements[0].dosages
    words = {fact.element: rx.text[fact.start : fact.end] for fact in dosage.evidence}
    assert words["doseAndRate.dose"] == "1 comprimé"
    assert words["timing.repeat.frequency"] == "3 fois par jour"
    assert words["timing.repeat.bounds"] == "pendant 5 jours"
    assert words["asNeededFor"] == "si douleur"
    for fact in dosage.evidence:
        file, line = fact.rule.split(":")
        assert file == "grammar" or len(_lines(file)) >= int(line) > 0


def _lines(file: str) -> list[str]:
    return Path(mappings_dir(), file).read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("take one tablet twice daily with food", "en"),
        ("prendre un comprimé matin et soir pendant le repas", "fr"),
        ("zweimal täglich eine Tablette zum Essen einnehmen", "de"),
        ("tomar un comprimido dos veces al día con las comidas", "es"),
        ("prendere una compressa due volte al giorno ai pasti", "it"),
    ],
)
def test_the_language_is_found(text: str, language: str) -> None:
    assert interpret(text).language == language
    assert interpret(text.upper()).language == language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Zorbitam 500 1-0-1", "de"),
        ("Zorbitam 47,5 mg 1-0-½", "de"),
        ("2x1 Tbl", "de"),
        ("1 cp 1x/dia", "pt"),
        ("1 comp/24h", "es"),
        ("1 cp la sera", "it"),
        ("1 cps die", "it"),
        ("1 cp x3/j", "fr"),
        ("2dd 1 tabl", "nl"),
        ("1 tab po prn may cause drowsiness", "en"),
    ],
)
def test_the_language_of_shorthand_is_found(text: str, language: str) -> None:
    assert interpret(text).language == language


@pytest.mark.parametrize(
    ("text", "language"),
    [("[DRUG Ketorolaco] 10 mg tab, 1 c/8 h x 3 d", "es"), ("[DRUG Furosemide] 40 mg im qd x 5 d", "en")],
)
def test_the_spelling_of_a_drug_tells_the_language(text: str, language: str) -> None:
    assert read(text).language == language


@pytest.mark.parametrize("text", ["", "   ", "12 34", "по одной таблетке", "!?"])
def test_no_language_where_no_word_tells(text: str) -> None:
    rx = interpret(text)
    assert (rx.language, rx.statements) == (None, ())
    assert bool(rx.issues) == bool(text.strip())


def test_the_named_language_is_used_even_where_another_fits() -> None:
    assert interpret("un comprimé le matin", language="de").language == "de"
    with pytest.raises(UnknownLanguage):
        interpret("un comprimé le matin", language="xx")


def test_each_drug_has_its_own_statement_in_text_order() -> None:
    rx = read("[DRUG Ramipril] 5 mg 1 cp le matin\n[DRUG Furosémide] 40 mg 2 cp à midi pendant 7 jours", "fr")
    names = [statement.medication.text for statement in rx.statements if statement.medication]
    assert names == ["Ramipril", "Furosémide"]
    assert [statement.dosages[0].dose for statement in rx.statements] == [
        Quantity(Decimal(1), "tablet"),
        Quantity(Decimal(2), "tablet"),
    ]
    lengths = [timing.bounds for timing in (part.dosages[0].timing for part in rx.statements) if timing]
    assert lengths == [None, Duration(Decimal(7), "d")]


@pytest.mark.parametrize(
    ("one", "joint", "two", "language"),
    [
        ("[DRUG prednisone] 40 mg for 5 days, 20 mg for 5 days, stop", ". ", "[DRUG bisoprolol] 5 mg daily", "en"),
        ("[DRUG Tramadol] 50 mg 1-1-1 si dolor intenso", " y ", "[DRUG Aciclovir] crema 5 aplicaciones al día", "es"),
        ("[DRUG levotiroxina] 75 mcg/die", " e ", "[DRUG Veclam] sciroppo 1 flacone. 5 ml ogni 8 ore", "it"),
        ("[DRUG Bisoprolol] 1-0-0 bei Bedarf wegen Herzrasen", " und ", "[DRUG Ramipril] 5 mg morgens", "de"),
    ],
)
def test_drugs_side_by_side_are_read_as_each_alone(one: str, joint: str, two: str, language: str) -> None:
    assert facts(read(one + joint + two, language)) == facts(read(one, language)) + facts(read(two, language))


def test_a_drug_is_seen_by_its_place_without_a_model() -> None:
    rx = interpret("Zorbitam 500 mg 1 cp matin et soir", language="fr")
    assert [statement.medication.text for statement in rx.statements if statement.medication] == ["Zorbitam"]


def test_a_hyphen_is_inside_a_name() -> None:
    """Of the model's part of a compound the whole is the name; at the beginning of a line it needs no model."""
    rx = read("[DRUG Lantrosar]: 18 eenheden voor het slapengaan\nD-Kalcif 25.000 IE: 1 ampul per maand", "nl")
    assert [statement.medication.text for statement in rx.statements] == ["Lantrosar", "D-Kalcif"]
    rx = read("L-[DRUG Nardexin] 75 µg: 1 comp. 's morgens", "nl")
    assert [statement.medication.text for statement in rx.statements] == ["L-Nardexin"]


def test_a_line_that_begins_with_a_form_is_of_its_own_product() -> None:
    rx = read("[DRUG Nardexal] 500 mg : 1 comprimé le soir\nSOLUTE DE ZORBITRATION : 1 sachet le matin", "fr")
    assert [statement.medication.text for statement in rx.statements] == ["Nardexal", "ZORBITRATION"]


def test_steps_are_numbered_and_concurrent_amounts_are_not() -> None:
    steps = read("2 tablets daily for 3 days then 1 tablet daily for 4 days", "en").statements[0].dosages
    assert [(step.sequence, step.dose) for step in steps] == [
        (1, Quantity(Decimal(2), "tablet")),
        (2, Quantity(Decimal(1), "tablet")),
    ]
    both = read("1 tablet in the morning and 2 tablets at night", "en").statements[0].dosages
    assert [part.sequence for part in both] == [None, None]


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("stop [DRUG aspirin]", "stopped"),
        ("[DRUG aspirin] on hold", "on-hold"),
        ("continue [DRUG aspirin] 75 mg daily", "active"),
    ],
)
def test_status(text: str, status: str) -> None:
    [statement] = read(text, "en").statements
    assert statement.status == status
    assert bool(statement.dosages) == (status == "active")


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("words", ["1 comprimé", "matin", "pendant 5 jours"])
def test_a_wrong_label_does_not_change_what_the_words_say(label: Any, words: str) -> None:
    text = "1 comprimé le matin pendant 5 jours"
    start = text.index(words)
    wrong = Entity(label, start, start + len(words), words, score=0.9)
    assert facts(interpret(text, [wrong], "fr")) == facts(interpret(text, (), "fr"))


@pytest.mark.parametrize(
    ("text", "language", "left_out"),
    [
        ("1.000 mg täglich", "de", {"dose", "dose_unit"}),
        ("1 tablet twice daily three times daily", "en", {"frequency", "period", "period_unit"}),
        ("1 tablet daily until 31/02/2025", "en", {"bounds"}),
        ("1 tablet 0 times a day", "en", {"frequency"}),
        ("amoxicillin 2xpillules daily", "en", {"dose"}),
        ("[DRUG amoxicilline] 3xcaps/j", "fr", {"dose"}),
        ("3 x gouttes le soir", "fr", {"dose"}),
        ("[DRUG paracetamol] 2 500 mg four times a day", "en", {"dose", "strength"}),
        ("[DRUG calcium carbonate] 1 250 mg tablet daily", "en", {"dose", "strength"}),
    ],
)
def test_what_is_doubtful_is_left_out_and_reported(text: str, language: str, left_out: set[str]) -> None:
    rx = read(text, language)
    assert not left_out & {name for row in facts(rx) for name in row}
    assert "warning" in [issue.severity for issue in rx.issues]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("20 units in the morning and half that at night", "en"),
        ("20 UI le matin et la moitié de la dose le soir", "fr"),
        ("20 mg morgens und die doppelte Dosis abends", "de"),
    ],
)
def test_a_dose_that_is_said_by_another_is_reported(text: str, language: str) -> None:
    rx = interpret(text, (), language)
    assert ("warning", "titration") in {(issue.severity, issue.code) for issue in rx.issues}
    assert {float(dosage.dose.value) for dosage in rx.statements[0].dosages if isinstance(dosage.dose, Quantity)} == {
        20
    }


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("20 mg for 5 days, then 1x mg for 5 days", "en"),
        ("20 mg for 5 days, then 1x mg for 5 days, then every other day for 6 days", "en"),
        ("20 mg pendant 5 jours puis 1.250 mg pendant 5 jours", "fr"),
        ("20 mg für 5 Tage, dann 1,000 mg für 5 Tage", "de"),
    ],
)
def test_a_step_whose_amount_is_not_read_has_no_dose(text: str, language: str) -> None:
    first, *later = interpret(text, (), language).statements[0].dosages
    assert first.dose and later
    assert not any(dosage.dose for dosage in later)


def test_amounts_in_turn_are_no_doubt() -> None:
    rx = interpret("5 mg abwechselnd mit 2,5 mg", (), "de")
    assert [dosage.timing and dosage.timing.period for dosage in rx.statements[0].dosages] == [2, 2]
    assert not rx.issues


def test_amounts_in_turn_with_a_rhythm_of_their_own_are_reported() -> None:
    rx = interpret("10 mg abwechselnd mit 20 mg alle 4 Wochen", (), "de")
    assert "warning" in {issue.severity for issue in rx.issues}


def test_a_step_at_a_date_that_is_not_read_keeps_its_dose() -> None:
    rx = interpret("20 mg for 5 days, then (from 3 June) every other day for 5 days", (), "en")
    assert [getattr(dosage.dose, "value", None) for dosage in rx.statements[0].dosages] == [20, 20]


def test_a_long_text_is_read_like_its_lines() -> None:
    """Pages are cut between lines: no statement is lost or moved at their edges."""
    line = "[DRUG Ramipril] 5 mg 1 comprimé le matin pendant 7 jours\n"
    [once] = read(line, "fr").statements
    many = read(line * 900, "fr")
    assert [facts_of(many.text, part) for part in many.statements] == [facts_of(read_marked(line)[0], once)] * 900
    assert many.issues == ()


def facts_of(text: str, statement: Any) -> tuple[Any, ...]:
    words = text[statement.start : statement.end]
    return words, [(part.text, part.dose, part.timing) for part in statement.dosages]


def test_a_result_does_not_depend_on_what_was_read_before() -> None:
    texts = ["1 cp le matin", "2 tablets at night", "1.000 mg täglich"]
    assert [interpret(text) for text in texts] == [interpret(text) for text in reversed(texts)][::-1]


@pytest.mark.parametrize(
    ("text", "language", "names"),
    [
        ("Sintrom según pauta de hematología", "es", ["Sintrom"]),
        ("Lorazepam 1 mg por la noche\nSintrom según pauta de hematología", "es", ["Lorazepam", "Sintrom"]),
        ("Stopped: [DRUG ibuprofen], Xarelto and Lasix", "en", ["ibuprofen", "Xarelto", "Lasix"]),
        ("ASS 100 abgesetzt, stattdessen [DRUG Eliquis] 5 mg 1-0-1", "de", ["ASS", "Eliquis"]),
        ("digoxin level before discharge", "en", []),
        ("Lithium 0.8 was normal", "en", []),
    ],
)
def test_a_known_name_that_the_model_missed(text: str, language: str, names: list[str]) -> None:
    rx = interpret(*read_marked(text), language)
    assert [statement.medication.text for statement in rx.statements if statement.medication] == names


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("1 cp le matin pendant 5 jours, par la [DRUG suite] 2 cp le matin", "fr"),
        ("1 Tablette für 5 Tage, im [DRUG Anschluss daran] 2 Tabletten morgens", "de"),
        ("20 Tropfen [DRUG entsprechend] 1 ml zur Nacht", "de"),
        ("1 comprimé le matin, en cas de fièvre [DRUG prévenir]", "fr"),
        ("1 tablet als u niet [DRUG kan slapen]", "nl"),
        ("1 tablet [DRUG thirty minutes] before food", "en"),
    ],
)
def test_words_of_a_sig_that_the_model_takes_for_a_name(text: str, language: str) -> None:
    rx = interpret(*read_marked(text), language)
    assert [
        statement.medication for statement in rx.statements if statement.medication and statement.medication.text
    ] == []
