"""The tables of `mappings/plausibility` and amounts in their units."""

from __future__ import annotations

from decimal import Decimal

from rx2fhir.codes import table
from rx2fhir.statement import Amount, DosageInstruction, Issue, Quantity, Range


def limit(name: str, key: str, value: str, column: str) -> Decimal | None:
    """The limit of a row of `mappings/plausibility/<name>.csv`, None where there is none."""
    row = table(name, key, "plausibility").get(value)
    return Decimal(row[column]) if row else None


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


def error(code: str, message: str, dosage: DosageInstruction, element: str) -> Issue:
    """An issue on the words that gave an element of a dosage."""
    return Issue("error", code, message, *dosage.span_of(element))


def words(amount: Quantity) -> str:
    """`30 tablet`, `5000 mg`."""
    return f"{amount.value.normalize():f} {amount.unit or ''}".strip()
