"""OperationOutcome for issues: https://hl7.org/fhir/R4/operationoutcome.html (R5 is the same)."""

from __future__ import annotations

from collections.abc import Iterable

from rx2fhir.fhir.element import Json, string
from rx2fhir.statement import Issue

ISSUE_SYSTEM = "urn:x-rx2fhir:issue"


def outcome(issues: Iterable[Issue], place: str = "") -> Json:
    """An OperationOutcome of at least one issue. place: what the text is, put before the span: "line 7, "."""
    return {"resourceType": "OperationOutcome", "issue": [_issue(issue, place) for issue in issues]}


def _issue(issue: Issue, place: str) -> Json:
    return {
        "severity": issue.severity,
        "code": "informational" if issue.severity == "information" else "processing",
        "details": {"coding": [{"system": ISSUE_SYSTEM, "code": issue.code}], "text": string(issue.message)},
        "diagnostics": f"{place}characters {issue.start} to {issue.end}",
    }
