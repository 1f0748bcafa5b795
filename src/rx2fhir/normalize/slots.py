"""The slots that are more than a vocabulary: durations, clock times, lists of days, forms, free words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any
from unicodedata import normalize

from rx2fhir.normalize.amount import read_amounts, read_counted_forms, read_measures
from rx2fhir.normalize.dates import read_date
from rx2fhir.normalize.free_words import read_free, read_reason
from rx2fhir.normalize.number import read_numbers
from rx2fhir.normalize.ranges import read_counts
from rx2fhir.normalize.series import HOURS, read_figures, read_minutes, read_series, read_times
from rx2fhir.normalize.slot import Found, Matching, resolve
from rx2fhir.normalize.values import Count, Length, Site
from rx2fhir.packrows import Row

_MAX_MODIFIERS = 4
_ORDINAL_SIGNS = frozenset(". st nd rd th er ere re e eme o a de ste".split())


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
    if not found or not joints:
        return found
    if not normalize("NFKC", words.text[words.tokens[at].start : words.tokens[at].end]).isascii():
        return found
    return [item for item in found if item[0] not in {end for end, _ in joints}]


def _length(row: Row, values: Mapping[str, Any]) -> Length | None:
    named = resolve(row, values)
    value = named.get("value")
    if value is None or "unit" not in named:
        return None
    return Length(value if isinstance(value, Count) else Count.of(value), str(named["unit"]))


def _years(words: Matching, at: int) -> list[tuple[int, str]]:
    """A year of our time: four digits, 1900 to 2099."""
    token = words.tokens[at] if at < len(words.tokens) else None
    return [(at + 1, token.text)] if token and len(token.text) == 4 and token.text[:2] in ("19", "20") else []


def _ordinals(words: Matching, at: int) -> Found:
    """`first`, `2.`, `3rd`."""
    found = [(end, Count.of(key)) for end, key in words.ends("ordinals", at)]
    for end, figure in read_figures(words, at, 99):
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


SLOTS: Mapping[str, Callable[[Any, int], Found]] = {
    "number": read_numbers,
    "count": read_counts,
    "counted_form": read_counted_forms,
    "measure": read_measures,
    "amount": read_amounts,
    "single": lambda words, at: [(end, one) for end, one in words.read("amount", at) if one.count.high is None],
    "duration": _durations,
    "time": read_times,
    "times": lambda words, at: read_series(words, "time", at),
    "weekdays": lambda words, at: read_series(words, "weekday", at),
    "ordinal": _ordinals,
    "hour": lambda words, at: read_figures(words, at, HOURS),
    "minute": read_minutes,
    "date": read_date,
    "year": _years,
    "form": _forms,
    "site": _sites,
    "words": lambda words, at: read_free(words, at, words.stops),
    "reason": read_reason,
}
