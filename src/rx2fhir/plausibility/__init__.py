"""Says what no label would prescribe: amounts and times beyond `mappings/plausibility`, maxima below the dose.

Nothing is left out of the result: what is implausible but clear stays as it is written, with an issue of severity
error.
"""

from __future__ import annotations

from collections.abc import Sequence

from rx2fhir.plausibility.amounts import amount_issues
from rx2fhir.plausibility.ingredients import ingredient_issues
from rx2fhir.plausibility.maxima import maximum_issues
from rx2fhir.plausibility.times import time_issues
from rx2fhir.statement import Issue, Statement

__all__ = ["plausibility_issues"]


def plausibility_issues(statements: Sequence[Statement]) -> list[Issue]:
    """The issues of all statements, each of severity error on the words that are implausible."""
    return [
        issue
        for statement in statements
        for check in (amount_issues, ingredient_issues, time_issues, maximum_issues)
        for issue in check(statement)
    ]
