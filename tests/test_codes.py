"""The code tables: every row has a source, the arithmetic is right, the ids are real, units convert."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from rx2fhir.codes import mappings_dir, table
from rx2fhir.errors import MappingError
from rx2fhir.quantity import is_equivalent, is_ucum, pint_name, registry, same_amount
from rx2fhir.statement import Quantity, Strength

KEYS = {
    "event_timing": "code",
    "forms": "name",
    "gts": "code",
    "instructions": "name",
    "methods": "name",
    "routes": "name",
    "sites": "name",
    "status": "status",
    "units": "code",
}

# Tables of codes as their owners publish them, in a folder beside the checkout where there is one.
REFERENCE = Path(__file__).resolve().parents[2] / "shared" / "reference"
needs_reference = pytest.mark.skipif(not REFERENCE.is_dir(), reason="no ../shared/reference here")


def column(name: str, key: str, column: str) -> dict[str, str]:
    """The filled cells of a column by the table's key."""
    return {code: row[column] for code, row in table(name, key).items() if row[column]}


def published(file: str, key: str, **only: str) -> dict[str, dict[str, str]]:
    """The rows of a reference table by `key`, only those with the given cells."""
    with (REFERENCE / file).open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return {row[key]: row for row in rows if all(row[name] == value for name, value in only.items())}


def test_every_table_is_listed_here() -> None:
    assert {path.stem for path in (mappings_dir() / "codes").glob("*.csv")} == set(KEYS)


@pytest.mark.parametrize(("name", "key"), KEYS.items())
def test_every_row_names_its_source_and_date(name: str, key: str) -> None:
    rows = table(name, key).values()
    assert rows
    for row in rows:
        assert row["source"], row
        assert len(row["retrieved"]) == len("2026-11-22"), row


@pytest.mark.parametrize(("name", "key"), KEYS.items())
def test_every_source_is_described(name: str, key: str) -> None:
    lines = (mappings_dir() / "codes" / "SOURCES.md").read_text(encoding="utf-8").splitlines()
    described = tuple(line.split("|")[1].split("(")[0].strip() for line in lines if line.startswith("| "))
    for row in table(name, key).values():
        assert row["source"].startswith((*described, "rx2fhir vocabulary")), row


def test_a_missing_column_is_a_mapping_error() -> None:
    with pytest.raises(MappingError, match=r"no column 'colour'; columns: .*code"):
        table("units", "colour")


# Arithmetic


@pytest.mark.parametrize("code", table("units", "code"))
def test_factor_agrees_with_pint(code: str) -> None:
    row = table("units", "code")[code]
    base = "dimensionless" if row["base"] == "1" else pint_name(row["base"])
    one = registry().Quantity(Decimal(1), pint_name(code))
    assert one.to(base).magnitude == Decimal(row["factor"])


@pytest.mark.parametrize(
    ("a", "unit_a", "b", "unit_b"),
    [
        ("1000", "ug", "1", "mg"),
        ("0.5", "g", "500", "mg"),
        ("1", "kg", "1000", "g"),
        ("250", "ng", "0.25", "ug"),
        ("5", "mL", "0.005", "L"),
        ("1", "cL", "10", "mL"),
        ("1", "dL", "100", "mL"),
        ("1000", "uL", "1", "mL"),
        ("1", "mmol", "1000", "umol"),
        ("2", "k[iU]", "2000", "[iU]"),
        ("1", "M[iU]", "1000000", "[iU]"),
        ("1.5", "cm", "15", "mm"),
        ("5", "%", "0.05", None),
        ("2", "wk", "14", "d"),
        ("90", "min", "1.5", "h"),
        ("1", "a", "12", "mo"),
        ("1", "mg/kg/d", "1000", "ug/kg/d"),
        ("24", "mg/d", "1", "mg/h"),
        ("2", "tablet", "2.0", "tablet"),
        ("3", None, "3", None),
    ],
)
def test_same_amount(a: str, unit_a: str | None, b: str, unit_b: str | None) -> None:
    left, right = Quantity(Decimal(a), unit_a), Quantity(Decimal(b), unit_b)
    assert same_amount(left, right)
    assert same_amount(right, left)


@pytest.mark.parametrize(
    ("a", "unit_a", "b", "unit_b"),
    [
        ("1", "mg", "1", "ug"),
        ("1", "mg", "1", "mL"),
        ("1", "mg", "1", "[iU]"),
        ("1", "meq", "1", "mmol"),
        ("1", "[iU]", "1", "[anti'Xa'U]"),
        ("1", "mg", "1", None),
        ("2", "tablet", "2", "capsule"),
        ("1", "unit", "1", "[iU]"),
        ("1", "m2", "1", "m"),
        ("1", "mg/kg", "1", "mg"),
        ("500", "mg", "501", "mg"),
    ],
)
def test_not_the_same_amount(a: str, unit_a: str | None, b: str, unit_b: str | None) -> None:
    assert not same_amount(Quantity(Decimal(a), unit_a), Quantity(Decimal(b), unit_b))


def strength(value: str, unit: str | None, per: str | None = None, per_unit: str | None = None) -> Strength:
    return Strength(Decimal(value), unit, Quantity(Decimal(per), per_unit) if per else None)


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        (strength("0.5", "g"), strength("500", "mg"), True),
        (strength("5", "mg", "1", "mL"), strength("25", "mg", "5", "mL"), True),
        (strength("1", "g", "1", "L"), strength("1", "mg", "1", "mL"), True),
        (strength("25", "ug", "1", "h"), strength("0.6", "mg", "1", "d"), True),
        (strength("500", None), strength("500", None), True),
        (strength("100", "[iU]", "1", "mL"), strength("0.1", "k[iU]", "1", "mL"), True),
        (strength("500", None), strength("500", "mg"), False),
        (strength("5", "mg", "1", "mL"), strength("5", "mg"), False),
        (strength("5", "mg", "1", "mL"), strength("5", "mg", "5", "mL"), False),
        (strength("1", "%"), strength("10", "mg", "1", "mL"), False),
    ],
)
def test_is_equivalent(a: Strength, b: Strength, same: bool) -> None:
    assert is_equivalent(a, b) is same
    assert is_equivalent(b, a) is same


@pytest.mark.parametrize("unit", ["mg", "mL/h", "[iU]/kg/h", "%", "mg/m2", "[anti'Xa'U]"])
def test_ucum_codes_and_their_quotients_are_known(unit: str) -> None:
    assert is_ucum(unit)


@pytest.mark.parametrize("unit", ["mcg", "IU", "tablet", "unit", "mg/tablet", "ML", "", "mg/", "unit/h"])
def test_words_and_false_codes_are_not_ucum(unit: str) -> None:
    assert not is_ucum(unit)


# Agreement with what the owners of the codes publish


@needs_reference
@pytest.mark.parametrize("name", ["routes", "sites", "methods", "instructions"])
def test_snomed_ids_are_in_the_published_value_sets(name: str) -> None:
    ids = published("snomed_dosage_codes.csv", "sct_code")
    assert not set(column(name, "name", "sct").values()) - set(ids)


@needs_reference
def test_routes_are_in_the_value_set_of_routes() -> None:
    ids = published("snomed_dosage_codes.csv", "sct_code", valueset="route-codes")
    assert set(column("routes", "name", "sct").values()) <= set(ids)


@needs_reference
def test_route_names_are_in_the_published_display() -> None:
    ids = published("snomed_dosage_codes.csv", "sct_code", valueset="route-codes")
    differently_worded = {"rectal", "vaginal", "inhalation", "intravenous central", "intravenous peripheral"}
    for name, code in column("routes", "name", "sct").items():
        row = ids[code]
        words = f"{row['display']} {row['display_in_R4_expansion_if_different']}".lower().replace("-", "")
        assert name in differently_worded or name.replace("-", "") in words, (name, words)


@needs_reference
def test_sites_of_v2_0163_mean_what_they_say() -> None:
    system = "http://terminology.hl7.org/CodeSystem/v2-0163"
    codes = published("hl7_v2_v3_route_site_method_form.csv", "code", system=system)
    for name, code in column("sites", "name", "v2_0163").items():
        display = codes[code]["display"].lower()
        for side in ("left", "right"):
            assert (side in name) == (side in display), (name, display)


@needs_reference
def test_orderable_forms_are_published() -> None:
    system = "http://terminology.hl7.org/CodeSystem/v3-orderableDrugForm"
    codes = published("hl7_v2_v3_route_site_method_form.csv", "code", system=system)
    assert set(column("forms", "name", "orderable_form").values()) <= set(codes)


@needs_reference
def test_units_are_valid_ucum() -> None:
    codes = published("ucum_medication.csv", "code", **{"ucum_2.1_validation": "valid"})
    assert set(table("units", "code")) <= set(codes)


@needs_reference
@pytest.mark.parametrize(("name", "valueset"), [("event_timing", "event-timing"), ("gts", "timing-abbreviation")])
def test_timing_codes_are_all_of_r4(name: str, valueset: str) -> None:
    assert set(table(name, "code")) == set(published("timing_codes.csv", "code", valueset=valueset, in_R4="y"))
