"""What is to be handed out: in the request and its explanations, in no dosage, and of one drug only."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from rx2fhir.fhir import check
from rx2fhir.interpret import interpret
from rx2fhir.recognize.marked import read_marked
from rx2fhir.statement import Dispense, Duration, Quantity

ALL = "1 tablet daily Disp: 30 tablets, 2 refills, 30 day supply, valid until 15 March 2031"


def requests(text: str, release: str = "R4") -> list[dict[str, Any]]:
    words, entities = read_marked(text)
    return interpret(words, entities, "en").to_dicts(release=release, resource="MedicationRequest")


def test_the_statement_holds_it() -> None:
    [statement] = interpret(ALL, (), "en").statements
    assert statement.dispense == Dispense(
        Quantity(Decimal(30), "tablet"), 2, Duration(Decimal(30), "d"), date(2031, 3, 15)
    )


@pytest.mark.parametrize("release", ["R4", "R5"])
def test_a_request_has_it(release: str) -> None:
    [request] = requests(ALL, release)
    assert request["dispenseRequest"] == {
        "validityPeriod": {"end": "2031-03-15"},
        "numberOfRepeatsAllowed": 2,
        "quantity": {"value": 30, "unit": "tablet"},
        "expectedSupplyDuration": {
            "value": 30,
            "unit": "d",
            "system": "http://unitsofmeasure.org",
            "code": "d",
        },
    }
    assert check(request, release) == []


def test_no_refills_are_a_number() -> None:
    [request] = requests("1 tablet daily, no refills")
    assert request["dispenseRequest"] == {"numberOfRepeatsAllowed": 0}


def test_a_statement_resource_has_no_such_element() -> None:
    [resource] = interpret(ALL, (), "en").to_dicts()
    [plain] = interpret("1 tablet daily", (), "en").to_dicts()
    assert resource == plain


def test_it_is_explained_and_covered() -> None:
    rx = interpret(ALL, (), "en")
    told = {one.path: one.text for one in rx.explanations if one.path.startswith("dispenseRequest")}
    assert told == {
        "dispenseRequest.quantity": "Disp: 30 tablets",
        "dispenseRequest.numberOfRepeatsAllowed": "2 refills",
        "dispenseRequest.expectedSupplyDuration": "30 day supply",
        "dispenseRequest.validityPeriod": "valid until 15 March 2031",
    }
    assert rx.coverage == 1
    assert rx.noise == ()


def test_two_readings_are_left_out_and_told() -> None:
    rx = interpret("1 tablet daily #30 qty 60, 2 refills", (), "en")
    [statement] = rx.statements
    assert statement.dispense == Dispense(repeats=2)
    assert "conflicting-dispense" in [issue.code for issue in rx.issues]


def test_each_drug_has_its_own() -> None:
    one, two = requests(
        "[DRUG lisinopril] 10 mg\nSig: 1 tab daily\nDisp: 30\nRefills: 1\n"
        "[DRUG atenolol] 50 mg\nSig: 1 tab daily\nRefills: 3"
    )
    assert one["dispenseRequest"] == {"numberOfRepeatsAllowed": 1, "quantity": {"value": 30}}
    assert two["dispenseRequest"] == {"numberOfRepeatsAllowed": 3}


def test_what_may_hold_for_all_drugs_is_given_to_none() -> None:
    text = "[DRUG lisinopril] 10 mg 1 tab daily #30\n[DRUG atenolol] 50 mg 1 tab daily #30\nRefills: 3"
    assert [request["dispenseRequest"] for request in requests(text)] == [{"quantity": {"value": 30}}] * 2
    alone = requests("[DRUG lisinopril] 10 mg 1 tab daily\n[DRUG atenolol] 50 mg 1 tab daily Refills: 3")
    assert ["dispenseRequest" in request for request in alone] == [False, True]


@pytest.mark.parametrize(
    "language, text",
    [
        ("en", "1 tablet daily, disp: 30-60"),
        ("en", "1 tablet daily, 1.5 refills"),
        ("de", "1 Tablette täglich, Menge: 1.000"),
    ],
)
def test_what_is_no_single_number_is_left_out(language: str, text: str) -> None:
    [statement] = interpret(text, (), language).statements
    assert statement.dispense is None
