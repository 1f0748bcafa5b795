"""Everything in a text that the rows of a pack and the grammar can read: the candidates of `cover`."""

from __future__ import annotations

from collections.abc import Iterator

from rx2fhir.codes import is_countable
from rx2fhir.normalize.amount import read_roman
from rx2fhir.normalize.bare_hours import is_amount_at
from rx2fhir.normalize.marks import list_mark
from rx2fhir.normalize.match import NO_VALUES, Match
from rx2fhir.normalize.reader import Reader
from rx2fhir.normalize.scheme import read_scheme
from rx2fhir.normalize.strengths import read_strengths
from rx2fhir.normalize.tables import read_tables
from rx2fhir.normalize.values import Count, Measure
from rx2fhir.packrows import Row
from rx2fhir.phrases import Values

_MOST_FORMS, _MOST_DROPS = 20, 60
_YEARS = 1000
_MOST_HALVES, _MOST_PARTS = 3, 5
_NO_DOSES = ("kg", "mm/h")
"""A body weighs so much, and blood cells sink so fast."""
_LAST_DAY = 99
_VITAMIN = "vitamin"

Matches = list[list[Match]]
"""The matches of a text, for each token those that start there."""


def closed_matches(reader: Reader, after_drug: frozenset[int]) -> Matches:
    """All matches but those that end in free words. after_drug: tokens directly behind a drug."""
    if reader.tables is None:
        reader.tables = read_tables(reader)
    return [
        [*reader.tables.get(at, ()), *_closed_at(reader, at, at in after_drug)]
        if token.text != "\n" and not (token.is_number and reader.inside_figure(at))
        else []
        for at, token in enumerate(reader.tokens)
    ]


def _closed_at(reader: Reader, at: int, after_drug: bool) -> list[Match]:
    """The matches at a token, found once."""
    if at and len(reader.words[at]) == 1 and reader.words[at - 1].startswith(_VITAMIN):
        return []  # the D of vitamin D is no day
    found = reader.matches.get((at, after_drug))
    if found is None:
        found = [*_rows(reader, "closed", at), *_grammar(reader, at, after_drug)]
        found = [match for match in found if not (after_drug and _joins_strength(reader, match))]
        reader.matches[at, after_drug] = found
    return found


def _joins_strength(reader: Reader, match: Match) -> bool:
    """ "Sintrom 4 1/4": a quarter of 4 mg. Behind a name, 3 and a half are no one number; of tablets, 5 and a half."""
    amounts = (value for value in (match.value, *match.values.values()) if isinstance(value, Measure))
    mixed = [one for one in amounts if one.count_start == match.start and one.count.low % 1]
    parted = match.start + 1 < len(reader.tokens) and not reader.tokens[match.start + 1].glued
    return parted and any(one.count.low > (_MOST_HALVES if one.kind == "none" else _MOST_PARTS) for one in mixed)


def open_matches(reader: Reader, stops: frozenset[int], verbs: frozenset[int]) -> Matches:
    """The matches that end in free words. stops: tokens at which something else is read; verbs: how to take it."""
    reader.stops, reader.verbs = stops, verbs
    # Of equal readings, the row that says more in words of its own wins.
    found = (_rows(reader, "open", at) for at in range(len(reader.tokens)))
    return [sorted(rows, key=lambda match: match.own_end, reverse=True) for rows in found]


def background_at(reader: Reader, at: int) -> list[Row]:
    """The rows of `background.yaml` that stand at a token."""
    return [match.row for match in _rows(reader, "closed", at) if match.row and match.kind == "background"]


def _rows(reader: Reader, trie: str, at: int) -> list[Match]:
    return [
        Match(_kind(row), at, end, row, dict(values) if values else NO_VALUES)
        for end, row, values in reader.rows(trie, at)
        if not _is_far_day(row, values)
        and not _has_gap(reader, row, values, at, end)
        and not any(wrong(row, values) for wrong in (_is_year, _is_weight, _is_change, _swaps_range))
        and not (_counts_form(reader, row, end) or _cuts_amount(reader, row, end))
        and not (trie == "closed" and _cuts_date(reader, row, at, end))
    ]


def _kind(row: Row) -> str:
    return "background" if row.concept == "dispense" else row.concept


def _is_far_day(row: Row, values: Values) -> bool:
    """ "Vitamin D 1000" in a language where d 1 is the first day: no course has a thousandth day."""
    count = dict(values).get(str(row.means["nth"])) if "nth" in row.means else None
    return isinstance(count, Count) and count.low > _LAST_DAY


def _has_gap(reader: Reader, row: Row, values: Values, at: int, end: int) -> bool:
    """ "Days 1 and 8" are two days, and no eight."""
    if "nth_last" not in row.means:
        return False
    said = dict(values)
    first, last = said.get(str(row.means["nth"])), said.get(str(row.means["nth_last"]))
    apart = isinstance(first, Count) and isinstance(last, Count) and last.low - first.low > 1
    return apart and any(reader.ends("<and>", one) for one in range(at, end))


def _counts_form(reader: Reader, row: Row, end: int) -> bool:
    """ "3 x 2 tablets" is no 3 twice a day: the number before the form is how many of it."""
    crossed = row.means.get("dose") == "n" and row.means.get("frequency") == "m" and reader.tokens[end - 1].is_number
    return crossed and end < len(reader.tokens) and any(is_countable(form) for _, form in reader.ends("forms", end))


def _cuts_amount(reader: Reader, row: Row, end: int) -> bool:
    """The 10 of "days 1-7 and 10 mg" is no day."""
    number = row.concept == "instructions" and reader.tokens[end - 1].is_number and end < len(reader.tokens)
    return number and bool(reader.ends("units", end) or reader.ends("forms", end))


def _cuts_date(reader: Reader, row: Row, at: int, end: int) -> bool:
    """ "Per dag 12-01-2020" is each day, and no twelfth one."""
    dated = end - at > 1 and reader.tokens[end - 1].is_number and reader.is_dated(end - 1)
    return dated and "{date" not in row.phrase


def _is_year(row: Row, values: Values) -> bool:
    """ "Seit 2019 täglich" is daily, not every 2019 days."""
    count = dict(values).get(str(row.means["period"])) if "period" in row.means else None
    return isinstance(count, Count) and count.low >= _YEARS


def _is_weight(row: Row, values: Values) -> bool:
    """ "1 dose de 14 kg" is for a child of 14 kg: no dose is counted in kg."""
    dose = dict(values).get(str(row.means["dose"])) if "dose" in row.means else None
    return getattr(dose, "unit", None) == "kg"


def _is_change(row: Row, values: Values) -> bool:
    """ "Increased from 2.5 to 5 mg": the number behind "to" is the dose now, and no end of a range."""
    old = dict(values).get("amount") if row.concept == "background" else None
    return isinstance(old, Measure) and old.count.high is not None


def _swaps_range(row: Row, values: Values) -> bool:
    """ "1-2 x 3/day" is one or two three times, not three once or twice."""
    said = dict(values)
    times, dose = said.get(str(row.means.get("frequency"))), said.get(str(row.means.get("dose")))
    bare = isinstance(dose, Measure) and dose.kind == "none"
    return bare and isinstance(times, Count) and times.high is not None


def _grammar(reader: Reader, at: int, after_drug: bool) -> Iterator[Match]:
    openings = reader.openings[at]
    if "number" in openings:
        for end, slots in read_scheme(reader, at):
            yield Match("scheme", at, end, value=slots)
    if "amount" in openings and not reader.is_dated(at):
        for end, measure in reader.read("amount", at):
            yield Match("weight" if measure.unit in _NO_DOSES else "amount", at, end, value=measure)
        for end, parts in read_strengths(reader, at, after_drug):
            yield Match("strength", at, end, value=parts)
    for kind, slot in (("form", "form"), ("length", "duration")):
        if slot in openings:
            for end, value in reader.read(slot, at):
                if not is_amount_at(reader, at, value):
                    yield Match(kind, at, end, value=value)
    if "forms" in openings:
        yield from _form_first(reader, at)
    mark = list_mark(reader, at)
    if mark:
        yield Match("mark", at, mark)


def _form_first(reader: Reader, at: int) -> Iterator[Match]:
    """A form before its count: "Tabl. 1", "buste 1-3"."""
    for end, form in reader.ends("forms", at):
        if end < len(reader.tokens) and reader.is_dated(end):
            continue
        roman = [] if reader.ends("routes", end) else read_roman(reader, end)
        for stop, count in [*reader.read("count", end), *roman] if is_countable(form) else ():
            most = _MOST_DROPS if form == "drop" else _MOST_FORMS
            if count.low <= most and not reader.ends("units", stop) and not reader.read("form", stop):
                yield Match("form_count", at, stop, value=(form, end, count))
