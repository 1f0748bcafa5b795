"""What is said once holds for several dosages: a length, a reason, a rhythm, a meal, a unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rx2fhir.group.draft import EVENTS, RHYTHM, Draft, same
from rx2fhir.normalize.item import AS_NEEDED
from rx2fhir.normalize.reader import Reader
from rx2fhir.normalize.values import MEALS, PARTS, Length, Measure

_BOUNDS = ("bounds", "bounds_max", "bounds_start", "bounds_end")
_CIRCUMSTANCES = ("as_needed", "as_needed_for", "route", "site", "method", "duration")
_MAXIMA = ("max_dose", "max_per", "max_per_unit", "max_per_administration", "max_per_lifetime")
_SHARED = (*_BOUNDS, *_CIRCUMSTANCES, *_MAXIMA)
_FASTING = "empty stomach"
_PARTS, _DAY = 2, 3
"""Amounts that are parts of a day, and that make up a whole one."""
_FEW_FORMS = 4
"""So many tablets are taken at once; a bare number above may well be the milligrams that are said later."""


def share(drafts: Sequence[Draft]) -> None:
    """What is said once holds for all concurrent amounts; the unit of an amount holds for bare ones beside it."""
    _share_units(drafts)
    for stage in {draft.stage for draft in drafts}:
        _share_stage([draft for draft in drafts if draft.stage == stage])


def _share_stage(drafts: Sequence[Draft]) -> None:
    fasting = [draft for draft in drafts[:-1] if _is_fasting(draft)]
    for name in _SHARED:
        givers = [draft for draft in drafts if name in draft.facts]
        if len(givers) == 1 and _for_all(drafts, givers[0], name) and not _is_of_day(drafts, givers[0], name):
            for draft in drafts:
                draft.carry(givers[0], (name,))
    if not fasting:
        _share_last_rhythm(drafts)
    names = (*RHYTHM, *EVENTS) if _on_scale(drafts) else RHYTHM if drafts[0].headed else ()
    for draft in drafts[1:]:
        draft.carry(drafts[0], names)
    together = [item for draft in drafts if draft not in fasting for item in draft.instructions]
    for draft in drafts:
        draft.instructions = [*(draft.instructions if draft in fasting else ()), *together]


def _is_fasting(draft: Draft) -> bool:
    """ "1 tablet on an empty stomach and half at 4 pm": that is when it is taken, and no word on what comes later."""
    timed = any(name in draft.facts for name in (*RHYTHM, *EVENTS, "count"))
    return not timed and any(item.facts["instruction"] == _FASTING for item in draft.instructions)


def drop_times(drafts: Sequence[Draft]) -> None:
    """ "1 in the evening on day 1, twice daily on day 2": the evening of the first step is not all of the second."""
    for draft in drafts:
        frequency, daily = draft.facts.get("frequency"), draft.facts.get("period_unit") == "d"
        for name in {"when", "time_of_day"} & draft.carried:
            if daily and frequency is not None and frequency.low > len(draft.facts[name]):
                del draft.facts[name]


def share_meal(reader: Reader, drafts: Sequence[Draft]) -> None:
    """ "6 morning, 8 noon, 6 evening before meals": behind the last part of a whole day, the meal belongs to each.

    Behind the second of two parts "the meal" is its own, and "meals" those of both.
    """
    whens = [draft.facts.get("when", ()) for draft in drafts]
    meals = [item for item in drafts[-1].items if set(item.facts.get("when", "-")) <= MEALS] if drafts else []
    if len(drafts) < _PARTS or len(meals) != 1 or len({draft.stage for draft in drafts}) > 1:
        return
    if len(drafts) < _DAY and not any(reader.ends("<meals>", at) for at in range(meals[0].first, meals[0].last)):
        return
    if all(len(when) == 1 and set(when) <= PARTS for when in whens[:-1]) and set(whens[-1]) & PARTS:
        for draft in drafts[:-1]:
            draft.take(meals[0])


def _on_scale(drafts: Sequence[Draft]) -> bool:
    """All amounts hang on a measured value: when they are taken is said once, before the scale."""
    return all(any("scale" in item.facts for item in draft.items) for draft in drafts)


def _share_last_rhythm(drafts: Sequence[Draft]) -> None:
    """A rhythm at the end belongs to all amounts before it that have no time of their own."""
    last = drafts[-1]
    timed = any(name in draft.facts for draft in drafts[:-1] for name in (*RHYTHM, *EVENTS, "count", "scheme"))
    own = any("as_needed" in draft.facts or "as_needed_for" in draft.facts for draft in drafts[:-1])
    if own and not any(name in last.facts for name in AS_NEEDED):
        return
    names = (*RHYTHM, *EVENTS[:2]) if len(drafts) > 1 and _leads_days(last) else (*RHYTHM, *EVENTS)
    if not timed:
        for draft in drafts[:-1]:
            draft.carry(last, names)


def _leads_days(draft: Draft) -> bool:
    """Weekdays before the amount are its own: "1 tablet, on Sundays half"."""
    days, dose = draft.sources.get("day_of_week"), draft.sources.get("dose")
    return days is not None and dose is not None and days.first < dose.first


def _is_of_day(drafts: Sequence[Draft], giver: Draft, name: str) -> bool:
    """ "2 twice daily, 8 on day 1": a single day behind a later amount is not that of an amount with its own rhythm."""
    single = name == "bounds" and giver.facts["bounds"] == Length.of("1 d")
    return single and giver is not drafts[0] and any("period" in draft.facts for draft in drafts)


def _for_all(drafts: Sequence[Draft], giver: Draft, name: str) -> bool:
    """ "If needed" said with a later amount belongs to that amount; said first or apart, it belongs to all."""
    if not name.startswith("as_needed") or _closes_day(drafts, giver, name):
        return True
    if name in giver.apart:
        return not _is_besides(drafts, giver)
    return giver is drafts[0] and not _is_alone(drafts, giver, name)


def _is_besides(drafts: Sequence[Draft], giver: Draft) -> bool:
    """ "2 puffs twice daily; 2 puffs, as needed": the last amount has no time, and each of the others its own."""
    timed = [any(name in draft.facts for name in (*RHYTHM, *EVENTS)) for draft in drafts]
    return len(drafts) > 1 and giver is drafts[-1] and not timed[-1] and all(timed[:-1])


def _closes_day(drafts: Sequence[Draft], giver: Draft, name: str) -> bool:
    """ "1 morning, 1 noon, 1 evening (if needed)": in brackets behind the like amounts of a whole day."""
    alike = len(drafts) >= _DAY and all(same(draft.facts.get("dose"), giver.facts.get("dose")) for draft in drafts)
    parted = all(len(draft.facts.get("when", ())) == 1 for draft in drafts)
    return alike and parted and giver is drafts[-1] and giver.sources[name].bracketed


def _is_alone(drafts: Sequence[Draft], giver: Draft, name: str) -> bool:
    """ "1 tablet if pain, 2 tablets at night": behind an amount with no time, where the others have theirs."""
    timed = [any(fact in draft.facts for fact in (*RHYTHM, *EVENTS)) for draft in drafts]
    dose = giver.sources.get("dose")
    return dose is not None and dose.first < giver.sources[name].first and not timed[0] and all(timed[1:])


def _share_units(drafts: Sequence[Draft]) -> None:
    """The unit said first holds for bare amounts; one or two before "60 mg" count forms, and no milligrams.

    A unit said later does not reach back to an amount with a rhythm of its own: "1 x 5 pc, 1 tab hs".
    """
    named: Measure | None = None
    later = [dose for draft in drafts if isinstance(dose := draft.facts.get("dose"), Measure) and dose.kind != "none"]
    for draft in drafts:
        dose = draft.facts.get("dose")
        if not isinstance(dose, Measure) or not later:
            continue
        if dose.kind != "none":
            named = named or dose
        elif named and named.kind == "measure" and dose.count.fraction:
            continue  # half of 5 mg, or of a tablet, is no half milligram
        elif named or (not _has_rhythm(draft) and _is_counted_so(dose, later[0])):
            unit = named or later[0]
            draft.facts["dose"] = replace(dose, unit=unit.unit, kind=unit.kind)


def _has_rhythm(draft: Draft) -> bool:
    return "period" in draft.facts and "period" not in draft.carried


def _is_counted_so(dose: Measure, later: Measure) -> bool:
    return later.kind != "measure" or dose.count.low > _FEW_FORMS or not dose.count.whole
