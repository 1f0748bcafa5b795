"""How sure it is that the doses and times of a statement are right, from 0 to 1.

A logistic function of three signs: how much of the text was read, whether an issue of severity warning or error touches
the statement, and how sure the model is of the drug's name. `docs/confidence.md` says what the weights are fitted to,
and how far the scores can be trusted.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp

from rx2fhir.statement import Issue, Statement

_SURE, _UNREAD, _DOUBT, _NAME = 3.74, -2.2, -2.19, -0.71
"""The score with nothing against it, and what each sign takes off, on the logistic scale."""

_UNSEEN_NAME = 0.5
"""The score of a name that the model did not see and that was found by its place."""


def confidence(statement: Statement, issues: Sequence[Issue], coverage: float) -> float:
    """The share of statements like this one whose doses and times are all right. coverage: of the whole text."""
    doubtful = any(_touches(issue, statement) for issue in issues if issue.severity != "information")
    names = [fact.score for fact in statement.evidence if fact.element == "medication"]
    name = min((_UNSEEN_NAME if score is None else score for score in names), default=1.0)
    scale = _SURE + _UNREAD * (1 - coverage) + _DOUBT * doubtful + _NAME * (1 - name)
    return 1 / (1 + exp(-scale))


def low_confidence_issues(
    statements: Sequence[Statement], confidences: Sequence[float], least: float
) -> tuple[Issue, ...]:
    """A warning for each statement below `least`."""
    return tuple(
        Issue("warning", "low-confidence", f"confidence {score:.2f}, below {least:.2f}", one.start, one.end)
        for one, score in zip(statements, confidences, strict=True)
        if score < least
    )


def _touches(issue: Issue, statement: Statement) -> bool:
    return issue.start < statement.end and statement.start < issue.end
