"""When and how often, in words."""

from __future__ import annotations

from decimal import Decimal

from rx2fhir.errors import CannotSay
from rx2fhir.statement import Duration, DurationRange, Rate, Timing
from rx2fhir.wording.amounts import duration_words
from rx2fhir.wording.words import Words

_HOURLY = frozenset(("h", "min", "s"))


def frequency_words(words: Words, timing: Timing, rate: Rate | None) -> str:
    """3 times a day; every 8 hours; up to 4 times a day; a rate per day is divided in so many."""
    if timing.frequency is None and timing.frequency_max is None:
        return ""
    if timing.period is None or timing.period_unit is None:
        raise CannotSay(f"{words.frame.language}: no words for {timing.frequency} times without a period")
    if _is_daily(rate) and timing.period == 1 and timing.period_unit == "d":
        return words.frame.say("divided", n=_count(words, timing))
    once = timing.frequency == 1 and timing.frequency_max is None
    if once and (timing.period != 1 or timing.period_max or timing.period_unit in _HOURLY):
        return _every(words, timing, timing.period_unit)
    return f"{_times(words, timing)} {_period(words, timing, timing.period_unit)}"


def _is_daily(rate: Rate | None) -> bool:
    return rate is not None and str(getattr(rate, "unit", "")).endswith("/d")


def _times(words: Words, timing: Timing) -> str:
    if timing.frequency is None:
        return words.frame.say("at_most", times=_n_times(words, str(timing.frequency_max), timing.frequency_max))
    return _n_times(words, _count(words, timing), timing.frequency_max or timing.frequency)


def _count(words: Words, timing: Timing) -> str:
    if timing.frequency is None or timing.frequency_max is None:
        return str(timing.frequency or timing.frequency_max)
    return words.frame.say("range", low=str(timing.frequency), high=str(timing.frequency_max))


def _n_times(words: Words, number: str, most: int | None) -> str:
    """once, twice, 3 times."""
    table = words.frame.words["times"]
    forms = table.get(number) or words.own("times", "more")
    return (forms[-1] if words.is_plural(Decimal(most or 0)) else forms[0]).replace("{n}", number)


def _period(words: Words, timing: Timing, unit: str) -> str:
    """a day; every 3 days; in 24 hours, where it is a ceiling."""
    if timing.period == 1 and timing.period_max is None:
        return words.own("per", unit)[0]
    if timing.frequency is None and timing.period is not None:
        return words.frame.say("within", duration=duration_words(words, Duration(timing.period, unit)))
    return _every(words, timing, unit)


def _every(words: Words, timing: Timing, unit: str) -> str:
    """every hour; every 8 hours; every 4 to 6 hours."""
    low, high = timing.period or Decimal(1), timing.period_max
    number = words.number(low)
    if high is not None:
        number = words.frame.say("range", low=number, high=words.number(high))
    forms = words.own("every", unit)
    return (forms[-1] if words.is_plural(high or low) or low != 1 else forms[0]).replace("{n}", number)


def when_words(words: Words, timing: Timing) -> str:
    """in the morning and at bedtime; 30 minutes before breakfast."""
    if timing.offset is None:
        return words.listed([words.word("when", code) for code in timing.when])
    length = duration_words(words, _minutes(timing.offset))
    preferred = words.frame.words.get("offset_when", {})
    events = [preferred[code][0] if code in preferred else words.word("when", code) for code in timing.when]
    return words.frame.say("offset", duration=length, when=words.listed(events))


def _minutes(offset: int) -> Duration:
    hours, rest = divmod(offset, 60)
    return Duration(Decimal(offset), "min") if rest or not hours else Duration(Decimal(hours), "h")


def day_words(words: Words, timing: Timing) -> str:
    """on Monday and Thursday."""
    days = words.listed([words.word("weekdays", day) for day in timing.day_of_week])
    return words.frame.say("days", days=days) if days else ""


def clock_words(words: Words, timing: Timing) -> str:
    """at 8:00 and 20:30."""
    times = words.listed([_clock(words, time) for time in timing.time_of_day])
    return words.frame.say("clock", times=times) if times else ""


def _clock(words: Words, time: str) -> str:
    hour, minute = time.split(":")[:2]
    if minute == "00":
        return words.frame.say("hour", h=str(int(hour)))
    return words.frame.say("hour_minute", h=str(int(hour)), m=minute)


def count_words(words: Words, timing: Timing) -> str:
    """single dose; 10 doses in all."""
    if timing.count is None:
        return ""
    if timing.count == 1 and timing.count_max is None:
        return words.frame.phrases["count_one"]
    low, high = str(timing.count), timing.count_max
    return words.frame.say("count", n=low if high is None else words.frame.say("range", low=low, high=str(high)))


def runs_words(words: Words, timing: Timing) -> str:
    """over 30 minutes: how long one administration takes."""
    if timing.duration is None or timing.duration_unit is None:
        return ""
    low = Duration(timing.duration, timing.duration_unit)
    high = None if timing.duration_max is None else Duration(timing.duration_max, timing.duration_unit)
    return words.frame.say("runs", duration=duration_words(words, DurationRange(low, high) if high else low))
