"""Leaves out of a dosage what FHIR's Timing cannot hold together, and says so in an issue."""

from __future__ import annotations

from collections.abc import Iterator

from rx2fhir.group.draft import RHYTHM, Draft
from rx2fhir.statement import Issue, Severity

_WITH_MEAL = ("C", "CM", "CD", "CV")


def unlawful_issues(drafts: list[Draft]) -> list[Issue]:
    """Remove the facts that break an invariant of Timing.repeat; one issue for each."""
    issues = []
    for draft in drafts:
        for name, severity, why in list(_breaches(draft)):
            source = draft.sources[name]
            draft.facts.pop(name, None)
            issues.append(Issue(severity, "cannot-say", f"{why}; it stays in Dosage.text", source.start, source.end))
    return issues


def _breaches(draft: Draft) -> Iterator[tuple[str, Severity, str]]:
    facts = draft.facts
    if "when" in facts and "time_of_day" in facts:
        yield "when", "information", "a part of the day beside a clock time (tim-10)"
    if "offset" in facts and not _can_offset(draft):
        yield "offset", "warning", "an offset needs one event before or after it (tim-9)"
    if "period" not in facts:
        for name in RHYTHM:
            if name in facts:
                yield name, "warning", "a frequency without its period"


def _can_offset(draft: Draft) -> bool:
    when = draft.facts.get("when", ())
    return bool(when) and "time_of_day" not in draft.facts and not any(code in _WITH_MEAL for code in when)
