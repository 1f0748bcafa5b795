"""Statements as FHIR: every element in both releases, and the wrong uses."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import orjson
import pytest

from fhir_examples import FULL, PLAIN, amount, dosage, statement
from rx2fhir.errors import InvalidResource, UsageError
from rx2fhir.fhir import to_dicts, to_models
from rx2fhir.statement import (
    Coding,
    Concept,
    DosageInstruction,
    Duration,
    DurationRange,
    Form,
    Medication,
    Period,
    Quantity,
    Range,
    Ratio,
    Statement,
    Strength,
    Timing,
)

RELEASES = ("R4", "R5")
RESOURCES = ("MedicationStatement", "MedicationRequest")
UCUM = "http://unitsofmeasure.org"
ABSENT = {
    "extension": [
        {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}
    ]
}


def dosage_dict(part: DosageInstruction, release: str = "R4") -> dict[str, Any]:
    """The one Dosage of a statement that holds `part`, without its text."""
    [resource] = to_dicts([statement(part)], release=release)
    [fields] = resource["dosage"]
    return {name: value for name, value in fields.items() if name != "text"}


def repeat(timing: Timing) -> dict[str, Any]:
    return dict(dosage_dict(dosage(timing=timing))["timing"]["repeat"])


def coded(value: float, code: str) -> dict[str, Any]:
    return {"value": value, "unit": code, "system": UCUM, "code": code}


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("resource", RESOURCES)
@pytest.mark.parametrize(
    "value", [PLAIN, statement(FULL), statement(FULL, FULL, medication=PLAIN.medication)]
)
def test_models_of_fhir_resources_take_the_dicts_unchanged(
    release: str, resource: str, value: Statement
) -> None:
    [fields] = to_dicts([value], release=release, resource=resource)
    [model] = to_models([value], release=release, resource=resource)
    assert json.loads(model.model_dump_json()) == json.loads(orjson.dumps(fields))


def test_models_are_those_of_the_release() -> None:
    assert type(to_models([PLAIN], release="R4")[0]).__module__ == "fhir.resources.R4B.medicationstatement"
    assert type(to_models([PLAIN], release="R5")[0]).__module__ == "fhir.resources.medicationstatement"


def test_one_resource_per_statement_in_order() -> None:
    names = ["first", "second", "third"]
    values = [statement(medication=Medication(name)) for name in names]
    assert [fields["medicationCodeableConcept"]["text"] for fields in to_dicts(values)] == names
    assert to_dicts([]) == []


def test_r4_statement() -> None:
    [fields] = to_dicts([PLAIN], subject="Patient/1")
    assert fields == {
        "resourceType": "MedicationStatement",
        "status": "active",
        "contained": [
            {
                "resourceType": "Medication",
                "id": "med1",
                "code": {"text": "Amoxil"},
                "form": {
                    "coding": [
                        {
                            "system": "http://terminology.hl7.org/CodeSystem/v3-orderableDrugForm",
                            "code": "CAP",
                        }
                    ],
                    "text": "gél",
                },
                "ingredient": [
                    {
                        "itemCodeableConcept": {"text": "Amoxil"},
                        "strength": {"numerator": coded(500, "mg"), "denominator": {"value": 1}},
                    }
                ],
            }
        ],
        "medicationReference": {"reference": "#med1", "display": "Amoxil"},
        "subject": {"reference": "Patient/1"},
        "dosage": [
            {
                "text": "words of the dosage",
                "timing": {
                    "repeat": {"frequency": 2, "period": 1, "periodUnit": "d"},
                    "code": {
                        "coding": [
                            {
                                "system": "http://terminology.hl7.org/CodeSystem/v3-GTSAbbreviation",
                                "code": "BID",
                            }
                        ]
                    },
                },
                "doseAndRate": [{"doseQuantity": {"value": 1, "unit": "tablet"}}],
            }
        ],
    }


def test_r5_statement_differs_where_r5_does() -> None:
    [fields] = to_dicts([PLAIN], release="R5", subject="Patient/1")
    [medication] = fields["contained"]
    assert fields["status"] == "recorded"
    assert fields["medication"] == {"reference": {"reference": "#med1", "display": "Amoxil"}}
    assert medication["doseForm"]["text"] == "gél"
    assert medication["ingredient"][0]["item"] == {"concept": {"text": "Amoxil"}}
    assert medication["ingredient"][0]["strengthRatio"]["numerator"] == coded(500, "mg")


def test_request_has_intent_and_dosage_instruction() -> None:
    [fields] = to_dicts([PLAIN], resource="MedicationRequest")
    assert (fields["resourceType"], fields["status"], fields["intent"]) == (
        "MedicationRequest",
        "active",
        "order",
    )
    assert fields["dosageInstruction"][0]["text"] == "words of the dosage"
    assert "dosage" not in fields


# Subject


@pytest.mark.parametrize("release", RELEASES)
def test_without_a_subject_it_is_marked_as_unknown(release: str) -> None:
    [fields] = to_dicts([PLAIN], release=release)
    assert fields["subject"] == ABSENT


def test_subjects_of_two_resources_are_not_one_object() -> None:
    first, second = to_dicts([PLAIN, PLAIN])
    first["subject"]["reference"] = "Patient/2"
    assert second["subject"] == ABSENT


# Status


@pytest.mark.parametrize(
    ("status", "adherence"),
    [
        ("active", None),
        ("completed", "not-taking"),
        ("stopped", "stopped"),
        ("on-hold", "on-hold"),
        ("not-taken", "not-taking"),
        ("intended", None),
        ("unknown", "unknown"),
    ],
)
def test_status_of_a_statement(status: str, adherence: str | None) -> None:
    value = statement(medication=Medication("Zyloric"), status=status)
    assert to_dicts([value])[0]["status"] == status
    [fields] = to_dicts([value], release="R5")
    assert fields["status"] == "recorded"
    codes = [coding["code"] for coding in fields.get("adherence", {}).get("code", {}).get("coding", [])]
    assert codes == ([adherence] if adherence else [])


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("active", ("active", "order", None)),
        ("completed", ("completed", "order", None)),
        ("stopped", ("stopped", "order", None)),
        ("on-hold", ("on-hold", "order", None)),
        ("not-taken", ("active", "order", True)),
        ("intended", ("active", "plan", None)),
        ("unknown", ("unknown", "order", None)),
    ],
)
def test_status_of_a_request(release: str, status: str, expected: tuple[str, str, bool | None]) -> None:
    [fields] = to_dicts(
        [statement(medication=Medication("Zyloric"), status=status)],
        release=release,
        resource="MedicationRequest",
    )
    assert (fields["status"], fields["intent"], fields.get("doNotPerform")) == expected


# Medication


def test_a_name_alone_is_a_concept() -> None:
    medication = Medication("Kardégic", codings=(Coding("http://www.whocc.no/atc", "B01AC06"),))
    concept = {"coding": [{"system": "http://www.whocc.no/atc", "code": "B01AC06"}], "text": "Kardégic"}
    [r4] = to_dicts([statement(medication=medication)])
    [r5] = to_dicts([statement(medication=medication)], release="R5")
    assert r4["medicationCodeableConcept"] == concept
    assert r5["medication"] == {"concept": concept}
    assert "contained" not in r4


@pytest.mark.parametrize("medication", [None, Medication()])
def test_no_medication_in_the_text_is_a_data_absent_reason(medication: Medication | None) -> None:
    [fields] = to_dicts([statement(medication=medication)])
    assert fields["medicationCodeableConcept"] == ABSENT


def test_a_bare_strength_keeps_no_unit() -> None:
    assert strengths(Medication("Doliprane", (Strength(Decimal(1000)),))) == [
        ({"text": "Doliprane"}, {"value": 1000}, {"value": 1})
    ]


def test_a_concentration_has_its_denominator() -> None:
    syrup = Medication("Clamoxyl", (Strength(Decimal(250), "mg", amount("5", "mL")),))
    assert strengths(syrup) == [({"text": "Clamoxyl"}, coded(250, "mg"), coded(5, "mL"))]


def test_ingredients_named_apart_get_their_strengths() -> None:
    both = (Strength(Decimal(500), "mg"), Strength(Decimal(30), "mg"))
    names = [item for item, *_ in strengths(Medication("paracetamol / codeine", both))]
    assert names == [{"text": "paracetamol"}, {"text": "codeine"}]


def test_a_brand_with_two_strengths_leaves_the_ingredients_unnamed() -> None:
    both = (Strength(Decimal(160)), Strength(Decimal("4.5")))
    assert [item for item, *_ in strengths(Medication("Symbicort", both))] == [ABSENT, ABSENT]


def test_a_form_without_a_name_or_a_strength() -> None:
    [fields] = to_dicts([statement(medication=Medication(form=Form("sachet")))])
    assert fields["contained"] == [
        {"resourceType": "Medication", "id": "med1", "form": {"text": "sachet"}},
    ]
    assert fields["medicationReference"] == {"reference": "#med1"}


def strengths(medication: Medication) -> list[tuple[Any, Any, Any]]:
    """Item, numerator and denominator of each ingredient."""
    [fields] = to_dicts([statement(medication=medication)])
    return [
        (part["itemCodeableConcept"], part["strength"]["numerator"], part["strength"]["denominator"])
        for part in fields["contained"][0]["ingredient"]
    ]


# Quantities


@pytest.mark.parametrize(
    ("quantity", "expected"),
    [
        (amount("1.0", "tablet"), '{"value":1,"unit":"tablet"}'),
        (amount("0.1", "mg"), '{"value":0.1,"unit":"mg","system":"http://unitsofmeasure.org","code":"mg"}'),
        (amount("2.5"), '{"value":2.5}'),
        (amount("1E+2"), '{"value":100}'),
        (amount("10", "unit"), '{"value":10,"unit":"unit"}'),
        (
            amount("20", "mg/kg"),
            '{"value":20,"unit":"mg/kg","system":"http://unitsofmeasure.org","code":"mg/kg"}',
        ),
        (amount("100000000000000000000"), '{"value":1e+20}'),
    ],
)
def test_quantity(quantity: Quantity, expected: str) -> None:
    [part] = dosage_dict(dosage(dose=quantity))["doseAndRate"]
    assert orjson.dumps(part["doseQuantity"]).decode() == expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (
            {"dose": Range(amount("1", "puff"), amount("2", "puff"))},
            {"doseRange": {"low": {"value": 1, "unit": "puff"}, "high": {"value": 2, "unit": "puff"}}},
        ),
        ({"dose": Range(high=amount("4"))}, {"doseRange": {"high": {"value": 4}}}),
        ({"rate": amount("50", "mL/h")}, {"rateQuantity": coded(50, "mL/h")}),
        (
            {"rate": Range(amount("1", "L/min"), amount("2", "L/min"))},
            {"rateRange": {"low": coded(1, "L/min"), "high": coded(2, "L/min")}},
        ),
        (
            {"rate": Ratio(amount("1", "L"), amount("8", "h"))},
            {"rateRatio": {"numerator": coded(1, "L"), "denominator": coded(8, "h")}},
        ),
        (
            {"dose": amount("500", "mL"), "rate": amount("100", "mL/h")},
            {"doseQuantity": coded(500, "mL"), "rateQuantity": coded(100, "mL/h")},
        ),
    ],
)
def test_dose_and_rate_stand_in_one_element(facts: dict[str, Any], expected: dict[str, Any]) -> None:
    assert dosage_dict(dosage(**facts)) == {"doseAndRate": [expected]}


# Timing


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        (Duration(Decimal(7), "d"), {"boundsDuration": coded(7, "d")}),
        (
            DurationRange(Duration(Decimal(5), "d"), Duration(Decimal(7), "d")),
            {"boundsRange": {"low": coded(5, "d"), "high": coded(7, "d")}},
        ),
        (DurationRange(high=Duration(Decimal(2), "wk")), {"boundsRange": {"high": coded(2, "wk")}}),
        (
            Period(date(2025, 3, 1), date(2025, 3, 15)),
            {"boundsPeriod": {"start": "2025-03-01", "end": "2025-03-15"}},
        ),
        (Period(end=date(2025, 3, 15)), {"boundsPeriod": {"end": "2025-03-15"}}),
    ],
)
def test_bounds(bounds: Any, expected: dict[str, Any]) -> None:
    assert repeat(Timing(bounds=bounds)) == expected


@pytest.mark.parametrize(
    ("timing", "expected"),
    [
        (Timing(count=1), {"count": 1}),
        (
            Timing(frequency_max=3, period=Decimal(1), period_unit="d"),
            {"frequencyMax": 3, "period": 1, "periodUnit": "d"},
        ),
        (
            Timing(frequency=1, period=Decimal(4), period_max=Decimal(6), period_unit="h"),
            {"frequency": 1, "period": 4, "periodMax": 6, "periodUnit": "h"},
        ),
        (Timing(when=("ACM",), offset=30), {"when": ["ACM"], "offset": 30}),
        (Timing(time_of_day=("08:00:00", "20:00:00")), {"timeOfDay": ["08:00:00", "20:00:00"]}),
        (Timing(day_of_week=("mon", "thu")), {"dayOfWeek": ["mon", "thu"]}),
        (
            Timing(duration=Decimal(30), duration_unit="min"),
            {"duration": 30, "durationUnit": "min"},
        ),
    ],
)
def test_repeat(timing: Timing, expected: dict[str, Any]) -> None:
    assert repeat(timing) == expected


@pytest.mark.parametrize(
    ("timing", "code"),
    [
        (Timing(frequency=1, period=Decimal(1), period_unit="d"), "QD"),
        (Timing(frequency=3, period=Decimal("1.0"), period_unit="d"), "TID"),
        (Timing(frequency=1, period=Decimal(2), period_unit="d"), "QOD"),
        (Timing(frequency=1, period=Decimal(8), period_unit="h"), "Q8H"),
        (Timing(frequency=1, period=Decimal(1), period_unit="wk"), "WK"),
        (Timing(frequency=1, period=Decimal(1), period_unit="d", when=("MORN",)), "AM"),
        (Timing(when=("HS",)), "BED"),
        (
            Timing(frequency=4, period=Decimal(1), period_unit="d", bounds=Duration(Decimal(5), "d")),
            "QID",
        ),
        (Timing(frequency=3, frequency_max=4, period=Decimal(1), period_unit="d"), None),
        (Timing(frequency=1, period=Decimal(12), period_unit="h"), None),
        (Timing(when=("MORN",)), None),
        (Timing(frequency=2, period=Decimal(1), period_unit="d", when=("CM", "CV")), None),
        (Timing(frequency=1, period=Decimal(1), period_unit="d", count=5), None),
    ],
)
def test_timing_code_only_where_it_says_the_same(timing: Timing, code: str | None) -> None:
    fields = dosage_dict(dosage(timing=timing))["timing"]
    assert [part["code"] for part in fields.get("code", {}).get("coding", [])] == ([code] if code else [])


# As needed, maxima, text


def test_as_needed() -> None:
    reason = Concept("gegen Schmerzen")
    assert dosage_dict(dosage(as_needed=True)) == {"asNeededBoolean": True}
    assert dosage_dict(dosage(as_needed=True), "R5") == {"asNeeded": True}
    with_reason = dosage(as_needed=True, as_needed_for=reason)
    assert dosage_dict(with_reason) == {"asNeededCodeableConcept": {"text": "gegen Schmerzen"}}
    assert dosage_dict(with_reason, "R5") == {"asNeeded": True, "asNeededFor": [{"text": "gegen Schmerzen"}]}


def test_maximum_dose_is_one_ratio_in_r4_and_a_list_in_r5() -> None:
    part = dosage(max_dose_per_period=Ratio(amount("4", "g"), amount("1", "d")))
    limit = {"numerator": coded(4, "g"), "denominator": coded(1, "d")}
    assert dosage_dict(part) == {"maxDosePerPeriod": limit}
    assert dosage_dict(part, "R5") == {"maxDosePerPeriod": [limit]}


def test_other_maxima() -> None:
    part = dosage(max_dose_per_administration=amount("2"), max_dose_per_lifetime=amount("550", "mg/m2"))
    assert dosage_dict(part) == {
        "maxDosePerAdministration": {"value": 2},
        "maxDosePerLifetime": coded(550, "mg/m2"),
    }


def test_every_field_of_a_full_dosage_arrives() -> None:
    fields = """
        sequence additionalInstruction patientInstruction timing asNeededCodeableConcept site route method
        doseAndRate maxDosePerPeriod maxDosePerAdministration maxDosePerLifetime
    """
    assert set(dosage_dict(FULL)) == set(fields.split())


def test_display_is_sent_with_a_code_but_not_for_snomed() -> None:
    atc = Coding("http://www.whocc.no/atc", "B01AC06", "acetylsalicylic acid")
    snomed = Coding("http://snomed.info/sct", "26643006", "Oral route")
    codings = dosage_dict(dosage(route=Concept("po", (atc, snomed))))["route"]["coding"]
    assert [coding.get("display") for coding in codings] == ["acetylsalicylic acid", None]


def test_what_fhir_strings_bar_is_replaced() -> None:
    [fields] = to_dicts([statement(dosage(text="1\x00 tab\ud800\tdaily\né"))])
    assert fields["dosage"][0]["text"] == "1\ufffd tab\ufffd\tdaily\né"
    assert orjson.dumps(fields)


@pytest.mark.parametrize("blank", ["", " ", "\n", "\x85", "\u3000"])
def test_blank_text_is_left_out(blank: str) -> None:
    [fields] = to_dicts([statement(dosage(text=blank, sequence=1), medication=Medication(blank))])
    assert fields["dosage"] == [{"sequence": 1}]
    assert fields["medicationCodeableConcept"] == ABSENT


def test_a_dosage_that_says_nothing_is_left_out() -> None:
    [fields] = to_dicts([statement(dosage(text=""))])
    assert "dosage" not in fields


# Wrong use


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"release": "R3"}, "release 'R3' is not one of R4, R5"),
        (
            {"resource": "Medication"},
            "resource 'Medication' is not one of MedicationStatement, MedicationRequest",
        ),
        ({"subject": " "}, "subject ' ' is not a reference such as 'Patient/1'"),
        ({"subject": "#p1"}, "subject '#p1' is not a reference such as 'Patient/1'"),
    ],
)
@pytest.mark.parametrize("function", [to_dicts, to_models])
def test_wrong_use_names_the_choices(function: Any, wrong: dict[str, str], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        function([], **wrong)


def test_a_contradiction_in_a_statement_is_never_returned() -> None:
    contradiction = Timing(when=("MORN",), time_of_day=("08:00:00",))
    with pytest.raises(InvalidResource, match=r"tim-10 MedicationStatement\.dosage\.timing\.repeat"):
        to_dicts([statement(dosage(timing=contradiction))])
