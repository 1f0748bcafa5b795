"""Cuts the items of a text into statements: one segment for each drug, or one for a sig that names none."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from rx2fhir.group.apiece import with_apiece
from rx2fhir.group.lines import without_foreign_lines
from rx2fhir.group.listed import with_listed
from rx2fhir.group.paragraphs import in_paragraph, under
from rx2fhir.group.sections import paragraph_ends, titles
from rx2fhir.group.segment import Drug, Segment
from rx2fhir.group.switches import instead_of
from rx2fhir.normalize.item import AS_NEEDED, Item
from rx2fhir.normalize.reader import Reader

_MOST_ITEMS = 80
"""More is said of no drug; what follows is not read, and reported."""

_HARD = frozenset(("\n", ";", "."))
_SOFT = frozenset((",", "+", "&", "/"))
_LEADING = frozenset(("methods", "status", "switch", "background", "amount", "form", "strength"))


def segments(reader: Reader, items: Sequence[Item], drugs: Sequence[Drug]) -> list[Segment]:
    """The statements of a text in text order."""
    if not drugs:
        return [Segment(None, tuple(items[:_MOST_ITEMS]), 0, len(reader.tokens))]
    heads = list(titles(reader, items, [drug.first for drug in drugs]))
    items = [item for item in items if not any(head.first <= item.first < head.last for head in heads)]
    starts = [_sentence(reader, items, drugs[0])] + [_cut(reader, items, one, two) for one, two in pairwise(drugs)]
    cuts = [0, *starts, len(reader.tokens)]
    found = [
        Segment(drug, tuple(_within(items, low, high)), low, high)
        for drug, (low, high) in zip([None, *drugs], pairwise(cuts), strict=True)
    ]
    ends = paragraph_ends(reader)
    found = [under(heads, in_paragraph(reader, segment, ends)) for segment in found]
    found = [without_foreign_lines(reader, in_paragraph(reader, segment, ends)) for segment in found]
    found = with_listed(reader, found)
    return _share(with_apiece(reader, found if starts[0] else found[1:]))


def _within(items: Sequence[Item], low: int, high: int) -> Sequence[Item]:
    """The items of the tokens low..high; of a text that goes on for ever about one drug, the first."""
    start, stop = (bisect_left(items, point, key=lambda item: item.first) for point in (low, high))
    return items[start : min(stop, start + _MOST_ITEMS)]


def _sentence(reader: Reader, items: Sequence[Item], drug: Drug) -> int:
    """Where the sentence or line of the first drug begins: what is said before it is not said of the drug."""
    for at in range(drug.first - 1, -1, -1):
        if _is_hard(reader, at) and not _inside(items, at):
            return at + 1
    return 0


def _share(found: list[Segment]) -> list[Segment]:
    """ "All for 7 days" behind the last of several drugs is said of each that has no length of its own."""
    shared = [item for segment in found for item in segment.items if "shared" in item.facts]
    if not shared:
        return found
    told = replace(shared[0], facts={"bounds": shared[0].facts["bounds"]})
    return [replace(one, items=(*one.items, told)) if _lacks_bounds(one, told) else one for one in found]


def _lacks_bounds(segment: Segment, told: Item) -> bool:
    bounded = any("bounds" in item.facts for item in segment.items)
    return segment.drug is not None and not bounded and segment.first < told.first


def _cut(reader: Reader, items: Sequence[Item], one: Drug, two: Drug) -> int:
    """The token at which the second drug's statement begins."""
    lead = [item for item in items if one.last <= item.first and item.last <= two.first]
    if (instead := instead_of(reader, two)) is not None:
        return instead
    if (titled := _titled(reader, lead, two)) is not None:
        return titled
    for at in range(two.first - 1, one.last - 1, -1):
        after = [item for item in lead if item.first > at]
        if _is_hard(reader, at) and not _inside(lead, at):
            return at + 1
        parts = _is_soft(reader, at) and not _inside(lead, at)
        if parts and (_leads(reader, after, two) or _times_lead(reader, items, (one, two), at)):
            return at + 1
        if len(after) > 3:
            break
    return two.first


def _titled(reader: Reader, lead: Sequence[Item], drug: Drug) -> int | None:
    """Where a time, or "as needed" apart, with a colon directly before a name begins: "1 tab. Evening: simvastatin"."""
    if lead and lead[-1].facts.keys() <= AS_NEEDED and lead[-1].colon and lead[-1].last + 1 == drug.first:
        return lead[-1].first if _is_set_apart(reader, lead) else None
    times = [item for item in lead if item.is_timing]
    if not (times and times[-1] is lead[-1] and times[-1].colon and times[-1].last + 1 == drug.first):
        return None
    first = times[-1].first
    for item in reversed(times[:-1]):
        if not all(_is_soft(reader, at) for at in range(item.last, first)):
            break
        first = item.first
    return first


def _is_set_apart(reader: Reader, lead: Sequence[Item]) -> bool:
    """A sign stands before the last item, or how the drug before is taken: "5 mg od, PRN: paracetamol"."""
    signs = _HARD | _SOFT
    return reader.words[lead[-1].first - 1] in signs or any(
        "scheme" in one.facts or one.is_timing for one in lead[-2:-1]
    )


def _inside(items: Sequence[Item], at: int) -> bool:
    """Within something that was read; "and" alone may be filler, and parts all the same."""
    return any(item.first <= at < item.last and not _is_filler_word(item) for item in items)


def _is_filler_word(item: Item) -> bool:
    return item.facts.get("background") == "filler" and item.last == item.first + 1


def _is_hard(reader: Reader, at: int) -> bool:
    token = reader.tokens[at]
    if token.text == ".":
        return at + 1 == len(reader.tokens) or _begins(reader, at + 1)
    return token.text in _HARD


def _begins(reader: Reader, at: int) -> bool:
    """A sentence can begin here: with a capital, apart from the full stop; else the dot was an abbreviation's."""
    token = reader.tokens[at]
    return token.text == "\n" or (not token.glued and reader.text[token.start].isupper())


def _is_soft(reader: Reader, at: int) -> bool:
    return reader.tokens[at].text in _SOFT or bool(reader.ends("<and>", at))


def _leads(reader: Reader, after: Sequence[Item], drug: Drug) -> bool:
    """Items between a comma or "and" and a drug belong to it: its amount, a verb, "if needed"."""
    if any(item.kind not in _LEADING and not _needs(item, drug) for item in after):
        return False
    if after and any(token.text == "." for token in reader.tokens[after[-1].last : drug.first]):
        return False  # "..., stop. bisoprolol 5 mg": a name need not begin with a capital
    amounts = [item for item in after if item.kind in ("amount", "form", "strength")]
    return not amounts or amounts[-1].last >= drug.first - 2


def _times_lead(reader: Reader, items: Sequence[Item], drugs: tuple[Drug, Drug], at: int) -> bool:
    """ "Ramipril 5 mg mornings, evenings simvastatin 20 mg": the first drug has its time, and the second no other.

    at: the comma or "and" between the drugs. Up to the second name all items after it say when, or of what form it is.
    """
    one, two = drugs
    after = [item for item in items if at < item.first < two.first]
    leads = bool(after) and any(item.is_timing for item in after) and after[-1].last == two.first
    if not leads or not all(item.is_timing or item.kind in _LEADING for item in after):
        return False
    begin = _sentence(reader, items, one)
    timed = any(_is_timed(item) and begin <= item.first < at for item in items)
    return timed and not any(_is_timed(item) for item in _directly_behind(reader, items, two))


def _is_timed(item: Item) -> bool:
    return item.is_timing or "scheme" in item.facts


def _directly_behind(reader: Reader, items: Sequence[Item], drug: Drug) -> Iterator[Item]:
    """The items behind a name, up to the next comma, "and" or end of a sentence or line."""
    last = drug.last
    for item in items:
        if item.first < drug.last or _is_filler_word(item):
            continue
        if any(_is_hard(reader, at) or _is_soft(reader, at) for at in range(last, item.first)):
            return
        yield item
        last = item.last


def _needs(item: Item, drug: Drug) -> bool:
    """`if needed paracetamol`: a marker with no reason, directly before the name."""
    return item.kind == "as_needed" and "as_needed" in item.facts and item.last == drug.first
