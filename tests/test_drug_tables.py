"""The drug tables: every row has a source, refers to what there is, and says what the registers say."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from rx2fhir.codes import mappings_dir, table
from rx2fhir.drugs.coding import code
from rx2fhir.drugs.lookup import find
from rx2fhir.drugs.names import key
from rx2fhir.drugs.rows import drugs_dir, rows
from rx2fhir.drugs.tables import COLUMNS, bundled
from rx2fhir.language import detected
from rx2fhir.statement import Medication, Statement

TABLES = sorted(path.stem for path in (mappings_dir() / "drugs").glob("*.csv"))

# Names and codes as registers state them, in a folder beside the checkout where there is one.
REGISTERS = Path(__file__).resolve().parents[2] / "shared" / "lexicon"
needs_registers = pytest.mark.skipif(not REGISTERS.is_dir(), reason="no ../shared/lexicon here")

COUNTRIES = sorted((Path(__file__).resolve().parents[1] / "fixtures" / "drugs").glob("*.csv"))
LANGUAGE = {"us": "en", "gb": "en", "br": "pt"}


@cache
def ingredients() -> dict[str, dict[str, str]]:
    return {row["name"]: row for row in rows("ingredients")}


@pytest.mark.parametrize("name", TABLES)
def test_every_row_names_sources_that_are_described(name: str) -> None:
    lines = (drugs_dir() / "SOURCES.md").read_text(encoding="utf-8").splitlines()
    described = {line.split("|")[1].strip() for line in lines if line.startswith("| ")}
    for row in rows(name):
        assert set(row["source"].split("; ")) <= described, row


def test_there_are_the_most_used_ingredients_in_all_languages() -> None:
    assert len(ingredients()) >= 1000
    named = [row for row in ingredients().values() if all(row[column] for column in COLUMNS)]
    assert len(named) >= 1000
    assert set(COLUMNS) - {"name"} | {"en"} == set(detected())


def test_codes_look_like_codes() -> None:
    for row in (*rows("ingredients"), *rows("combinations"), *rows("brands")):
        assert all(re.fullmatch(r"[A-HJ-NPRSV]\d\d[A-Z]{2}\d\d", atc) for atc in row["atc"].split()), row
    assert all(re.fullmatch(r"\d*", row["rxcui"]) for row in rows("ingredients"))


def test_no_two_ingredients_share_an_rxnorm_code() -> None:
    found = [row["rxcui"] for row in rows("ingredients") if row["rxcui"]]
    assert len(found) == len(set(found))


@pytest.mark.parametrize(
    ("name", "column"), [("synonyms", "ingredient"), ("brands", "ingredients"), ("combinations", "ingredients")]
)
def test_ingredients_are_known_and_in_order(name: str, column: str) -> None:
    for row in rows(name):
        parts = row[column].split(";")
        assert parts == sorted(parts), row
        assert set(parts) <= set(ingredients()), row


def test_a_generic_name_means_one_drug() -> None:
    meant: dict[str, set[str]] = defaultdict(set)
    for row in rows("ingredients"):
        for column in COLUMNS:
            if row[column]:
                meant[key(row[column])].add(row["name"])
    for row in rows("synonyms"):
        meant[key(row["name"])].add(row["ingredient"])
    assert not {name: drugs for name, drugs in meant.items() if len(drugs) > 1}


def test_no_brand_is_a_generic_name() -> None:
    for row in rows("brands"):
        products = bundled().products(key(row["brand"]))
        assert all(product.countries for product in products), row


def test_brands_are_of_countries_with_a_language() -> None:
    known = {row["country"]: row["languages"].split() for row in rows("countries")}
    assert {country for row in rows("brands") for country in row["countries"].split()} <= set(known)
    assert {language for spoken in known.values() for language in spoken} == set(detected())


def test_areas_are_told_of_names_in_the_code_tables() -> None:
    forms = table("forms", "name")
    display = {
        name: {row["display"] or row["name"] for row in table(f"{name}s", "name").values()}
        for name in ("route", "site")
    }
    for row in rows("areas"):
        assert row["name"] in display.get(row["kind"], set(forms)), row
    told = {area for row in rows("areas") for area in row["areas"].split()}
    assert told == {row["area"] for row in rows("atc_areas")} | {"systemic"}


# The drugs that are prescribed most


def most_prescribed(path: Path, column: str) -> Iterator[tuple[str, dict[str, str]]]:
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row[column]:
                yield row[column], row


@pytest.mark.parametrize("path", COUNTRIES, ids=[path.stem for path in COUNTRIES])
@pytest.mark.parametrize("column", ["generic", "brand"])
def test_the_drugs_prescribed_most_are_coded(path: Path, column: str) -> None:
    listed = list(most_prescribed(path, column))
    missed = [name for name, row in listed if not is_right(name, row, LANGUAGE.get(path.stem, path.stem))]
    print(f"{path.stem} {column}: {len(listed) - len(missed)} of {len(listed)}; missed: {', '.join(missed)}")
    assert len(listed) >= 190
    assert len(missed) <= 0.05 * len(listed), missed


def is_right(name: str, row: dict[str, str], language: str) -> bool:
    """The name means the listed ingredients, its codes are theirs, and a statement of it gets a code."""
    product = find(name, bundled(), language).product
    if product is None or ";".join(product.ingredients) != row["ingredients"]:
        return False
    coded, _ = code(Statement(Medication(name), (), "active", 0, 0), bundled(), language)
    assert coded.medication is not None
    codes = (
        product.atc
        or bundled().combination(product.ingredients)
        or ingredients()[product.ingredients[0]]["atc"].split()
    )
    given = {coding.code for part in (coded.medication, *coded.medication.ingredients) for coding in part.codings}
    return bool(given) and (not row["atc"] or row["atc"] in codes)


# Agreement with the registers


@cache
def registered() -> dict[str, list[dict[str, str]]]:
    """The rows of the registers by every name they give an ingredient."""
    found: dict[str, list[dict[str, str]]] = defaultdict(list)
    with (REGISTERS / "ingredients.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            for name in {key(row[column]) for column in row if column.startswith(("name_", "inn_en", "rxnorm_name"))}:
                found[name].append(row)
    return found


def known_rows(row: dict[str, str]) -> list[dict[str, str]]:
    """What the registers say of one of our ingredients, found by any of its names."""
    names = [row[column] for column in COLUMNS if row[column] and column not in row["formed"].split()]
    return [other for name in (*names, row["rxnorm"]) if name for other in registered().get(key(name), [])]


@needs_registers
def test_rxnorm_codes_are_those_of_the_registers() -> None:
    checked = [row for row in rows("ingredients") if row["rxcui"] and known_rows(row)]
    assert len(checked) > 1000
    for row in checked:
        assert row["rxcui"] in {other["rxcui"] for other in known_rows(row)}, row


@needs_registers
def test_atc_codes_are_stated_and_not_disputed() -> None:
    for row in rows("ingredients"):
        if (known := known_rows(row)) and row["atc"]:
            stated = {atc for other in known for atc in other["atc_codes"].split("|")}
            weak = {part.split(":")[0] for other in known for part in other["atc_weak"].split("|")}
            outdated = {part.split(":")[0] for other in known for part in other["atc_outdated"].split("|")}
            assert set(row["atc"].split()) <= stated | weak or stated == {""}, row
            assert not set(row["atc"].split()) & outdated - stated, row


@needs_registers
def test_brands_have_the_ingredients_of_the_registers() -> None:
    stated: dict[tuple[str, str], set[str]] = defaultdict(set)
    with (REGISTERS / "brands.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            stated[key(row["brand"]), row["country"].lower()].add(row["ingredients"])
    checked = agreed = 0
    for row in rows("brands"):
        for country in row["countries"].split():
            for names in stated.get((key(row["brand"]), country), ()):
                checked += 1
                agreed += len(names.split(";")) == len(row["ingredients"].split(";"))
    assert checked > 4000
    assert agreed >= 0.97 * checked
