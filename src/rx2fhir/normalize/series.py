"""Clock times and weekdays, alone and in a row: "at 8, 12 and 20 o'clock", "Mon-Fri"."""

from __future__ import annotations

from rx2fhir.normalize.clock import clock, read_time
from rx2fhir.normalize.slot import Found, Matching, resolve

_EARLY = "04:00:00"
_MAX_SERIES = 14
HOURS, _MAX_HOURS, _FEW = 24, 5, 4
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def read_times(words: Matching, at: int) -> Found:
    """`8 am`, `20:00`, `half past 8`, the longest first."""
    found = read_time(words, at)
    for end, row, values in words.rows("times", at):
        named = resolve(row, dict(values))
        time = clock(str(named.get("hour")), str(named.get("minute", "0")), named.get("half"))
        if time and not (end > at + 1 and _begins_hour(words, end - 1)):
            found.append((end, time))
    return sorted(found, key=lambda item: -item[0])


def _begins_hour(words: Matching, at: int) -> bool:
    """The end of one time is the beginning of the next: the 12 of "8h 12h 16h", the second h of "1 h 8, 1 h 12"."""
    token = words.tokens[at]
    return not (token.is_number and token.glued) and any(end > at + 1 for end, _ in words.read("time", at))


def read_figures(words: Matching, at: int, highest: int) -> list[tuple[int, str]]:
    """A number of one or two digits, not above `highest`."""
    tokens = words.tokens
    if at >= len(tokens) or not tokens[at].is_number or len(tokens[at].text) > 2:
        return []
    return [(at + 1, tokens[at].text)] if int(tokens[at].text) <= highest else []


def read_minutes(words: Matching, at: int) -> Found:
    """Two figures, but no hour of its own: "2 20 Uhr" and "2 h 20" are two at eight in the evening."""
    return [found for found in read_figures(words, at, 59) if len(found[1]) == 2 and not _is_own_hour(words, at)]


def _is_own_hour(words: Matching, at: int) -> bool:
    """Behind a blank, what can be an hour: directly behind a number, or behind a word with a small number before."""
    tokens = words.tokens
    if tokens[at].glued or at < 1 or int(tokens[at].text) > HOURS:
        return False
    return tokens[at - 1].is_number or any(int(hour) <= _FEW for _, hour in read_figures(words, max(at - 2, 0), HOURS))


def read_series(words: Matching, kind: str, at: int) -> Found:
    """Several clock times or weekdays: with commas, "and", or from one day to another."""
    found: list[tuple[int, tuple[str, ...]]] = []
    values: tuple[str, ...] = ()
    chained = False  # the last joint is a dash: the Mi-Fr of "Mo-Mi-Fr" is no range
    for _ in range(_MAX_SERIES):
        hour = _bare_hour(words, at) if kind == "time" else None
        if hour:
            at, values = hour[0], (*values, hour[1])
            continue
        item = next(iter(words.read(kind, at)), None)
        if item is None or (kind == "time" and item[0] == at + 1 and _counts(words, item[0])):
            break
        if kind == "time" and values and _is_offset(words, *item):
            break
        at, values = item[0], (*values, item[1])
        found.append((at, values))
        ranged = _day_range(words, at, values) if kind == "weekday" and not chained else None
        if ranged:
            at, values = ranged
            found.append(ranged)
        chained = at < len(words.tokens) and words.tokens[at].text == "-"
        at = _joined(words, at)
    return found[::-1]


def _bare_hour(words: Matching, at: int, more: int = _MAX_HOURS) -> tuple[int, str] | None:
    """The 8 of "8 and 20 o'clock": an hour whose word comes with a later one, at most `more` hours on."""
    apart = more and not _is_behind_time(words, at) and not _is_fraction(words, at)
    figures = read_figures(words, at, HOURS) if apart else []
    start = _joined(words, at + 1) if figures else at + 1
    hour = clock(figures[0][1]) if start > at + 1 and not words.read("time", at) else None
    start = next((end for end, _ in words.ends("<at>", start)), start) if hour else start  # "at 8 and at 20 o'clock"
    if hour is None:
        return None
    later = next(iter(words.read("time", start)), None) or _bare_hour(words, start, more - 1)
    # "8/8h" names an interval, not two hours
    return (start, hour) if later and later[1] != hour else None


def _is_offset(words: Matching, end: int, time: str) -> bool:
    """One to three hours before or after a meal: "every 8 hours, 2 hours before meals"."""
    return time < _EARLY and any(key.startswith(("AC", "PC")) for _, key in words.ends("when", end))


def _is_fraction(words: Matching, at: int) -> bool:
    """The 1/2 of "8 o'clock 1 1/2, 12 o'clock 1" is no two hours."""
    return any(end > at + 1 and 0 < count.low < 1 for end, count in words.read("number", at))


def _is_behind_time(words: Matching, at: int) -> bool:
    """Directly behind a clock time a bare number is an amount: the last 1 of "10 Uhr 1, 14 Uhr 1, 18 Uhr 2"."""
    return any(end == at for start in range(max(at - 3, 0), at) for end, _ in words.read("time", start))


def _counts(words: Matching, at: int) -> bool:
    """The number before is an amount and no hour: a form or unit follows it, or the next clock time."""
    joined = bool(words.ends("<and>", at))
    timed = not joined and any("time_of_day" in row.means for _, row, _ in words.rows("closed", at))
    return bool(timed or words.read("form", at) or words.ends("units", at))


def _day_range(words: Matching, at: int, values: tuple[str, ...]) -> tuple[int, tuple[str, ...]] | None:
    dash = [at + 1] if at < len(words.tokens) and words.tokens[at].text == "-" else []
    for start in [*(end for end, _ in words.ends("<to>", at)), *dash]:
        for end, last in words.read("weekday", start):
            if end < len(words.tokens) and words.tokens[end].text == "-":
                return None
            first = _DAYS.index(values[-1])
            span = (_DAYS.index(str(last)) - first) % 7
            return end, values + tuple(_DAYS[(first + step) % 7] for step in range(1, span + 1))
    return None


def _joined(words: Matching, at: int) -> int:
    """Behind a comma, slash, "and", or both."""
    if at < len(words.tokens) and words.tokens[at].text in (",", "/", "&", "-"):
        at += 1
    return next((end for end, _ in words.ends("<and>", at)), at)
