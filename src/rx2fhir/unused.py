"""What was read but ended up in no element becomes an issue: no fact is dropped silently."""

from __future__ import annotations

from collections.abc import Sequence

from rx2fhir.coverage import all_evidence
from rx2fhir.group.clauses import is_filled, is_restated, is_shot
from rx2fhir.group.draft import is_daily
from rx2fhir.group.evidence import element
from rx2fhir.group.segment import Segment
from rx2fhir.group.weekdays import OTHER_DAYS
from rx2fhir.normalize.empty import is_empty_slot
from rx2fhir.normalize.item import TIMING, Item
from rx2fhir.normalize.reader import Reader
from rx2fhir.normalize.values import Count
from rx2fhir.statement import Issue, Severity, Statement

_AMOUNTS = ("dose", "dose_max", "rate", "scheme", "max_dose", "max_per_administration", "max_per_lifetime")
_BOUNDS = ("bounds", "bounds_max", "bounds_start", "bounds_end")
_CORE = frozenset((*TIMING, *_AMOUNTS, *_BOUNDS, "as_needed", "as_needed_for", "route", "site"))
_MAXIMUM = ("maxDosePerPeriod",)
_ALSO = {
    "doseAndRate.dose": ("doseAndRate.rate", "timing.repeat.frequency"),
    "timing.repeat.frequency": ("doseAndRate.rate",),
    "timing.repeat.when": ("additionalInstruction",),
    "timing.repeat.bounds": ("timing.repeat.duration",),
    **dict.fromkeys(("timing.repeat.frequencyMax", "timing.repeat.period", "timing.repeat.periodUnit"), _MAXIMUM),
}
"""Where else a fact may stand: an hour beside days is that of one administration, 400 mg a day in two doses is a rate,
5 applications a day are a frequency, a meal beside "an hour before bedtime" is an instruction, "up to 4 times a day"
beside "every 6 hours" is a maximum."""


def unused_issues(
    reader: Reader, statements: Sequence[Statement], segments: Sequence[Segment], issues: Sequence[Issue]
) -> list[Issue]:
    """An issue for every reading of a statement that no element holds. issues: what is reported already.

    severity: warning for a dose, time, maximum, route or site; information for the form or method said twice, for an
    amount in brackets that says another again, for "every day" beside "twice a day", and for the dose of a drug that is
    stopped.
    """
    found = []
    for statement, segment in zip(statements, segments, strict=True):
        told = [(fact.start, fact.end, fact.element.split("[")[0]) for fact in all_evidence([statement])]
        said = [item for item in segment.items if "background" not in item.facts]
        for before, item, after in zip([None, *said], said, [*said[1:], None], strict=False):
            lost = set() if is_empty_slot(item) else _lost(item, told)
            if lost and not any(issue.start < item.end and item.start < issue.end for issue in issues):
                minor = item.bracketed or not lost & _CORE or _is_stopped(reader, statement, segment, item)
                minor = minor or _says_no_more(reader, statement, item) or _is_again(reader, before, item, after)
                minor = minor and not _is_lost_start(statement, item)
                severity: Severity = "information" if minor else "warning"
                message = f"in no element: {reader.text[item.start : item.end]!r}"
                found.append(Issue(severity, "unused-text", message, item.start, item.end))
    return found


def _is_lost_start(statement: Statement, item: Item) -> bool:
    """A loading dose that is no first step, beside other amounts."""
    return item.facts.get("step") == "first" and len(statement.dosages) > 1


def _is_again(reader: Reader, before: Item | None, item: Item, after: Item | None) -> bool:
    """An amount that another says as well."""
    if after is not None and is_filled(item, after):
        return True
    return before is not None and (is_shot(before, item) or is_restated(reader, before, item))


def _is_stopped(reader: Reader, statement: Statement, segment: Segment, item: Item) -> bool:
    """Said of a drug that is stopped: behind its name or "stop", and before it is taken again.

    What stands before both may be of another drug.
    """
    marks = [one.first for one in segment.items if "status" in one.facts]
    first = min([*marks, segment.drug.first]) if segment.drug else segment.last
    return statement.status != "active" and item.first > first and not _is_resumed(reader, segment, first, item.last)


def _is_resumed(reader: Reader, segment: Segment, first: int, last: int) -> bool:
    """ "Hold for 48 hours, then restart 500 mg twice daily": between two tokens the drug is taken again."""
    told = (one for one in segment.items if first < one.first < last)
    if any(one.facts.get("status") == "active" or one.facts.get("step") == "next" for one in told):
        return True
    return any(reader.ends("<then>", at) for at in range(first + 1, last))


def _says_no_more(reader: Reader, statement: Statement, item: Item) -> bool:
    """ "Every day" beside "twice a day" or "every 12 hours"; beside "every 2 days" it contradicts, and so does "1x"."""
    timings = [dosage.timing for dosage in statement.dosages if dosage.timing and dosage.timing.period]
    within = all(
        timing.period_unit in ("min", "h") or (timing.period_unit == "d" and timing.period == 1) for timing in timings
    )
    rhythm = {name: value for name, value in item.facts.items() if name in TIMING}
    if rhythm == {"count": Count.of(1)}:  # the x1 of "3x1 twice daily" is part of a figure
        return bool(timings) and not (reader.tokens[item.first].glued and reader.tokens[item.first - 1].is_number)
    counted = any(reader.tokens[at].is_number for at in range(item.first, item.last))
    contradicts = counted and any((timing.frequency or 1) > 1 for timing in timings)
    return bool(timings) and within and bool(rhythm) and is_daily(rhythm) and not contradicts


def _lost(item: Item, told: Sequence[tuple[int, int, str]]) -> set[str]:
    """The facts of an item that are in no element, of minor ones only where nothing of the item is.

    told: start, end and element of the evidence.
    """
    elements = {name for start, end, name in told if start < item.end and item.start < end}
    lost = {name for name in item.facts if element(name) not in elements}
    lost = {name for name in lost if elements.isdisjoint(_ALSO.get(element(name), ()))}
    if item.facts.get("count") == Count.of(1) and "timing.repeat.frequency" in elements:
        lost.discard("count")  # the "in one dose" of "once a week in one dose"
    if item.facts.get("day_of_week") == (OTHER_DAYS,) and "timing.repeat.period" in elements:
        lost.discard("day_of_week")  # the other of alternate days are a rhythm
    return lost & _CORE if elements else lost
