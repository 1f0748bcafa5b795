"""Pages of several drugs: what the layout says about whose a dosage is. Without a model: the names are marked."""

from __future__ import annotations

from decimal import Decimal

import pytest

from corpus import facts, read_marked
from rx2fhir.interpret import interpret
from rx2fhir.prescription import Prescription
from truth import assert_sound

MORN_EVE = [(1, ("MORN",)), (2, ("EVE",))]


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


@pytest.mark.parametrize(
    "text",
    ["[DRUG Nahtentfernung] für 14 Tage", "[DRUG Anhalt] um 10:30 Uhr", "Der Vater spritzte [DRUG Lantus]"],
)
def test_words_of_prose_are_no_drugs(text: str) -> None:
    rx = read(text)
    assert rx.statements == ()
    assert rx.issues


def test_a_known_drug_needs_no_more_than_a_length() -> None:
    assert len(read("[DRUG Amoxicillin] für 7 Tage").statements) == 1


@pytest.mark.parametrize("header", ["Zimmer 4", "Nicht über 25 °C lagern"])
def test_a_bare_number_is_no_sig(header: str) -> None:
    assert read(header).statements == ()


@pytest.mark.parametrize("sign", [";", " |", ":"])
def test_a_name_in_the_first_cell_is_seen_without_a_model(sign: str) -> None:
    rx = read(f"[DRUG Ceftriaxon]{sign} 2 g{sign} 1x täglich\nMetronidazol{sign} 500 mg{sign} 3x täglich")
    assert dosages(rx) == [[f"2 g{sign} 1x täglich"], [f"500 mg{sign} 3x täglich"]]


def test_the_size_of_a_pack_is_no_amount() -> None:
    assert dosages(read("[DRUG Ibuprofen] 600 mg Tbl. N1\n1 Tablette bei Bedarf")) == [["1 Tablette bei Bedarf"]]


@pytest.mark.parametrize(
    ("table", "amounts"),
    [
        ("Mittel\tabends\tmorgens\n[DRUG Ramipril] 5 mg\t1\t½", [(1, ("EVE",)), (0.5, ("MORN",))]),
        ("Mittel|zum Frühstück|zum Abendessen\n[DRUG Ramipril] 5 mg|1|2", [(1, ("CM",)), (2, ("CV",))]),
        ("Mittel   abends   mittags   morgens\n[DRUG Ramipril] 5 mg   2   0   0", [(2, ("EVE",))]),
        ("Mittel;morgens;mittags;abends\n[DRUG Ramipril] 5 mg;;2;", [(2, ("NOON",))]),
        ("Mittel;morgens;mittags;abends\n[DRUG Ramipril] 5 mg;-;2;-", [(2, ("NOON",))]),
        (
            "                  morgens  mittags  abends\n[DRUG Ramipril] 5 mg        1                2",
            [(1, ("MORN",)), (2, ("EVE",))],
        ),
        (
            "                  morgens  mittags  abends\n[DRUG Ramipril] 5 mg        1       -        2",
            [(1, ("MORN",)), (2, ("EVE",))],
        ),
    ],
)
def test_the_head_of_a_table_says_when(table: str, amounts: list[tuple[float, tuple[str, ...]]]) -> None:
    found = [(float(one["dose"]), one["when"]) for one in facts(read(table))]
    assert found == amounts


def test_the_head_of_a_table_may_name_clock_times() -> None:
    [one] = facts(read("Mittel | 8:00 | 12:00 | 20:00\n[DRUG Ramipril] 5 mg | 1 | 0 | 1 | Stück"))
    assert (one["dose"], one["dose_unit"], one["time_of_day"]) == (1, "piece", ["08:00", "20:00"])


def test_times_above_no_amounts_are_no_head() -> None:
    rx = read("[DRUG Ramipril] 5 mg 1 Tbl.\nmorgens | abends\n[DRUG Bisoprolol] 5 mg 1-0-0")
    assert tuple(facts(rx)[0]["when"]) == ("MORN", "EVE")


@pytest.mark.parametrize(
    "text",
    [
        "[DRUG Metoprolol]\t[DRUG Beloc-Zok]\t47,5 mg\t1-0-0",
        "[DRUG Metoprolol] | [DRUG Beloc-Zok] | 47,5 mg | 1-0-0",
        "[DRUG Beloc-Zok] 47,5 mg    [DRUG Metoprolol]    1-0-0",
        "[DRUG Metoprolol\tBeloc-Zok]\t47,5 mg\t1-0-0",
    ],
)
def test_ingredient_and_brand_in_columns_are_one_product(text: str) -> None:
    [statement] = read(f"{text}\n").statements
    drug = statement.medication
    assert drug and drug.alias and {drug.text, drug.alias} == {"Metoprolol", "Beloc-Zok"}
    assert [str(strength.value) for strength in drug.strengths] == ["47.5"]
    assert statement.dosages[0].text == "1-0-0"


def test_two_products_side_by_side_stay_two() -> None:
    assert len(read("[DRUG Ramipril] 5 mg   [DRUG Amlodipin] 10 mg   1-0-0").statements) == 2


def test_how_many_packs_are_prescribed_is_no_time() -> None:
    rx = read("1x [DRUG Candesartan] 16 mg Tbl.\nDosierung: 1-0-0")
    assert dosages(rx) == [["1-0-0"]]
    assert "dispensed-amount" in [issue.code for issue in rx.issues]


def test_a_line_without_columns_parts_a_table() -> None:
    rx = read("[DRUG Ramipril]\t5 mg\t1-0-0\nBei Bedarf\n[DRUG Ibuprofen]\t400 mg\t1 Tbl.")
    assert [statement.dosages[0].as_needed for statement in rx.statements] == [False, True]


def test_a_sentence_that_is_mostly_unread_is_not_said_of_the_drug() -> None:
    rx = read("[DRUG Apixaban] 5 mg 1-0-1. Fadenzug erledigt, Unterarmgehstützen weitere Mobilisation für 2 Wochen.")
    assert dosages(rx) == [["1-0-1"]]
    assert any(issue.code == "unread-text" and issue.severity == "warning" for issue in rx.issues)


def test_a_sentence_with_an_amount_is_said_of_the_drug() -> None:
    rx = read("[DRUG Apixaban] 5 mg 1-0-1. Laut Konsil der Kardiologie noch dazu 1 Tablette mittags.")
    assert len(rx.statements[0].dosages) == 2


def test_the_size_of_a_pack_behind_the_form_is_no_amount() -> None:
    rx = read("[DRUG Omeprazol] 20 mg Kapseln 28 Kapseln\n1 Kapsel täglich")
    assert dosages(rx) == [["1 Kapsel täglich"]]


def test_a_name_with_a_strength_and_a_counted_form_opens_a_line_of_its_own() -> None:
    rx = read("[DRUG Metoclopramid] 10 mg: 1 Tablette alle 8 Stunden\nLorazepam 1 mg: 1 Tablette")
    assert dosages(rx) == [["1 Tablette alle 8 Stunden"], ["1 Tablette"]]


def test_drugs_below_a_title_stand_in_text_order() -> None:
    rx = read("Morning:\n[DRUG Nardexa] 5 mg 1 tablet\n[DRUG Zortalin] 10 mg tablets", "en")
    assert [statement.medication and statement.medication.text for statement in rx.statements] == [
        "Nardexa",
        "Zortalin",
    ]
    assert_sound(rx)
