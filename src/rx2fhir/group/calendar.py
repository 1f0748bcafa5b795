"""The last or first day of a course of so many days, weeks, months or years."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from rx2fhir.normalize.values import Length

_DAYS = {"d": 1, "wk": 7}
_MONTHS = {"mo": 1, "a": 12}


def last_day(start: date, length: Length) -> date | None:
    """The last day of a course that begins on `start`, that day included; None where the length is not exact."""
    behind = _moved(start, length, 1)
    return behind - timedelta(days=1) if behind else None


def first_day(end: date, length: Length) -> date | None:
    """The first day of a course whose last day is `end`; None where the length is not exact."""
    return _moved(end + timedelta(days=1), length, -1)


def _moved(day: date, length: Length, sign: int) -> date | None:
    count = length.count
    if count.high is not None or not count.whole or count.low > 999:
        return None
    size = sign * int(count.low)
    if length.unit in _DAYS:
        return day + timedelta(days=size * _DAYS[length.unit])
    return _month_on(day, size * _MONTHS[length.unit]) if length.unit in _MONTHS else None


def _month_on(day: date, months: int) -> date | None:
    """The same day of another month, or that month's last one; None outside the calendar."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= 9998:
        return None
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
