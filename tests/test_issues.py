"""The examples of docs/issues.md give the issues that they stand for, and no issue of the program is missing there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rx2fhir.interpret import interpret
from rx2fhir.recognize.marked import read_marked

ROOT = Path(__file__).resolve().parents[1]
TABLE = (ROOT / "docs" / "issues.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `([a-z-]+)` \| (\w+) \| .* \|(.*)\|$", TABLE, re.M)
EXAMPLES = [(code, severity, *example.strip().split(": ", 1)) for code, severity, example in ROWS if example.strip()]


@pytest.mark.parametrize(("code", "severity", "language", "example"), EXAMPLES, ids=[row[0] for row in EXAMPLES])
def test_example(code: str, severity: str, language: str, example: str) -> None:
    text, entities = read_marked(example.strip("`"))
    issues = interpret(text, entities, language).issues
    assert (code, severity) in {(issue.code, issue.severity) for issue in issues}, issues


def test_every_code_is_described() -> None:
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "src" / "rx2fhir").rglob("*.py")]
    used = {code for source in sources for code in re.findall(r'Issue\(\s*[a-z"]+,\s*"([a-z-]+)"', source)}
    used |= {
        code for source in sources for code in re.findall(r'"((?:conflicting|implausible|dose|unit)-[a-z]+)"', source)
    }
    assert used
    assert used <= {code for code, _, _ in ROWS}


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        ("Hold [DRUG metformin] for 48 hours then restart 500 mg bd", "en", "500 mg"),
        ("Suspendre [DRUG Previscan] pendant 5 jours puis reprendre 1/2 cp par jour", "fr", "1/2 cp"),
        ("Suspender [DRUG metformina] 48 h y reiniciar 850 mg/12 h", "es", "850 mg"),
        ("Sospendere [DRUG metformina] per 48 ore poi riprendere 500 mg x 2", "it", "500 mg"),
        ("Suspender [DRUG metformina] por 48 h e reiniciar 850 mg de 12/12h", "pt", "850 mg"),
    ],
)
def test_a_drug_that_is_taken_again_after_a_pause_is_reported(text: str, language: str, words: str) -> None:
    rx = interpret(*read_marked(text), language)
    assert words in {rx.text[one.start : one.end] for one in rx.issues if one.severity == "warning"}


def test_two_schemes_in_one_dosage_are_reported() -> None:
    rx = interpret(*read_marked("[DRUG Furosemid] 40 mg 1-0-0 bei Bedarf 1-1-0"), "de")
    assert "conflicting-dose" in {issue.code for issue in rx.issues}


@pytest.mark.parametrize(
    ("text", "language", "far"),
    [
        ("Taper [DRUG prednisolone] from 40 mg to 5 mg daily", "en", True),
        ("[DRUG Bisoprolol] increased from 2.5 to 10 mg daily", "en", True),
        ("I have increased [DRUG bisoprolol] from 2.5 to 5 mg daily", "en", False),
        ("[DRUG Prednisolon] von 40 mg auf 5 mg ausschleichen", "de", True),
        ("Reducir [DRUG prednisona] de 40 a 5 mg en 2 semanas", "es", True),
        ("Afbouwen [DRUG prednison] van 30 naar 5 mg", "nl", True),
        ("[DRUG Levothyrox] augmenté de 50 µg à 0,1 mg par jour", "fr", False),
    ],
)
def test_a_leap_from_one_amount_to_another_is_reported(text: str, language: str, far: bool) -> None:
    rx = interpret(*read_marked(text), language)
    assert any(issue.code == "titration" and issue.severity == "warning" for issue in rx.issues) == far


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "☑ [DRUG Ramipril] 5 mg daily\n☐ [DRUG Morphine] 10 mg every 4 hours\nReview in 2 weeks",
            ["☐ Morphine 10 mg every 4 hours"],
        ),
        ("[x] [DRUG Ramipril] 5 mg daily [ ] [DRUG Morphine] 10 mg daily", ["[ ] Morphine 10 mg daily"]),
        ("[ ] [DRUG Ramipril] 5 mg daily\n[ ] [DRUG Morphine] 10 mg daily", []),
    ],
)
def test_an_empty_box_beside_ticked_ones_is_reported(text: str, words: list[str]) -> None:
    rx = interpret(*read_marked(text), "en")
    assert len(rx.statements) == 2
    assert [rx.text[one.start : one.end] for one in rx.issues if one.code == "not-ticked"] == words


def test_a_choice_of_two_drugs_does_not_change_the_language() -> None:
    rx = interpret(*read_marked("[DRUG Eliquis] 5 mg bd or [DRUG Xarelto] 20 mg od"))
    assert rx.language == "en"
    assert "alternatives" in {issue.code for issue in rx.issues}


@pytest.mark.parametrize(
    ("text", "language", "code"),
    [
        ("Decrease [DRUG prednisone] by 5 mg every week", "en", "titration"),
        ("Diminuer la [DRUG prednisone] de 5 mg toutes les semaines", "fr", "titration"),
        ("5 Tropfen pro Lebensjahr 3x tgl.", "de", "titration"),
        ("3dd 5 druppels per levensjaar", "nl", "titration"),
        ("3x tgl. 5 ml (Kinder 2,5 ml)", "de", "several-persons"),
        ("4dd 10 ml (kinderen 5 ml)", "nl", "several-persons"),
        ("[DRUG Novorapid] 1 IE je BE zu den Mahlzeiten", "de", "titration"),
        ("[DRUG Bisoprolol] 1. 25 mg od", "en", "ambiguous-number"),
        ("[DRUG Bisoprolol] l.25 mg od", "en", "misspelt"),
        ("[DRUG Warfarin] 3 mg/4 mg on alternate days", "en", "strength-or-dose"),
    ],
)
def test_an_amount_that_is_no_dose_of_the_patient_is_reported(text: str, language: str, code: str) -> None:
    rx = interpret(*read_marked(text), language)
    assert ("warning", code) in {(issue.severity, issue.code) for issue in rx.issues}


@pytest.mark.parametrize(
    ("text", "language", "told"),
    [
        ("[DRUG Paracetamol] 500 mg 2 qds\nInhaler 2 puffs prn", "en", True),
        ("[DRUG Ibuprofen] 600 mg 1-0-1\nAugentropfen 3x tgl. 1 Tr.", "de", True),
        ("[DRUG Amoxicilline] 500 mg 3dd1\nHoestdrank 3dd 10 ml", "nl", True),
        ("[DRUG Ramipril] 5 mg 1-0-0\nTabletten 30 Min. vor dem Essen", "de", False),
        ("[DRUG Timolol] 0.5 %\nEye drops 1 drop bd", "en", False),
    ],
)
def test_a_form_below_a_dosage_may_be_another_product(text: str, language: str, told: bool) -> None:
    rx = interpret(*read_marked(text), language)
    assert ("another-product" in {issue.code for issue in rx.issues}) == told


@pytest.mark.parametrize(
    ("text", "language", "code"),
    [
        ("20 UI de manhã e metade à noite", "pt", "conflicting-dose"),
        ("20 units in the morning and half at night", "en", "conflicting-dose"),
        ("[DRUG Insulatard] 12 am 8 pm", "en", "ambiguous-number"),
        ("[DRUG warfarin] 3 mg daily, 4 mg alternate days", "en", "conflicting-dose"),
        ("[DRUG Puran] 75 e 100 em dias alternados", "pt", "strength-or-dose"),
        ("[DRUG Enoxaparina] 4000 UI sc 20", "it", "strength-or-dose"),
        ("[DRUG Rivotril] 0,5 mg à noite e outro se precisar", "pt", "strength-or-dose"),
        ("[DRUG Tavor] 1 mg 1 al mattino, mezza la sera", "it", None),
        ("[DRUG Tavor] 1 mg la sera 1 cp", "it", None),
        ("1 cp la mattina e metà la sera", "it", None),
    ],
)
def test_a_bare_number_beside_an_amount_is_reported(text: str, language: str, code: str | None) -> None:
    rx = interpret(*read_marked(text), language)
    warned = {issue.code for issue in rx.issues if issue.severity == "warning"}
    assert (code in warned) if code else not warned


@pytest.mark.parametrize(
    ("text", "language", "told"),
    [
        ("[DRUG Foster] 2 puff x 2, in caso di crisi fino a 8 puff/die", "it", True),
        ("[DRUG Alenia] 1 cáps 12/12h, se crise até 4 cáps por dia", "pt", True),
        ("1 cp ogni 8 ore al bisogno, max 3 cp al giorno", "it", False),
        ("1 cp ogni 8 ore se dolore, max 3 cp al giorno", "it", False),
    ],
)
def test_a_maximum_in_an_attack_beside_a_regular_dose_is_reported(text: str, language: str, told: bool) -> None:
    rx = interpret(*read_marked(text), language)
    assert any(issue.code == "conditional-dose" for issue in rx.issues) == told
