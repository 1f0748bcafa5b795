"""Drug names: what a name means, what it does not, and which codes follow."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from rx2fhir.codes import mappings_dir
from rx2fhir.drugs.atc import area, areas, choose
from rx2fhir.drugs.coding import ATC, RXNORM, code
from rx2fhir.drugs.confusable import is_confusable
from rx2fhir.drugs.lookup import find
from rx2fhir.drugs.names import key, spellings
from rx2fhir.drugs.nearby import nearby
from rx2fhir.drugs.tables import bundled
from rx2fhir.statement import Concept, DosageInstruction, Form, Issue, Medication, Quantity, Statement, Strength


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Doliprane®", "doliprane"),
        ("Beloc-Zok", "beloc zok"),
        ("Acide folique", "acide folique"),
        ("KARDÉGIC", "kardegic"),
        ("Vitamin D3", "vitamin d 3"),
        ("amoxicilline/acide  clavulanique", "amoxicilline acide clavulanique"),
    ],
)
def test_key(name: str, expected: str) -> None:
    assert key(name) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("metoprolol succinate ER", ["metoprololsuccinateer", "metoprolol succinate", "metoprolol"]),
        ("chlorhydrate de metformine", ["chlorhydratedemetformine", "de metformine", "metformine"]),
        ("Ramipril-ratiopharm 5", ["ramiprilratiopharm5", "ramipril ratiopharm", "ramipril"]),
        ("Metoprololsuccinat", ["metoprolol"]),
        ("Micardis Plus", ["micardisplus"]),
        ("Natrium", []),
    ],
)
def test_spellings(name: str, expected: list[str]) -> None:
    assert list(spellings(name)) == [key(name), *expected]


@pytest.mark.parametrize(
    ("name", "language", "ingredients"),
    [
        ("paracetamol", "en", ("paracetamol",)),
        ("acetaminophen", "en", ("paracetamol",)),
        ("Doliprane", "fr", ("paracetamol",)),
        ("Tylenol", "fr", ("paracetamol",)),
        ("Novalgin", "de", ("metamizole",)),
        ("ácido acetilsalicílico", "es", ("acetylsalicylic acid",)),
        ("ASS-ratiopharm", "de", ("acetylsalicylic acid",)),
        ("L-Thyroxin Henning", "de", ("levothyroxine",)),
        ("metformine chlorhydrate", "fr", ("metformin",)),
        ("atorvastatina calcica", "it", ("atorvastatin",)),
        ("Xatral LP", "fr", ("alfuzosin",)),
        ("Beloc-Zok mite", "de", ("metoprolol",)),
        ("Symbicort", "es", ("budesonide", "formoterol")),
        ("co-amoxiclav", "en", ("amoxicillin", "clavulanic acid")),
        ("amoxicilline/acide clavulanique", "fr", ("amoxicillin", "clavulanic acid")),
        ("amoxicillin and clavulanic acid", "en", ("amoxicillin", "clavulanic acid")),
        ("Amoxicilina + Ácido clavulânico", "pt", ("amoxicillin", "clavulanic acid")),
        ("Candesartan HCT", "de", ("candesartan", "hydrochlorothiazide")),
        ("Micardis Plus", "de", ("hydrochlorothiazide", "telmisartan")),
        ("paracétamol Doliprane", "fr", ("paracetamol",)),
        ("Pantozol (Pantoprazol)", "de", ("pantoprazole",)),
        ("potassium chloride", "en", ("potassium chloride",)),
        ("chlorure de potassium", "fr", ("potassium chloride",)),
    ],
)
def test_a_name_means(name: str, language: str, ingredients: tuple[str, ...]) -> None:
    product = find(name, bundled(), language).product
    assert product is not None
    assert product.ingredients == ingredients


@pytest.mark.parametrize(
    "name",
    [
        "Zorkomycin",
        "vitamine",
        "acide",
        "sodium",
        "Micardis Supra",
        "insulin",
        "metformin/zorkin",
        "mg",
        "",
        "/",
        "500",
    ],
)
def test_a_name_is_not_known(name: str) -> None:
    assert not find(name, bundled()).products


def test_a_brand_that_differs_by_country_goes_by_the_language() -> None:
    assert find("Doryx", bundled(), "en").product == find("Doryx", bundled(), "en").products[0]
    assert find("Doryx", bundled(), "en").products[0].ingredients == ("doxycycline",)
    assert find("Doryx", bundled(), "it").products[0].ingredients == ("alendronic acid",)
    assert find("Doryx", bundled(), "fr").product is None
    assert len(find("Doryx", bundled()).products) == 2


# Misspelt names


def test_a_name_with_one_near_neighbour_is_meant() -> None:
    near = nearby("dolipranne", bundled())
    assert (near.names[0], near.sure) == ("doliprane", True)


@pytest.mark.parametrize("name", ["hydroxazine", "hydralazone", "clonidyne", "prednisolane", "Losek", "Lasic"])
def test_a_name_near_a_confusable_one_is_never_meant(name: str) -> None:
    assert not nearby(name, bundled()).sure


def test_a_name_between_two_drugs_is_never_meant() -> None:
    near = nearby("vitamin b 3", bundled())
    assert len(near.names) > 1
    assert not near.sure


def test_short_and_strange_names_have_no_neighbours() -> None:
    assert not nearby("Xanx", bundled()).names
    assert not nearby("zorkomycinum", bundled()).names


def test_confusable_names_are_known_by_their_key() -> None:
    assert is_confusable("hydroxyzine")
    assert not is_confusable("doliprane")


# ATC


@pytest.mark.parametrize(
    ("said", "chosen"),
    [
        ([("form", "tablet")], ("M01AB05",)),
        ([("form", "drop"), ("site", "Both eyes")], ("S01BC03",)),
        ([("form", "shampoo")], ("M02AA15",)),
        ([("route", "Oral route")], ("M01AB05",)),
        ([("form", "gel")], ("M02AA15", "S01BC03")),
        ([], ("M01AB05", "M02AA15", "S01BC03")),
        ([("form", "gel"), ("route", "Oral route")], ("M01AB05", "M02AA15", "S01BC03")),
    ],
)
def test_the_code_goes_by_where_the_medicine_acts(said: list[tuple[str, str]], chosen: tuple[str, ...]) -> None:
    assert choose(("M01AB05", "M02AA15", "S01BC03"), areas(said)) == chosen


@pytest.mark.parametrize(
    ("atc", "expected"),
    [("C05AE01", "rectal"), ("C08CA01", "systemic"), ("D01BA02", "systemic"), ("R03DC03", "systemic")],
)
def test_area(atc: str, expected: str) -> None:
    assert area(atc) == expected


# Statements


def statement(name: str | None, *, dose: Quantity | None = None, site: str | None = None, **facts: object) -> Statement:
    medication = replace(Medication(name, start=3, end=9), **facts)  # type: ignore[arg-type]
    dosage = DosageInstruction("", 0, 0, dose=dose, site=Concept("", display=site) if site else None)
    return Statement(medication, (dosage,), "active", 0, 20)


def codes(value: Statement) -> dict[str, str]:
    assert value.medication is not None
    return {coding.system: coding.code for coding in value.medication.codings}


def coded(value: Statement, language: str = "en") -> tuple[dict[str, str], list[tuple[str, str]]]:
    """The codes of a statement, and severity and code of its issues."""
    result, issues = code(value, bundled(), language)
    return codes(result), [(issue.severity, issue.code) for issue in issues]


def test_one_ingredient_gets_both_codes() -> None:
    assert coded(statement("furosemide")) == ({RXNORM: "4603", ATC: "C03CA01"}, [])


def test_the_text_stays_and_the_rule_is_told() -> None:
    result, _ = code(statement("Doliprane"), bundled(), "fr")
    assert result.medication is not None
    assert result.medication.text == "Doliprane"
    [evidence] = result.evidence
    assert (evidence.element, evidence.start, evidence.end) == ("medication.code", 3, 9)
    file, _, line = evidence.rule.partition(":")
    assert "Doliprane" in (mappings_dir() / file).read_text(encoding="utf-8").splitlines()[int(line) - 1]


def test_a_combination_gets_its_own_code_and_its_ingredients_theirs() -> None:
    result, issues = code(statement("ácido clavulánico/amoxicilina"), bundled(), "es")
    assert codes(result) == {ATC: "J01CR02"}
    assert result.medication is not None
    assert [part.text for part in result.medication.ingredients] == ["ácido clavulánico", "amoxicilina"]
    assert [part.codings[0].code for part in result.medication.ingredients] == ["48203", "723"]
    assert not issues


def test_a_form_tells_the_atc_code() -> None:
    tablet = statement("diclofenac", form=Form("tablet"))
    assert coded(tablet)[0][ATC] == "M01AB05"
    drops = statement("diclofenac", form=Form("drop"), site="Left eye")
    assert coded(drops)[0][ATC] == "S01BC03"


def test_milligrams_tell_the_atc_code_unless_the_drug_is_inhaled_too() -> None:
    assert coded(statement("diclofenac", dose=Quantity(Decimal(50), "mg")))[0][ATC] == "M01AB05"
    found, issues = coded(statement("budesonide", strengths=(Strength(Decimal(200), "ug"),)))
    assert ATC not in found
    assert issues == [("information", "atc-uncertain")]


def test_several_uses_leave_the_atc_code_open() -> None:
    assert coded(statement("Aspirin")) == ({RXNORM: "1191"}, [("information", "atc-uncertain")])


def test_a_name_of_several_drugs_is_not_coded() -> None:
    assert coded(statement("Doryx"), "fr") == ({}, [("warning", "drug-name-ambiguous")])


def test_two_names_that_differ_are_not_coded() -> None:
    assert coded(statement("Budesonide", alias="Ventolin")) == ({}, [("warning", "drug-name-ambiguous")])


def test_an_alias_tells_what_the_name_does_not() -> None:
    assert coded(statement("Zorkomed", alias="furosemide"))[0][ATC] == "C03CA01"


def test_more_strengths_than_ingredients_are_not_coded() -> None:
    both = (Strength(Decimal(80), "mg"), Strength(Decimal("12.5"), "mg"))
    assert coded(statement("telmisartan", strengths=both)) == ({}, [("warning", "drug-name-uncertain")])


@pytest.mark.parametrize(("text", "atc"), [("12 Humira Mix 25", None), ("12 Humira Forte", "L04AB04")])
def test_a_word_behind_the_name_may_make_it_another_product(text: str, atc: str | None) -> None:
    result, issues = code(statement("Humira"), bundled(), "en", text)
    assert codes(result).get(ATC) == atc
    assert [issue.code for issue in issues] == ([] if atc else ["drug-name-uncertain"])


def test_a_misspelt_name_is_coded_with_a_warning_or_left() -> None:
    found, issues = coded(statement("dolipranne"), "fr")
    assert found[ATC] == "N02BE01"
    assert issues == [("warning", "drug-name-uncertain")]
    assert coded(statement("hydroxazine")) == ({}, [("information", "drug-name-uncertain")])


@pytest.mark.parametrize("name", ["Zorkomycin", "", None])
def test_an_unknown_name_is_left_as_it_is(name: str | None) -> None:
    value = statement(name)
    assert code(value, bundled(), "en") == (value, [])


def test_an_issue_stands_at_the_name() -> None:
    [issue] = code(statement("Aspirin"), bundled(), "en")[1]
    assert isinstance(issue, Issue)
    assert (issue.start, issue.end) == (3, 9)
