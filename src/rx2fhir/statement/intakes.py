"""How often a dosage is taken on a day, counted from its Timing."""

from __future__ import annotations

from decimal import Decimal

from rx2fhir.statement import Timing

_SECONDS = {"s": 1, "min": 60, "h": 3600, "d": 86400, "wk": 604800, "mo": 2629800, "a": 31557600}
"""Units of time as in `mappings/codes/units.csv`; month and year are UCUM's mean Julian ones."""


def intakes_per_day(timing: Timing | None) -> tuple[Decimal, Decimal] | None:
    """The fewest and most intakes of a mean day; None where the timing does not say. "Once a week" is 1/7."""
    if timing is None:
        return None
    if timing.period and timing.period_unit:
        low, high = _times(timing)
        longest = timing.period_max or timing.period
        a_day = Decimal(_SECONDS["d"]) * _weekdays(timing)
        seconds = _SECONDS[timing.period_unit]
        return low * a_day / (longest * seconds), high * a_day / (timing.period * seconds)
    events = _events(timing)
    if not events and not timing.day_of_week:
        return None
    mean = max(events, Decimal(1)) * Decimal(len(timing.day_of_week) or 7) / 7
    return mean, mean


def _events(timing: Timing) -> Decimal:
    return Decimal(max(len(timing.when), len(timing.time_of_day)))


def _times(timing: Timing) -> tuple[Decimal, Decimal]:
    """Times per period; "once a day, morning and evening" are two. "Up to 3 times" may be none."""
    least = _events(timing)
    if timing.period_unit == "wk" and timing.period == 1:
        least = Decimal(len(timing.day_of_week))
    if timing.frequency is None and timing.frequency_max is not None:
        return Decimal(0), Decimal(timing.frequency_max)
    low = max(Decimal(timing.frequency or 1), least)
    return low, max(Decimal(timing.frequency_max or 0), low)


def _weekdays(timing: Timing) -> Decimal:
    """The share of the days on which a daily dose is taken."""
    days = len(timing.day_of_week) if timing.period_unit != "wk" else 0
    return Decimal(days or 7) / 7
