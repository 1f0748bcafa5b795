"""Turns the chosen readings of a text into items, without those that are no facts where they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rx2fhir.codes import is_product
from rx2fhir.normalize.empty import with_empty_slots
from rx2fhir.normalize.events import with_events, with_hours
from rx2fhir.normalize.facts import item_of
from rx2fhir.normalize.inside import with_lengths_inside
from rx2fhir.normalize.item import Item
from rx2fhir.normalize.match import Match
from rx2fhir.normalize.reader import Reader
from rx2fhir.normalize.scales import read_scales
from rx2fhir.normalize.titles import without_titles
from rx2fhir.normalize.values import Length, Measure, Words
from rx2fhir.text import COMPARED

_MEASURED = COMPARED | {"="}
_LONGEST = 4
"""Tokens of words that compare."""

_YEARS = 1000
"""A bare number from here on is rather a year or the number of something than an amount."""


def read_items(reader: Reader, matches: Sequence[Match], drugs: Sequence[tuple[int, int]] = ()) -> list[Item]:
    """The items of a text in order; a duration before a `when` is its offset. drugs: token spans of names."""
    items = with_hours(reader, with_events(reader, [item_of(reader, match) for match in matches]))
    items = with_empty_slots(reader, read_scales(reader, items, drugs))
    starts = {item.first for item in items} | {first for first, _ in drugs}
    ends = {item.last for item in items} | {last for _, last in drugs}
    denied = {item.last for item in items if item.facts.get("background") == "negation"}
    denied |= {at + 1 for at, word in enumerate(reader.words) if word in _MEASURED and not _is_doubled(reader, at)}
    kept = [item for item in items if not (_is_denied(item, denied) or _is_clock(item))]
    doses = {item.first for item in items if _hides_count(reader, item)}
    names = {last for _, last in drugs}
    kept = [_with_modifier(reader, item) if item.first in names else item for item in kept]
    kept = [
        item
        for item in kept
        if not (_is_beside_dose(item, doses, names) or _dangles(reader, item, starts, ends, names))
    ]
    kept = [_with_reason(reader, item, starts) for item in kept]
    return without_titles(reader, with_lengths_inside(reader, kept), starts)


def _with_modifier(reader: Reader, item: Item) -> Item:
    """A bare number behind a name takes the word of the product behind it: "Téralithe 400 LP"."""
    dose = item.facts.get("dose")
    ends = reader.ends("form_modifiers", item.last) if isinstance(dose, Measure) and dose.kind == "none" else ()
    if not ends or item.last >= len(reader.tokens):
        return item
    return replace(item, last=ends[0][0], end=reader.tokens[ends[0][0] - 1].end)


def _hides_count(reader: Reader, item: Item) -> bool:
    """An amount, but for the strength of "two 500 mg tablets": what stands before that counts the tablets."""
    dose = item.facts.get("dose")
    forms = reader.ends("forms", item.last) if item.last < len(reader.tokens) else ()
    return (
        isinstance(dose, Measure) and dose.count_start == item.first and not any(is_product(form) for _, form in forms)
    )


def _is_beside_dose(item: Item, doses: set[int], names: set[int]) -> bool:
    """Two amounts with nothing between, as in "150-200 2 units" of a sliding scale: the first counts something else."""
    dose = item.facts.get("dose")
    bare = isinstance(dose, Measure) and dose.kind == "none" and item.kind == "amount"
    return bare and item.last in doses and item.first not in names


def _is_denied(item: Item, denied: set[int]) -> bool:
    """ "Not 2 tablets" is no dose of two tablets."""
    return item.first in denied and ("dose" in item.facts or "scheme" in item.facts)


def _is_clock(item: Item) -> bool:
    """A bare "20 h" is rather a clock time than a course: not read, and so reported."""
    length = item.facts.get("bounds")
    return item.kind == "length" and isinstance(length, Length) and length.unit == "h" and length.count.low <= 24


def _with_reason(reader: Reader, item: Item, starts: set[int]) -> Item:
    """ "If needed (pain)": words in brackets that nothing reads are the reason."""
    tokens, first = reader.tokens, item.last + 1
    if "as_needed" not in item.facts or "as_needed_for" in item.facts or first >= len(tokens):
        return item
    end = next((at for at in range(first, min(first + 8, len(tokens))) if tokens[at].text == ")"), first)
    if tokens[item.last].text != "(" or end == first or any(at in starts for at in range(first, end)):
        return item
    facts = {**item.facts, "as_needed_for": Words(first, end)}
    return replace(item, facts=facts, last=end + 1, end=tokens[end].end)


def _dangles(reader: Reader, item: Item, starts: set[int], ends: set[int], names: set[int]) -> bool:
    """A bare number beside a word that nothing reads: what it counts is not known, so it is no dose."""
    if item.kind == "length":  # "an appointment within 6 weeks" is no course of 6 weeks
        unread = bool(item.first) and reader.tokens[item.first - 1].is_word and item.first not in ends
        return unread or _is_compared(reader, item)
    dose = item.facts.get("dose")
    if not isinstance(dose, Measure) or item.kind != "amount":
        return False
    earlier = range(max(item.first - 2, 0), item.first)
    timed = any(end == item.first for at in earlier for end, _ in reader.ends("<at>", at))
    if dose.kind != "none":  # "at 8 and ½ tablet" is no 8½ tablets
        return timed and dose.count.low > 1 and not dose.count.whole
    if timed or (item.bracketed and not _leads_day(reader, item)):
        return True
    if dose.count.low >= _YEARS and item.first not in names:
        return True
    tokens, last = reader.tokens, item.last
    then = any(end == item.first for at in earlier for end, _ in reader.ends("<then>", at))
    if item.first and tokens[item.first - 1].is_word and item.first not in ends and not then:
        return True
    if item.first > 1 and tokens[item.first - 1].text == "-" and tokens[item.first - 2].is_number:
        return True
    unread = last < len(tokens) and (tokens[last].is_word or tokens[last].text == "°") and last not in starts
    return unread or (reader.figure_goes_on(last) and last not in starts)  # the /12 h of "500/12 h" is read


def _leads_day(reader: Reader, item: Item) -> bool:
    """`2 tablets (1 on Sundays)`: first in the brackets, before a day."""
    opened = item.first > 0 and reader.words[item.first - 1] == "("
    return opened and any("day_of_week" in row.means for _, row, _ in reader.rows("closed", item.last))


def _is_doubled(reader: Reader, at: int) -> bool:
    """`>> 1-0-1 <<`, a mark of printed prescriptions."""
    return reader.words[at] in (reader.words[at - 1], reader.words[at + 1])


def _is_compared(reader: Reader, item: Item) -> bool:
    """ "If the pain lasts more than 3 days" sets no end."""
    before = range(max(item.first - _LONGEST, 0), item.first)
    return reader.words[item.first - 1] in _MEASURED or any(
        end == item.first for at in before for end, _ in reader.ends("<compared>", at)
    )
