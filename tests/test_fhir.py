"""Statements as FHIR: every element in both releases, and the wrong uses."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import orjson
import pytest

from fhir_examples import FULL, PLAIN, amount, dosage, statement
from rx2fhir.errors import InvalidResource, UsageError
from rx2fhir.fhir import to_dicts, to_models
from rx2fhir.statement import (
    Coding,
    Form,
    Medication,
    Statement,
    Strength,
    Timing,
)

RELEASES = ("R4", "R5")
RESOURCES = ("MedicationStatement", "MedicationRequest")
UCUM = "http://unitsofmeasure.org"
ABSENT = {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}]}


def coded(value: float, code: str) -> dict[str, Any]:
    return {"value": value, "unit": code, "system": UCUM, "code": code}


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("resource", RESOURCES)
@pytest.mark.parametrize("value", [PLAIN, statement(FULL), statement(FULL, FULL, medication=PLAIN.medication)])
def test_models_of_fhir_resources_take_the_dicts_unchanged(release: str, resource: str, value: Statement) -> None:
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


def test_the_status_where_the_text_says_none_is_a_choice() -> None:
    values = [statement(), statement(status="stopped")]
    assert [fields["status"] for fields in to_dicts(values)] == ["active", "stopped"]
    for status in ("active", "intended", "completed", "unknown"):
        assert [fields["status"] for fields in to_dicts(values, status=status)] == [status, "stopped"]
    [plan, stopped] = to_dicts(values, resource="MedicationRequest", status="intended")
    assert (plan["intent"], stopped["intent"]) == ("plan", "order")
    with pytest.raises(UsageError, match="status 'held' is not one of active, intended, completed, unknown"):
        to_dicts(values, status="held")


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


@pytest.mark.parametrize("release", RELEASES)
def test_a_request_has_what_the_caller_knows_of_the_order(release: str) -> None:
    order = {"authored_on": "2025-03-15", "requester": "Practitioner/3"}
    [fields] = to_dicts([PLAIN], release=release, resource="MedicationRequest", **order)
    assert (fields["authoredOn"], fields["requester"]) == ("2025-03-15", {"reference": "Practitioner/3"})
    [model] = to_models([PLAIN], release=release, resource="MedicationRequest", **order)
    assert model.requester.reference == "Practitioner/3"


@pytest.mark.parametrize(
    ("resource", "order", "says"),
    [
        ("MedicationStatement", {"authored_on": "2025-03-15"}, "MedicationRequest"),
        ("MedicationRequest", {"authored_on": "15/03/2025"}, "is no date"),
        ("MedicationRequest", {"authored_on": "20250315"}, "is no date"),
        ("MedicationRequest", {"authored_on": "2025-W10-1"}, "is no date"),
        ("MedicationRequest", {"authored_on": "2025-03-15T08:00:00"}, "is no date"),
        ("MedicationRequest", {"requester": "#me"}, "Practitioner/1"),
    ],
)
def test_a_wrong_order_is_told(resource: str, order: dict[str, str], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        to_dicts([], resource=resource, **order)


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


@pytest.mark.parametrize("medication", [None, Medication(), Medication(" "), Medication("\x85")])
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
