"""Amounts of a whole day beside its parts: "3 a day: 1 in the morning and 2 at night", "75 mg bd (150 mg/day)"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from rx2fhir.group.draft import EVENTS, RHYTHM, Draft, is_daily
from rx2fhir.normalize.values import MEALS, Count, Measure
from rx2fhir.quantity import in_base, same_amount
from rx2fhir.statement import Quantity

_HOURS = 24
_TIMED = frozenset((*RHYTHM, *EVENTS, "count", "bounds"))


def without_totals(drafts: Sequence[Draft]) -> list[Draft]:
    """The drafts without the amount of a whole day that only says again what the dose before it adds up to."""
    return [two for one, two in zip([None, *drafts], drafts, strict=False) if one is None or not _is_total(one, two)]


def counted_times(drafts: Sequence[Draft]) -> list[Draft]:
    """The drafts without the bare amount of a day right behind a form: `1 tablet 3 a day` is three times a day."""
    found: list[Draft] = []
    for draft in drafts:
        if found and _counts_times(found[-1], draft):
            draft.facts["frequency"] = draft.facts.pop("dose").count
            draft.sources["frequency"] = draft.sources.pop("dose")
            draft.carry(found[-1], tuple(found[-1].facts))
            draft.items = found.pop().items + draft.items
        found.append(draft)
    return found


def _counts_times(one: Draft, two: Draft) -> bool:
    dose, times = one.facts.get("dose"), two.facts.get("dose")
    if not (isinstance(dose, Measure) and isinstance(times, Measure)) or (dose.kind, times.kind) != ("form", "none"):
        return False
    timed = not _TIMED.isdisjoint(one.facts) or one.stage != two.stage
    beside = one.items[-1].last == two.sources["dose"].first
    of_day = is_daily(two.facts) and not two.facts.keys() & set(EVENTS[1:]) and set(two.facts.get("when", ())) <= MEALS
    return beside and not timed and times.count.whole and of_day


def broken_down(drafts: list[Draft]) -> list[Draft]:
    """`3 a day: 1 in the morning and 2 at night`: the parts are the dosages, when they add up to the whole."""
    doses = [dose for draft in drafts if isinstance(dose := draft.facts.get("dose"), Measure)]
    if len(drafts) < 2 or len(doses) < len(drafts) or not _is_whole_day(drafts[0]):
        return drafts
    times = [_frequency(draft) if "divided" in drafts[0].facts else Decimal(0) for draft in drafts[1:]]
    times = [often or Decimal(_times_a_day(draft)) for often, draft in zip(times, drafts[1:], strict=True)]
    parts = [_in_unit(dose, doses[0]) * often for dose, often in zip(doses[1:], times, strict=True)]
    whole = _in_unit(doses[0], doses[0])
    if not all(parts) or sum(parts) != whole or any(_in_unit(dose, doses[0]) == whole for dose in doses[1:]):
        return drafts
    for draft in drafts[1:]:
        draft.carry(drafts[0], ("route", "site", "method"))
        if draft.facts["dose"].kind == "none":
            draft.facts["dose"] = replace(draft.facts["dose"], unit=doses[0].unit, kind=doses[0].kind)
    return drafts[1:]


def _in_unit(dose: Measure, like: Measure) -> Decimal:
    """The amount in the base of its unit; a bare number has the unit of the whole."""
    return in_base(Quantity(dose.count.low, dose.unit or like.unit)).value


def _is_total(one: Draft, two: Draft) -> bool:
    part, whole = one.facts.get("dose"), two.facts.get("dose")
    if not (isinstance(part, Measure) and isinstance(whole, Measure) and _is_whole_day(two)) or one.stage != two.stage:
        return False
    if whole.kind != "measure" and not two.sources["dose"].bracketed:
        return False
    times = _frequency(one) or Decimal(_times_a_day(one))
    ranged = part.count.high is not None or whole.count.high is not None
    total = Quantity(part.count.low * times, part.unit)
    return times > 1 and not ranged and same_amount(total, Quantity(whole.count.low, whole.unit))


def _is_whole_day(draft: Draft) -> bool:
    """An amount per day, divided or not, with no time of the day."""
    daily = draft.facts.get("period") == Count.of(1)
    once = daily and ("divided" in draft.facts or draft.facts.get("frequency") == Count.of(1))
    return once and draft.facts["period_unit"] == "d" and not any(name in draft.facts for name in EVENTS)


def _times_a_day(draft: Draft) -> int:
    """How often a part of the day's amount is taken: at each event or of three meals; 0 where no event is said."""
    when = draft.facts.get("when", ())
    if "period" in draft.facts or "day_of_week" in draft.facts:
        return 0
    meals = 3 if when in (("C",), ("AC",), ("PC",)) else len(when)
    return meals or len(draft.facts.get("time_of_day", ()))


def _frequency(draft: Draft) -> Decimal:
    """How often a day by its rhythm; 0 where it has none, or a range."""
    frequency, period = draft.facts.get("frequency"), draft.facts.get("period")
    if not (isinstance(frequency, Count) and isinstance(period, Count)) or frequency.high or period.high:
        return Decimal(0)
    days = {"d": period.low, "h": period.low / _HOURS}.get(draft.facts["period_unit"])
    return frequency.low / days if days else Decimal(0)
