"""Profiles: each rule of their tables, and what they make of what they cannot say."""

from __future__ import annotations

from typing import Any

import pytest

from corpus import cases, facts, read_marked
from rx2fhir import Prescription, UsageError
from rx2fhir.fhir import check
from rx2fhir.fhir.rendered import RENDERED
from rx2fhir.interpret import interpret
from rx2fhir.profiles import profiles
from rx2fhir.profiles.profile import load_profile
from rx2fhir.statement import Statement

UNIT = "https://fhir.kbv.de/CodeSystem/KBV_CS_SFHIR_BMP_DOSIEREINHEIT"
LOSSLESS = 60


def request(text: str, profile: str, language: str = "de", **options: Any) -> dict[str, Any]:
    rx = interpret(*read_marked(text), language)
    [found] = rx.to_dicts(resource="MedicationRequest", profile=profile, **options)
    return found


def reasons(text: str, language: str = "de") -> str:
    """Why dgmp cannot say a text."""
    return "; ".join(issue.message for issue in interpret(*read_marked(text), language).profile_issues("dgmp"))


def test_dgmp_writes_the_structure_and_the_text_that_is_made_of_it() -> None:
    found = request("1-0-1-0 Tabletten für 14 Tage", "dgmp")
    assert found["dosageInstruction"] == [
        {
            "timing": {
                "repeat": {
                    "boundsDuration": {"value": 14, "unit": "d", "system": "http://unitsofmeasure.org", "code": "d"},
                    "when": ["MORN", "EVE"],
                }
            },
            "doseAndRate": [{"doseQuantity": {"value": 1, "unit": "Stück", "system": UNIT, "code": "1"}}],
        }
    ]
    text = "1 Tablette morgens und abends für 14 Tage"
    assert found["extension"] == [{"url": RENDERED.format(type="MedicationRequest"), "valueMarkdown": text}]


@pytest.mark.parametrize(
    "text, code, unit",
    [
        ("1 Kapsel morgens", "1", "Stück"),
        ("1 Beutel morgens", "4", "Beutel"),
        ("2 Hübe morgens", "5", "Hub"),
        ("20 Tropfen morgens", "6", "Tropfen"),
        ("1 Teelöffel morgens", "7", "Teelöffel"),
    ],
)
def test_dgmp_codes_units_of_dose(text: str, code: str, unit: str) -> None:
    [dosage] = request(text, "dgmp")["dosageInstruction"]
    quantity = dosage["doseAndRate"][0]["doseQuantity"]
    assert (quantity["system"], quantity["code"], quantity["unit"]) == (UNIT, code, unit)


def test_dgmp_writes_hints_to_the_patient() -> None:
    found = request("2 drops in the left eye 3 times a day, shake well", "dgmp", "en")
    [dosage] = found["dosageInstruction"]
    assert dosage["patientInstruction"] == "in das linke Auge, vor Gebrauch gut schütteln"
    assert dosage.keys() == {"patientInstruction", "timing", "doseAndRate"}
    assert "code" not in dosage["timing"]


def test_dgmp_keeps_the_words_of_german_hints() -> None:
    [dosage] = request("1 Tablette morgens mit Wasser", "dgmp")["dosageInstruction"]
    assert dosage["patientInstruction"] == "mit Wasser"


@pytest.mark.parametrize(
    "text, reason",
    [
        ("1-2 Tabletten morgens", "no dose that is a Range"),
        ("5 ml morgens", "no code for the unit mL"),
        ("1 Tablette vor dem Schlafengehen", "no event HS"),
        ("1 Tablette 30 Minuten vor dem Frühstück", "no timing.offset"),
        ("1 Tablette 2-3 mal täglich", "no timing.frequency_max"),
        ("1 Tablette einmal im Jahr", "no period in the unit a"),
        ("1 Tablette als Einmaldosis", "no timing.count"),
        ("1 Tablette morgens für 5-7 Tage", "no length of time that is a range"),
        ("125 ml/h", "no rate"),
        ("1 Tablette morgens für 5 Tage, dann 2 Tabletten morgens", "no dosages one after the other"),
        ("1 Tablette 2-mal täglich, maximal 3 Tabletten pro Tag", "no maximum but beside an as-needed dose"),
        ("1 Tablette bei Schmerzen, maximal 3 Tabletten pro Tag", "no maximum but beside an as-needed dose"),
        ("1 Tablette bei Bedarf, maximal 3 Tabletten pro Woche", "no maximum per 1 wk"),
        ("1 Tablette bei Bedarf, maximal 2 Tabletten pro Einnahme", "no max_dose_per_administration"),
    ],
)
def test_dgmp_says_why_a_dosage_is_text(text: str, reason: str) -> None:
    assert reason in reasons(text)
    found = request(text, "dgmp")
    [dosage] = found["dosageInstruction"]
    assert dosage.keys() == {"text"}
    assert "extension" not in found


def test_dgmp_allows_a_maximum_of_a_day_beside_as_needed() -> None:
    [dosage] = request("1 Tablette bei Bedarf, maximal 3 Tabletten in 24 Stunden", "dgmp")["dosageInstruction"]
    assert dosage["asNeededBoolean"] is True
    assert dosage["maxDosePerPeriod"]["numerator"] == {"value": 3, "unit": "Stück", "system": UNIT, "code": "1"}


def test_dgmp_texts_say_what_the_structures_say() -> None:
    """The German text of each structure, read again, has its facts, whatever the language of the source."""
    told = 0
    for case in list(cases())[::151]:
        rx = interpret(*read_marked(case.text), case.language)
        for statement in rx.statements:
            one = Prescription(rx.text, rx.language, (), (statement,), ())
            [found] = one.to_dicts(profile="dgmp")
            if "extension" in found and not (case.language != "de" and _has_free_words(statement)):
                back = interpret(found["extension"][0]["valueMarkdown"], (), "de")
                assert _facts(back.statements[0]) == _facts(statement), (case.text, found["extension"])
                told += 1
    assert told >= LOSSLESS


def _has_free_words(statement: Statement) -> bool:
    """Words that no table has stand in the language of the source, which the German pack need not know."""
    told = [one for dosage in statement.dosages for one in dosage.additional_instructions]
    return any(one.display is None for one in told) or any(dosage.as_needed_for for dosage in statement.dosages)


def _facts(statement: Statement) -> list[dict[str, Any]]:
    """The facts that stand in the structure; hints are words to the patient."""
    alone = Prescription("", "de", (), (Statement(None, statement.dosages, "active", 0, 1),), ())
    rows = facts(alone)
    return [{key: row[key] for key in row if key not in ("site", "route", "method", "instructions")} for row in rows]


def test_us_core_names_its_profile_and_marks_what_nobody_gave() -> None:
    found = request("[DRUG amoxicillin] 500 mg 1 capsule 3 times a day", "us-core", "en")
    address = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-medicationrequest"
    assert found["meta"] == {"profile": [address]}
    assert found["requester"]["extension"][0]["valueCode"] == "unknown"
    assert "contained" not in found
    assert found["medicationCodeableConcept"]["text"].startswith("amoxicillin")


def test_us_core_keeps_the_requester_that_is_given() -> None:
    found = request("1 tablet daily", "us-core", "en", requester="Practitioner/7")
    assert found["requester"] == {"reference": "Practitioner/7"}


def test_ch_emed_numbers_split_doses_and_says_shared_facts_once() -> None:
    one, two = request("10 IU s.c. in the morning and 6 IU s.c. at night", "ch-emed", "en")["dosageInstruction"]
    assert (one["sequence"], two["sequence"]) == (1, 2)
    assert one["route"] == {"text": "s.c."}
    assert "route" not in two


def test_ch_emed_leaves_steps_and_single_dosages_as_they_are() -> None:
    steps = request("1 tablet daily for 5 days, then 2 tablets daily", "ch-emed", "en")["dosageInstruction"]
    assert [step["sequence"] for step in steps] == [1, 2]
    assert [step["text"] for step in steps] == ["1 tablet daily for 5 days", "2 tablets daily"]
    [alone] = request("1 tablet daily", "ch-emed", "en")["dosageInstruction"]
    assert "sequence" not in alone


@pytest.mark.parametrize("profile", profiles())
def test_every_profile_is_sound(profile: str) -> None:
    for resource in load_profile(profile).resources:
        for case in list(cases())[::211]:
            rx = interpret(*read_marked(case.text), case.language)
            for found in rx.to_dicts(resource=resource, profile=profile):
                assert check(found, "R4") == []


def test_wrong_use_names_the_choices() -> None:
    rx = interpret("1 tablet daily", (), "en")
    with pytest.raises(UsageError, match="profile 'gb' is not one of ch-emed, dgmp, us-core"):
        rx.to_dicts(profile="gb")
    with pytest.raises(UsageError, match="profile us-core is for resource MedicationRequest alone"):
        rx.to_dicts(profile="us-core")
    with pytest.raises(UsageError, match="profile dgmp is for release R4 alone"):
        rx.to_dicts(profile="dgmp", release="R5")
