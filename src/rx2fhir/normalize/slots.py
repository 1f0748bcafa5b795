"""The slots that are more than a vocabulary: durations, clock times, lists of days, forms, free words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Protocol

from rx2fhir.normalize.amount import read_amounts, read_counted_forms, read_measures
from rx2fhir.normalize.clock import clock, read_time
from rx2fhir.normalize.dates import read_date
from rx2fhir.normalize.number import Words as Reading
from rx2fhir.normalize.number import read_numbers
from rx2fhir.normalize.ranges import read_counts
from rx2fhir.normalize.values import Count, Length, Site, Words
from rx2fhir.packrows import Row
from rx2fhir.phrases import Values

_EARLY = "04:00:00"
_MAX_SERIES = 14
_MAX_WORDS = 25
_JOINTS = ("+", "&", "/")
_TIMES = ("x", "×")
_MAX_MODIFIERS = 4
_HOURS, _MAX_HOURS, _FEW = 24, 5, 4
_ORDINAL_SIGNS = frozenset(". st nd rd th er ere re e eme o a de ste".split())
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Found = Sequence[tuple[int, Any]]


class Matching(Reading, Protocol):
    """What slots need of the reader: vocabularies, other slots, rows, and where free words stop."""

    stops: frozenset[int]
    verbs: frozenset[int]

    def rows(self, trie: str, at: int) -> list[tuple[int, Any, Values]]: ...


def resolve(row: Row, values: Mapping[str, Any]) -> dict[str, Any]:
    """The meaning of a row with the values of its slots; without what hangs on a slot that the text leaves out."""
    found = {}
    for name, value in row.means.items():
        if isinstance(value, str) and value in row.slots:
            if value in values:
                found[name] = values[value]
        else:
            found[name] = value
    return found


def _durations(words: Matching, at: int) -> Found:
    counts = [*words.read("count", at), *((end, Count(Decimal(1))) for end, _ in words.ends("<one>", at))]
    some = [(start, count) for start, count in counts if count.high or count.low]
    found = [(end, Length(count, unit)) for start, count in some for end, unit in _time_units(words, start)]
    for end, row, values in words.rows("durations", at):
        length = _length(row, dict(values))
        if length:
            found.append((end, length))
    return sorted(found, key=lambda item: -item[0])


def _time_units(words: Matching, at: int) -> Sequence[tuple[int, str]]:
    """The units of time at a token, but "di" without its accent, which is "of": "1 di sera" is no day."""
    found, joints = words.ends("time_units", at), words.ends("<of>", at)
    if not found or not joints or not words.text[words.tokens[at].start : words.tokens[at].end].isascii():
        return found
    return [item for item in found if item[0] not in {end for end, _ in joints}]


def _length(row: Row, values: Mapping[str, Any]) -> Length | None:
    named = resolve(row, values)
    value = named.get("value")
    if value is None or "unit" not in named:
        return None
    return Length(value if isinstance(value, Count) else Count.of(value), str(named["unit"]))


def _times(words: Matching, at: int) -> Found:
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


def _figures(words: Matching, at: int, highest: int) -> list[tuple[int, str]]:
    """A number of one or two digits, not above `highest`."""
    tokens = words.tokens
    if at >= len(tokens) or not tokens[at].is_number or len(tokens[at].text) > 2:
        return []
    return [(at + 1, tokens[at].text)] if int(tokens[at].text) <= highest else []


def _years(words: Matching, at: int) -> list[tuple[int, str]]:
    """A year of our time: four digits, 1900 to 2099."""
    token = words.tokens[at] if at < len(words.tokens) else None
    return [(at + 1, token.text)] if token and len(token.text) == 4 and token.text[:2] in ("19", "20") else []


def _minutes(words: Matching, at: int) -> Found:
    """Two figures, but no hour of its own: "2 20 Uhr" and "2 h 20" are two at eight in the evening."""
    return [found for found in _figures(words, at, 59) if len(found[1]) == 2 and not _is_own_hour(words, at)]


def _is_own_hour(words: Matching, at: int) -> bool:
    """Behind a blank, what can be an hour: directly behind a number, or behind a word with a small number before."""
    tokens = words.tokens
    if tokens[at].glued or at < 1 or int(tokens[at].text) > _HOURS:
        return False
    return tokens[at - 1].is_number or any(int(hour) <= _FEW for _, hour in _figures(words, max(at - 2, 0), _HOURS))


def _ordinals(words: Matching, at: int) -> Found:
    """`first`, `2.`, `3rd`."""
    found = [(end, Count.of(key)) for end, key in words.ends("ordinals", at)]
    for end, figure in _figures(words, at, 99):
        sign = words.tokens[end] if end < len(words.tokens) else None
        if sign and sign.glued and sign.text in _ORDINAL_SIGNS:
            found.append((end + 1, Count.of(figure)))
    return found


def _forms(words: Matching, at: int) -> Found:
    """A form with the modifiers around it: comprimé pelliculé sécable."""
    found = []
    for start in _modified(words, at):
        for end, form in words.ends("forms", start):
            found += [(stop, form) for stop in _modified(words, end)]
    return found


def _modified(words: Matching, at: int) -> list[int]:
    """Behind no modifier, one, two, ...: as many as a form has."""
    ends = [at]
    while len(ends) <= _MAX_MODIFIERS and (modifiers := words.ends("form_modifiers", ends[-1])):
        ends.append(modifiers[0][0])
    return ends


def _sites(words: Matching, at: int) -> Found:
    return [(end, Site(name, at, end)) for end, name in words.ends("sites", at)]


def _series(words: Matching, kind: str, at: int) -> Found:
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
    figures = _figures(words, at, _HOURS) if apart else []
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


def _free(words: Matching, at: int, stops: frozenset[int]) -> Found:
    """Free words: up to the end of the clause or what is read as something else."""
    tokens, end, depth = words.tokens, at, 0
    while end < min(len(tokens), at + _MAX_WORDS) and end not in stops:
        sign = tokens[end].text
        depth += (sign == "(") - (sign == ")")
        if depth < 0 or sign in ("\n", ";", ":", "|") or (sign in ".-," and _clause_ends(words, end)):
            break
        end += 1
    while end > at and (
        tokens[end - 1].text in _JOINTS or any(last == end for last, _ in words.ends("<and>", end - 1))
    ):
        end -= 1  # "if it hurts + Ramipril ..."
    return [(end, Words(at, end))] if any(token.is_word for token in tokens[at:end]) else ()


def _reason(words: Matching, at: int) -> Found:
    """Free words that are no length, "as needed for 7 days", no times, no place, and no change of the dose."""
    if words.ends("<titrate>", at) or _is_times(words, at):
        return []
    found = _free(words, at, words.stops | words.verbs | _thens(words, at) | _again(words, at))
    placed = {end for end, _ in words.ends("sites", at) if end > at + 1}  # "prn both eyes", not "prn rash"
    return [] if any(end in placed or _is_length(words, at, end) for end, _ in found) else found


def _is_times(words: Matching, at: int) -> bool:
    """`x 2`: so many times, in whatever language."""
    tokens = words.tokens[at : at + 2]
    return len(tokens) == 2 and tokens[0].text in _TIMES and tokens[1].is_number


def _again(words: Matching, at: int) -> frozenset[int]:
    """The comma before the same condition again: "if pain, if it stays increase to 2"."""
    tokens, near = words.tokens, range(at, min(len(words.tokens) - 1, at + _MAX_WORDS))
    same = tokens[at - 1].text if at else None
    return frozenset(one for one in near if tokens[one].text == "," and tokens[one + 1].text == same)


def _thens(words: Matching, at: int) -> frozenset[int]:
    """Where "then" leads to an amount: "if pain then 1 tablet"; the Dutch "dan" is "than" as well."""
    near = range(at + 1, min(len(words.tokens), at + _MAX_WORDS))
    return frozenset(one for one in near if any(words.read("amount", end) for end, _ in words.ends("<then>", one)))


def _is_length(words: Matching, at: int, end: int) -> bool:
    """A length, or with the word before ("for the first 3 days") a row that gives bounds, ends where the words do."""
    bounds = [
        stop
        for start in (at - 1, at)
        for stop, row, _ in (words.rows("closed", start) if start >= 0 else ())
        if any(name.startswith("bounds") for name in row.means)
    ]
    return end in bounds or any(stop == end for stop, _ in words.read("duration", at))


def _clause_ends(words: Matching, at: int) -> bool:
    """A full stop or dash with a blank behind, or a comma before a number, something that is read, or "then"."""
    if at + 1 >= len(words.tokens):
        return True
    if words.tokens[at].text in ".-":
        return not words.tokens[at + 1].glued
    counted = words.tokens[at + 1].is_number and not words.tokens[at + 1].glued
    return counted or at + 1 in words.stops or bool(words.ends("<then>", at + 1))


SLOTS: Mapping[str, Callable[[Any, int], Found]] = {
    "number": read_numbers,
    "count": read_counts,
    "counted_form": read_counted_forms,
    "measure": read_measures,
    "amount": read_amounts,
    "single": lambda words, at: [(end, one) for end, one in words.read("amount", at) if one.count.high is None],
    "duration": _durations,
    "time": _times,
    "times": lambda words, at: _series(words, "time", at),
    "weekdays": lambda words, at: _series(words, "weekday", at),
    "ordinal": _ordinals,
    "hour": lambda words, at: _figures(words, at, _HOURS),
    "minute": _minutes,
    "date": read_date,
    "year": _years,
    "form": _forms,
    "site": _sites,
    "words": lambda words, at: _free(words, at, words.stops),
    "reason": _reason,
}
