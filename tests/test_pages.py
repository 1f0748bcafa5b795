"""Pages of several drugs: what the layout says about whose a dosage is. Without a model: the names are marked."""

from __future__ import annotations

from decimal import Decimal

import pytest

from corpus import facts, read_marked
from rx2fhir.interpret import interpret
from rx2fhir.prescription import Prescription


def read(marked: str, language: str = "de") -> Prescription:
    text, entities = read_marked(marked)
    return interpret(text, entities, language)


def dosages(rx: Prescription) -> list[list[str]]:
    """The words of the dosages of each statement."""
    return [[dosage.text for dosage in statement.dosages] for statement in rx.statements]


@pytest.mark.parametrize(
    ("behind", "kept"),
    [
        ("\n\nKontrolle in 2 Wochen", "1-0-0"),
        ("\n----------\nKontrolle in 2 Wochen", "1-0-0"),
        ("\nfür 2 Wochen", "1-0-0\nfür 2 Wochen"),
    ],
)
def test_behind_a_blank_line_nothing_more_is_said_of_a_drug(behind: str, kept: str) -> None:
    assert dosages(read(f"[DRUG Bisoprolol] 5 mg 1-0-0{behind}")) == [[kept]]


def test_what_is_left_out_at_a_blank_line_is_reported() -> None:
    rx = read("[DRUG Bisoprolol] 5 mg 1-0-0\n\n2 Wochen lang")
    assert [issue.severity for issue in rx.issues if issue.code == "unread-text"] == ["warning"]


@pytest.mark.parametrize(
    "text",
    ["[DRUG Ibuprofen] 600 mg Tbl.\n\nS: 3 x täglich 1 Tablette", "[DRUG Ibuprofen]\n\n3 x täglich 1 Tablette"],
)
def test_a_product_line_may_stand_apart_from_its_sig(text: str) -> None:
    assert dosages(read(text)) == [["3 x täglich 1 Tablette"]]


def test_a_step_may_stand_apart() -> None:
    rx = read("[DRUG Prednisolon] 20 mg täglich für 3 Tage\n\nDanach 10 mg täglich")
    assert [dosage.sequence for dosage in rx.statements[0].dosages] == [1, 2]


@pytest.mark.parametrize("title", ["\nBei Bedarf", "Bei Bedarf:", "Bei Bedarf:\n"])
def test_a_title_holds_for_the_drugs_below_it(title: str) -> None:
    rx = read(f"[DRUG Ramipril] 5 mg 1-0-0\n{title}\n[DRUG Ibuprofen] 400 mg 1 Tbl.\n[DRUG Lorazepam] 1 mg 1 Tbl.\n")
    assert [statement.dosages[0].as_needed for statement in rx.statements] == [False, True, True]
    assert dosages(rx) == [["1-0-0"], ["1 Tbl."], ["1 Tbl."]]


def test_a_line_without_a_colon_below_a_drug_is_no_title() -> None:
    rx = read("[DRUG Ibuprofen] 400 mg 1-0-1\nbei Bedarf\n[DRUG Ramipril] 5 mg 1-0-0")
    assert [statement.dosages[0].as_needed for statement in rx.statements] == [True, False]


def test_a_title_stops_the_drugs_below_it_up_to_the_end_of_the_paragraph() -> None:
    rx = read("Abgesetzt:\n- [DRUG Ibuprofen] 400 mg\n- [DRUG Diclofenac]\n\n[DRUG Ramipril] 5 mg 1-0-0")
    assert [statement.status for statement in rx.statements] == ["stopped", "stopped", "active"]


def test_fractions_in_columns_are_amounts_of_their_own() -> None:
    rx = read("[DRUG Torasemid] 10 mg Tabletten   1   ½   0   0")
    found = [(one["dose"], one["when"]) for one in facts(rx)]
    assert found == [(1, ("MORN",)), (Decimal("0.5"), ("NOON",))]


def test_a_date_is_no_amount() -> None:
    assert read("Datum: 02.11.2026").statements == ()
