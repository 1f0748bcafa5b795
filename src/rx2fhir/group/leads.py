"""Days that are said once for several amounts: "Mondays 1 tablet at 8 am, 2 tablets at 8 pm"."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from rx2fhir.group.draft import EVENTS, RHYTHM, Draft, same
from rx2fhir.normalize.values import Count
from rx2fhir.statement import Issue

_DAYS = (*RHYTHM, "day_of_week")
_TIMES = EVENTS[:2]
_OWN = frozenset((*_DAYS, "days_off", "bounds", "bounds_max", "bounds_start", "bounds_end", "count", "as_needed"))
"""What a dosage says of its own days."""


def lead_days(drafts: Sequence[Draft]) -> None:
    """The weekdays, or the rhythm of several days, before an amount hold for what is taken later on the same day."""
    for one, two in pairwise(drafts):
        if one.stage == two.stage and _leads(one) and _is_later(one, two):
            two.carry(one, _DAYS)


def trail_days(drafts: Sequence[Draft]) -> None:
    """A rhythm of several days set apart behind timed amounts is that of all: "1 am, 2 pm, every other day".

    So is one of several days of the week behind like amounts: "1 am 1 pm 5 days a week"; and so are weekdays set apart:
    "1 am, 2 pm, except on Sundays".
    """
    last = drafts[-1] if drafts else None
    if last is not None and "day_of_week" in last.apart:
        _give(drafts, last, ("day_of_week",))
    if last is None or not _is_of_days(last) or not ("period" in last.apart or _is_of_week(drafts)):
        return
    _give(drafts, last, RHYTHM)


def _give(drafts: Sequence[Draft], last: Draft, names: Sequence[str]) -> None:
    """What the last amount says, to those before it that have their times and say nothing of their own days."""
    others = [draft for draft in drafts[:-1] if draft.stage == last.stage]
    if all(_is_timed(draft) and not _OWN & draft.facts.keys() for draft in others) and _is_timed(last):
        for draft in others:
            draft.carry(last, names)


def scope_issues(drafts: Sequence[Draft]) -> list[Issue]:
    """ "1 am and 2 pm except on Sundays", with no comma: of both, or of the last? It is given as of the last."""
    last = drafts[-1] if len(drafts) > 1 else None
    days, dose = (last.sources.get(name) if last else None for name in ("day_of_week", "dose"))
    if last is None or days is None or dose is None or days.first < dose.first or not _is_timed(last):
        return []
    others = [draft for draft in drafts[:-1] if _is_later(draft, last, frozenset())]
    if len(others) < len(drafts) - 1 or any(_OWN & draft.facts.keys() or draft.stage for draft in drafts[:-1]):
        return []
    message = "days behind the last of several amounts: of that one, or of all? Read as of the last"
    return [Issue("warning", "conflicting-time", message, days.start, days.end)]


def _is_of_week(drafts: Sequence[Draft]) -> bool:
    """The same amount at each time, and behind the last one on how many days of the week."""
    last = drafts[-1]
    often, dose = last.facts.get("frequency"), last.sources.get("dose")
    if often is None or often.low <= 1 or dose is None or last.facts.get("period_unit") != "wk":
        return False
    behind = dose.first < last.sources["period"].first
    return behind and all(same(draft.facts.get("dose"), last.facts["dose"]) for draft in drafts)


def _is_timed(draft: Draft) -> bool:
    return draft.has_dose and any(name in draft.facts for name in _TIMES)


def _leads(draft: Draft) -> bool:
    """Its days stand before its amount."""
    name = "day_of_week" if "day_of_week" in draft.facts else "period"
    if name == "period" and not _is_of_days(draft):
        return False
    days, dose = draft.sources[name], draft.sources.get("dose")
    return dose is not None and (days is dose or days.first < dose.first)


def _is_of_days(draft: Draft) -> bool:
    """Every other day, once a week: not what is taken every day or every few hours."""
    unit = draft.facts.get("period_unit")
    return unit in ("wk", "mo", "a") or (unit == "d" and draft.facts["period"] != Count.of(1))


def _is_later(one: Draft, two: Draft, own: frozenset[str] = _OWN) -> bool:
    """An amount with a time of its own, another one than that before, and no days of its own."""
    if not (two.has_dose and one.has_dose) or own & two.facts.keys():
        return False
    mine, theirs = ({name for key in _TIMES for name in draft.facts.get(key, ())} for draft in (two, one))
    return bool(mine and theirs) and mine.isdisjoint(theirs)
