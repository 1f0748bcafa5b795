"""The tables of `mappings/plausibility`, and what is said of a dosage that breaks them."""

from __future__ import annotations

from decimal import Decimal

from rx2fhir.codes import table
from rx2fhir.statement import DosageInstruction, Issue, Quantity


def limit(name: str, key: str, value: str, column: str) -> Decimal | None:
    """The limit of a row of `mappings/plausibility/<name>.csv`, None where there is none."""
    row = table(name, key, "plausibility").get(value)
    return Decimal(row[column]) if row else None


def error(code: str, message: str, dosage: DosageInstruction, element: str) -> Issue:
    """An issue on the words that gave an element of a dosage."""
    return Issue("error", code, message, *dosage.span_of(element))


def words(amount: Quantity) -> str:
    """`30 tablet`, `5000 mg`."""
    return f"{amount.value.normalize():f} {amount.unit or ''}".strip()
