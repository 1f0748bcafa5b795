"""Leaves out of a dosage what FHIR's Timing cannot hold together, and says so in an issue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from rx2fhir.group.calendar import first_day, last_day
from rx2fhir.group.draft import EVENTS, RHYTHM, Draft
from rx2fhir.normalize.values import Ceiling, Count, Length, Measure
from rx2fhir.statement import Issue, Severity

_WITH_MEAL = ("C", "CM", "CD", "CV")
_SLOW = ("mL", "L", "patch", "mmol", "meq")
_DAY = 24
"""Hours."""


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
    if "ceiling" in facts:
        yield "ceiling", "warning", "so many times at most, beside another rhythm, of an amount that is no single one"
    if {"bounds", "bounds_max"} & facts.keys() and {"bounds_start", "bounds_end"} & facts.keys():
        name = "bounds" if "bounds" in facts else "bounds_max"
        yield name, "warning", "a length beside a date, of which it makes no exact last day"
    start, end = facts.get("bounds_start"), facts.get("bounds_end")
    if start and end and start > end:
        for name in ("bounds_start", "bounds_end"):
            yield name, "warning", "a first day behind the last one (per-1)"
    if "period" not in facts:
        for name in RHYTHM:
            if name in facts:
                yield name, "warning", "a frequency without its period"


def settle_ceilings(drafts: Iterable[Draft]) -> None:
    """ "1 tablet every 6 hours, up to 4 times a day" is at most 4 tablets a day, where the amount is a single one."""
    for draft in drafts:
        top, dose = draft.facts.get("ceiling"), draft.facts.get("dose")
        single = isinstance(dose, Measure) and dose.count.high is None
        if isinstance(top, Ceiling) and isinstance(dose, Measure) and single and _leaves_room(draft, top):
            most = Count((top.times.high or top.times.low) * dose.count.low)
            told = {"max_dose": replace(dose, count=most), "max_per": top.period, "max_per_unit": top.unit}
            if "max_dose" not in draft.facts:
                draft.facts |= told
                draft.sources["max_dose"] = draft.sources["ceiling"]
            del draft.facts["ceiling"]


def _leaves_room(draft: Draft, top: Ceiling) -> bool:
    """ "2 every 6 hours (max 8 x day)": more often than the rhythm has it, the number may well count tablets."""
    hours = draft.facts["period"].low if draft.facts.get("period_unit") == "h" else 0
    return top.unit != "d" or (top.times.high or top.times.low) * hours <= _DAY * top.period.low


def settle_hours(drafts: Iterable[Draft]) -> None:
    """ "For 16 hours a day", "500 ml over 4 hours": no course ends within the day; the hours are those of each time.

    But for what is given every so many hours or minutes: "every 20 minutes for 1 hour".
    """
    for draft in drafts:
        facts, length = draft.facts, draft.facts.get("bounds")
        hours = isinstance(length, Length) and length.unit == "h" and (length.count.high or length.count.low) < _DAY
        if hours and "duration" not in facts and _lasts(facts):
            facts["duration"], draft.sources["duration"] = facts.pop("bounds"), draft.sources["bounds"]


def _lasts(facts: dict[str, Any]) -> bool:
    """Given at so many times a day, or once and slowly: a volume, a patch."""
    if facts.keys() & {*RHYTHM, *EVENTS}:
        return facts.get("period_unit") not in ("h", "min")
    return getattr(facts.get("dose"), "unit", None) in _SLOW


def settle_dates(drafts: Iterable[Draft]) -> None:
    """ "For 7 days from 3 May" ends on 9 May: FHIR's bounds are a length or a period, and a period holds both."""
    for draft in drafts:
        facts = draft.facts
        length, start, end = (facts.get(name) for name in ("bounds", "bounds_start", "bounds_end"))
        found = last_day(start, length) if start and length else first_day(end, length) if end and length else None
        if found and not (start and end):
            facts["bounds_end" if start else "bounds_start"] = found
            draft.sources["bounds_end" if start else "bounds_start"] = draft.sources["bounds"]
            del facts["bounds"]
        elif start and end and length and last_day(start, length) == end:
            del facts["bounds"]


def _can_offset(draft: Draft) -> bool:
    when = draft.facts.get("when", ())
    return bool(when) and "time_of_day" not in draft.facts and not any(code in _WITH_MEAL for code in when)
