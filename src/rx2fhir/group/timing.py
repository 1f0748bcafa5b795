"""Makes a Timing out of the facts of a dosage."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from rx2fhir.normalize.values import MEALS, Count, Length
from rx2fhir.statement import Bounds, Duration, DurationRange, Period, Timing

_NOTHING = Timing()
_MINUTES = {"min": 1, "h": 60, "d": 1440}
_MEAL_OF = {"MORN": "M", "NOON": "D", "EVE": "V", "NIGHT": "V"}
_ABSORBS = {"M": ("MORN", "WAKE"), "D": ("NOON",), "V": ("EVE", "NIGHT")}


def timing(facts: Mapping[str, Any]) -> Timing | None:
    """The Timing of a dosage's facts, None where they say nothing of time."""
    frequency, frequency_max = _frequency(facts)
    period, period_max = _ends(facts.get("period"))
    count, count_max = _ends(facts.get("count"))
    duration: Length | None = facts.get("duration")
    made = Timing(
        frequency=frequency,
        frequency_max=frequency_max,
        period=period,
        period_max=period_max,
        period_unit=facts.get("period_unit") if period is not None else None,
        when=merge_meals(tuple(facts.get("when", ()))),
        offset=_offset(facts.get("offset")),
        time_of_day=tuple(sorted(facts.get("time_of_day", ()))),
        day_of_week=tuple(facts.get("day_of_week", ())),
        bounds=_bounds(facts),
        count=_whole(count),
        count_max=_whole(count_max),
        duration=duration.count.low if duration else None,
        duration_max=duration.count.high if duration else None,
        duration_unit=duration.unit if duration else None,
    )
    return None if made == _NOTHING else made


def _frequency(facts: Mapping[str, Any]) -> tuple[int | None, int | None]:
    low, high = _ends(facts.get("frequency"))
    events = max(len(merge_meals(tuple(facts.get("when", ())))), len(facts.get("time_of_day", ())))
    period: Count | None = facts.get("period")
    if low == 1 and events > 1 and period and period.low > 1 and facts.get("period_unit") != "h":
        low = Decimal(events)
    if "frequency_max" in facts:
        top = facts["frequency_max"]
        high = top.high or top.low
    return _whole(low), _whole(high)


def _ends(count: Count | None) -> tuple[Decimal | None, Decimal | None]:
    return (count.low, count.high) if count else (None, None)


def _whole(value: Decimal | None) -> int | None:
    return None if value is None else int(value)


def _offset(length: Length | None) -> int | None:
    return int(length.count.low * _MINUTES[length.unit]) if length and length.unit in _MINUTES else None


def merge_meals(when: tuple[str, ...]) -> tuple[str, ...]:
    """A part of the day and a meal said of one event are one code: evening with meals is CV."""
    generic = [code for code in when if code in MEALS]
    parts = [code for code in when if code in _MEAL_OF]
    if len(generic) == 1 and parts:
        when = tuple(generic[0] + _MEAL_OF[code] if code in parts else code for code in when if code != generic[0])
    absorbed = {part for code in when if code[0] in "CAP" for part in _ABSORBS.get(code[-1], ())}
    return tuple(dict.fromkeys(code for code in when if code not in absorbed))


def _bounds(facts: Mapping[str, Any]) -> Bounds | None:
    length: Length | None = facts.get("bounds")
    longest: Length | None = facts.get("bounds_max")
    if facts.get("bounds_start") or facts.get("bounds_end"):
        return Period(facts.get("bounds_start"), facts.get("bounds_end"))
    if length and length.count.high is not None:
        return DurationRange(Duration(length.count.low, length.unit), Duration(length.count.high, length.unit))
    if length:
        return Duration(length.count.low, length.unit)
    return DurationRange(high=Duration(longest.count.high or longest.count.low, longest.unit)) if longest else None
