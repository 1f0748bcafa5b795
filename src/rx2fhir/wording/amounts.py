"""Doses, rates and lengths of time in words."""

from __future__ import annotations

from decimal import Decimal

from rx2fhir.errors import CannotSay
from rx2fhir.quantity import is_ucum
from rx2fhir.statement import Amount, Bounds, Duration, DurationRange, Period, Quantity, Rate, Ratio
from rx2fhir.wording.words import Words

_TIME_UNITS = frozenset(("s", "min", "h", "d", "wk", "mo", "a"))


def dose_words(words: Words, dose: Amount) -> str:
    """1 tablet; 1 to 2 tablets; up to 2 tablets; a bare count so that it is one."""
    text = amount_words(words, dose)
    ends = [dose] if isinstance(dose, Quantity) else [dose.low, dose.high]
    return text if any(end and end.unit for end in ends) else words.frame.say("bare", amount=text)


def amount_words(words: Words, amount: Amount) -> str:
    """An amount with its unit. Raises CannotSay for a range that is open above, or of two units."""
    if isinstance(amount, Quantity):
        return _with_unit(words, _figure(words, amount), amount)
    if amount.high is None or (amount.low and amount.low.unit != amount.high.unit):
        raise CannotSay(f"{words.frame.language}: no words for an amount from {amount.low} to {amount.high}")
    if amount.low is None:
        return words.frame.say("up_to", high=amount_words(words, amount.high))
    low, high = _figure(words, amount.low), _figure(words, amount.high)
    return _with_unit(words, words.frame.say("range", low=low, high=high), amount.high)


def rate_words(words: Words, rate: Rate) -> str:
    """2 ml/h; 1000 ml in 8 hours."""
    if not isinstance(rate, Ratio):
        return amount_words(words, rate)
    unit = rate.denominator.unit or ""
    if unit not in _TIME_UNITS:
        raise CannotSay(f"{words.frame.language}: no words for an amount per {rate.denominator}")
    duration = duration_words(words, Duration(rate.denominator.value, unit))
    return words.frame.say("ratio", amount=amount_words(words, rate.numerator), duration=duration)


def duration_words(words: Words, length: Duration | DurationRange) -> str:
    """7 days; 5 to 7 days. Raises CannotSay for an open range."""
    if isinstance(length, Duration):
        return f"{words.number(length.value)} {words.counted('time_units', length.unit, length.value)}"
    low, high = length.low, length.high
    if low is None or high is None or low.unit != high.unit:
        raise CannotSay(f"{words.frame.language}: no words for a time from {low} to {high}")
    number = words.frame.say("range", low=words.number(low.value), high=words.number(high.value))
    return f"{number} {words.counted('time_units', high.unit, high.value)}"


def bounds_words(words: Words, bounds: Bounds) -> str:
    """For how long, from when, until when."""
    if isinstance(bounds, Period):
        return _period_words(words, bounds)
    if isinstance(bounds, DurationRange) and bounds.low is None and bounds.high is not None:
        return words.frame.say("bounds_most", duration=duration_words(words, bounds.high))
    return words.frame.say("bounds", duration=duration_words(words, bounds))


def _period_words(words: Words, period: Period) -> str:
    start, end = (_date(words, day.year, day.month, day.day) if day else "" for day in (period.start, period.end))
    if start and end:
        return words.frame.say("bounds_period", start=start, end=end)
    return words.frame.say("bounds_from", date=start) if start else words.frame.say("bounds_until", date=end)


def _date(words: Words, year: int, month: int, day: int) -> str:
    name = words.word("months", str(month))
    return words.frame.say("date", d=str(day), dd=f"{day:02}", mm=f"{month:02}", month=name, y=f"{year:04}")


def _figure(words: Words, quantity: Quantity) -> str:
    return words.number(quantity.value, fraction=not _is_measure(quantity.unit))


def _is_measure(unit: str | None) -> bool:
    return bool(unit) and is_ucum(str(unit))


def _with_unit(words: Words, figure: str, quantity: Quantity) -> str:
    if not quantity.unit:
        return figure
    unit = _measure(words, quantity) if is_ucum(quantity.unit) else _form(words, quantity.unit, quantity.value)
    return f"{figure} {unit}"


def _form(words: Words, name: str, count: Decimal) -> str:
    return words.counted("forms", name, count)


def _measure(words: Words, quantity: Quantity) -> str:
    """mg; mg/kg/day: a time in a denominator has its short word."""
    first, *per = str(quantity.unit).split("/")
    parts = [words.counted("units", first, quantity.value)]
    for unit in per:
        parts.append(words.own("rate_time", unit)[0] if unit in _TIME_UNITS else words.word("units", unit))
    return "/".join(parts)
