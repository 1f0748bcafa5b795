"""Units of measure: which codes are UCUM, and when two amounts are the same (pint, loaded when first needed).

Numbers are read by `normalize`, never by pint (which takes "0,5 g" for 0 g): values and UCUM codes come here.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

from rx2fhir.codes import table
from rx2fhir.statement import Amount, Quantity, Range, Strength

if TYPE_CHECKING:
    import pint

# Two amounts nearer than this, relative to their size, are one amount written in two ways.
TOLERANCE = Decimal("1e-8")

MASSES = frozenset(("ng", "ug", "mg", "g"))
"""The masses that medicines are dosed by; UCUM."""


@cache
def is_ucum(unit: str) -> bool:
    """Whether `unit` is a code of units.csv or such codes divided (`mg/kg/d`); else it is a word."""
    return all(part in table("units", "code") for part in unit.split("/"))


def most(amount: Amount) -> Quantity:
    """The greatest value of an amount."""
    if isinstance(amount, Range):
        return amount.high or amount.low or Quantity(Decimal(0))
    return amount


def in_base(amount: Quantity) -> Quantity:
    """A measure in the base unit of its dimension (g, L, mol ...); what is no measure, as it is.

    By the factors of `codes/units.csv`: they say the same as pint, which takes too long to load for a check that
    every text goes through.
    """
    row = table("units", "code").get(amount.unit or "")
    return Quantity(amount.value * Decimal(row["factor"]), row["base"]) if row else amount


def same_amount(a: Quantity, b: Quantity) -> bool:
    """Whether both say the same amount: 0.5 g and 500 mg do, 2 tablets and 2 capsules do not."""
    if a.unit == b.unit:
        return _close(a.value, b.value)
    return _same_ratio(a, Quantity(Decimal(1)), b, Quantity(Decimal(1)))


def is_equivalent(a: Strength, b: Strength) -> bool:
    """Whether two strengths are one product's: 0.5 g and 500 mg; 5 mg/mL and 25 mg/5 mL."""
    one = Quantity(Decimal(1))
    return _same_ratio(Quantity(a.value, a.unit), a.per or one, Quantity(b.value, b.unit), b.per or one)


def _same_ratio(a: Quantity, per_a: Quantity, b: Quantity, per_b: Quantity) -> bool:
    """Compare a/per_a with b/per_b, multiplied out so that nothing is divided by zero."""
    left, right = _units(a.unit, per_b.unit), _units(b.unit, per_a.unit)
    factor = _factor(left, right)
    return factor is not None and _close(a.value * per_b.value * factor, b.value * per_a.value)


def _close(a: Decimal, b: Decimal) -> bool:
    return abs(a - b) <= TOLERANCE * max(abs(a), abs(b))


def _units(*units: str | None) -> tuple[str, ...]:
    return tuple(sorted(unit for unit in units if unit))


@cache
def _factor(left: tuple[str, ...], right: tuple[str, ...]) -> Decimal | None:
    """How many of the units `right`, multiplied, one of `left` is; None where they do not convert."""
    if left == right:
        return Decimal(1)
    if not all(map(is_ucum, left + right)):
        return None
    ours, theirs = _pint_unit(left), _pint_unit(right)
    return Decimal(str(ours.to(theirs).magnitude)) if ours.is_compatible_with(theirs) else None


def _pint_unit(codes: tuple[str, ...]) -> pint.Quantity[Decimal]:
    """One of the product of UCUM units, as a pint quantity."""
    product = registry().Quantity(Decimal(1))
    for code in codes:
        first, *denominators = map(pint_name, code.split("/"))
        product = product * registry().Quantity(Decimal(1), first)
        for denominator in denominators:
            product = product / registry().Quantity(Decimal(1), denominator)
    return product


def pint_name(code: str) -> str:
    """pint's name of a code of units.csv: its display in one word (`milligram`, `international_unit`)."""
    return _word(table("units", "code")[code]["display"])


def _word(text: str) -> str:
    """`text` as pint wants names: letters, digits, underscores."""
    return re.sub(r"\W", "_", text)


@cache
def registry() -> pint.UnitRegistry[Decimal]:
    """pint's units and those of units.csv that pint lacks (international units, equivalents, CFU ...).

    Each dimension that pint lacks becomes one of its own, so that none converts into another.
    """
    import pint

    units: pint.UnitRegistry[Decimal] = pint.UnitRegistry(non_int_type=Decimal)
    units.define("square_metre = metre ** 2")
    for code, row in table("units", "code").items():
        if pint_name(code) not in units:
            units.define(f"{pint_name(code)} = {_meaning(row)}")
    return units


def _meaning(row: dict[str, str]) -> str:
    """A row of units.csv in pint's language: a multiple of its base, or a base of its own dimension."""
    if row["code"] == row["base"]:
        return f"[{_word(row['dimension'])}]"
    return f"{row['factor']} * {pint_name(row['base'])}"
