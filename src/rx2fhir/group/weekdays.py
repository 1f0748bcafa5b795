"""Weekdays that are said as others: "on the other days", "except on Sundays", "daily, but 2 on Sundays"."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from rx2fhir.group.draft import EVENTS, RHYTHM, Draft
from rx2fhir.means import WEEKDAYS
from rx2fhir.normalize.item import AS_NEEDED, Item
from rx2fhir.normalize.values import Count
from rx2fhir.statement import Issue

OTHER_DAYS = "other"
"""In a pack, the value of `day_of_week` for "the other days"."""


def days_but(days: Collection[str]) -> tuple[str, ...]:
    """The days of the week without some of them."""
    return tuple(day for day in WEEKDAYS if day not in days)


def spell_out_days(drafts: Sequence[Draft]) -> None:
    """The other days are those that no other dosage names; an amount beside excepted days is that of these days."""
    for one, two in pairwise(drafts):
        _give_days_off(one, two)
    _share_times(drafts)
    named = {day for draft in drafts for day in draft.facts.get("day_of_week", ())} - {OTHER_DAYS}
    turn = any(is_every_other_day(draft.facts) for draft in drafts)
    for draft in drafts:
        if OTHER_DAYS not in draft.facts.get("day_of_week", ()):
            continue
        if not named and turn:
            _take_in_turn(draft)
        elif not named and (len(drafts) > 1 or draft.has_dose):  # "2 tablets if it hurts, otherwise 1"
            del draft.facts["day_of_week"]
        else:
            draft.facts["day_of_week"] = days_but(named)


def _take_in_turn(draft: Draft) -> None:
    del draft.facts["day_of_week"]
    said = draft.sources.pop("day_of_week")
    draft.items = [replace(item, facts={"alternate": True}) if item is said else item for item in draft.items]


def is_every_other_day(facts: Mapping[str, Any]) -> bool:
    """Beside "5 mg on alternate days", the other days are the days between."""
    frequency, period = facts.get("frequency"), facts.get("period")
    return frequency == Count.of(1) and period == Count.of(2) and facts.get("period_unit") == "d"


def _share_times(drafts: Sequence[Draft]) -> None:
    """ "100 ug in the morning Mon-Fri, 125 ug Sat and Sun": what differs by weekday is taken at the same time."""
    if not all(draft.has_dose and "day_of_week" in draft.facts for draft in drafts):
        return
    if not any(name in draft.facts for draft in drafts[1:] for name in (*EVENTS[:2], *RHYTHM)):
        for draft in drafts[1:]:
            draft.carry(drafts[0], EVENTS[:2])


def _give_days_off(one: Draft, two: Draft) -> None:
    """ "1 daily except on Sundays, then 2": the second amount is for the Sundays, the first for the other days."""
    leads = two.items[0] if "days_off" in two.items[0].facts else None
    trails = next((item for item in one.items if "days_off" in item.facts), None)
    source = leads or trails
    timed = any(name in two.facts for name in (*EVENTS, *RHYTHM) if leads is None or name != "day_of_week")
    if source is None or timed or one.stage != two.stage or not (one.has_dose and two.has_dose):
        return
    _set_days(two, source.facts["days_off"], source)
    _set_days(one, days_but(source.facts["days_off"]), source)


def _set_days(draft: Draft, days: tuple[str, ...], source: Item) -> None:
    draft.facts["day_of_week"] = days
    draft.sources["day_of_week"] = source


def keep_days_apart(drafts: Sequence[Draft]) -> list[Issue]:
    """An amount for every day and another one for some weekdays are not taken both: an issue, and days of its own.

    "5 mg daily, 7.5 mg on Mondays" is 5 mg on the other days, very likely; it could be 12.5 mg on Mondays.
    """
    daily = [draft for draft in drafts if _is_daily(draft)]
    weekly = [draft for draft in drafts if draft.has_dose and "day_of_week" in draft.facts]
    if len(daily) != 1 or not weekly or len(daily) + len(weekly) != len(drafts):
        return []
    if any(draft.stage != daily[0].stage or _has_own_time(draft, daily[0]) for draft in weekly):
        return []
    source = weekly[0].sources["day_of_week"]
    _set_days(daily[0], days_but({day for draft in weekly for day in draft.facts["day_of_week"]}), source)
    message = "an amount for every day and another one for some weekdays: read as that of the other days"
    return [Issue("warning", "conflicting-time", message, source.start, source.end)]


def _is_daily(draft: Draft) -> bool:
    """An amount with a time or rhythm of every day."""
    rhythm = "period" in draft.facts
    every_day = draft.facts.get("period") == Count.of(1) and draft.facts.get("period_unit") == "d"
    timed = any(name in draft.facts for name in ("when", "time_of_day"))
    return (
        draft.has_dose and "day_of_week" not in draft.facts and (every_day if rhythm else timed or not _is_bound(draft))
    )


def _is_bound(draft: Draft) -> bool:
    """Once, for some days, or as needed: an amount with no time of its own, but not for every day either."""
    return bool(draft.facts.keys() & {"count", "bounds", *AS_NEEDED, "bounds_start", "bounds_end"})


def _has_own_time(draft: Draft, daily: Draft) -> bool:
    """Another time of the day: what is taken then may well come on top."""
    return any(draft.facts[name] != daily.facts.get(name) for name in ("when", "time_of_day") if name in draft.facts)
