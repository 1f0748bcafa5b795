"""Doses and strengths of potent drugs that are far beyond the largest tablet or capsule there is: mg for micrograms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache

from rx2fhir.codes import table
from rx2fhir.plausibility.limits import error, words
from rx2fhir.quantity import in_base, most
from rx2fhir.statement import Issue, Medication, Quantity, Statement
from rx2fhir.text import tokenize

_FACTOR = 10
"""So many of the largest tablet or capsule are given at once of no such drug."""

_JOINTS = frozenset("/+")
"""Signs between the ingredients of a combination, whose strengths may be of the other one."""

_ATC = "http://www.whocc.no/atc"


def ingredient_issues(statement: Statement) -> Iterator[Issue]:
    """implausible-dose: ten times the largest unit of `ingredients.csv`, at once or as strength."""
    largest = _largest(statement.medication) if statement.medication else None
    if largest is None or statement.medication is None:
        return
    for strength in statement.medication.strengths:
        amount = Quantity(strength.value, strength.unit)
        if strength.per is None and _exceeds(amount, largest):
            message = f"a strength of {words(amount)}; the largest that is sold is {largest:f} mg"
            yield Issue("error", "implausible-dose", message, strength.start, strength.end)
    for dosage in statement.dosages:
        if dosage.dose is not None and _exceeds(most(dosage.dose), largest):
            message = f"{words(most(dosage.dose))} at once; the largest unit that is sold is {largest:f} mg"
            yield error("implausible-dose", message, dosage, "doseAndRate.dose")


def _exceeds(amount: Quantity, largest: Decimal) -> bool:
    mass = in_base(amount)
    return mass.unit == "g" and mass.value * 1000 > largest * _FACTOR


def _largest(drug: Medication) -> Decimal | None:
    """The largest unit in mg of a product of one ingredient, by its name or ATC code; None for combinations."""
    if len(drug.strengths) > 1 or not _JOINTS.isdisjoint(drug.text or ""):
        return None
    keys = [coding.code for coding in drug.codings if coding.system == _ATC]
    keys += [token.text for token in tokenize(drug.text or "") if token.is_word]
    return next((_limits()[key] for key in keys if key in _limits()), None)


@cache
def _limits() -> Mapping[str, Decimal]:
    """Milligrams by ATC code and by folded name."""
    rows = table("ingredients", "ingredient", "plausibility").values()
    return {key: Decimal(row["largest_mg"]) for row in rows for key in (row["atc"] + " " + row["names"]).split()}
