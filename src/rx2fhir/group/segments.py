"""Cuts the items of a text into statements: one segment for each drug, or one for a sig that names none."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from rx2fhir.normalize.item import Item
from rx2fhir.normalize.reader import Reader

_MOST_ITEMS = 80
"""More is said of no drug; what follows is not read, and reported."""

_HARD = frozenset(("\n", ";", "."))
_SOFT = frozenset((",", "+", "&", "/"))
_LEADING = frozenset(("methods", "status", "switch", "background", "amount", "form", "strength"))


@dataclass(frozen=True, slots=True)
class Drug:
    """A drug name: tokens first..last and code points start..end. alias: a second name of the product, in brackets.

    is_combination: the name joins two ingredients, as in amlodipine-valsartan.
    """

    first: int
    last: int
    start: int
    end: int
    alias: tuple[int, int] | None = None
    is_combination: bool = False

    @property
    def names(self) -> tuple[tuple[int, int], ...]:
        """The tokens of the name, and of the second one."""
        return ((self.first, self.last), self.alias) if self.alias else ((self.first, self.last),)


@dataclass(frozen=True, slots=True)
class Segment:
    """A drug (or none) and the items that belong to it, in text order. first, last: the tokens of its text."""

    drug: Drug | None
    items: tuple[Item, ...]
    first: int
    last: int


def segments(reader: Reader, items: Sequence[Item], drugs: Sequence[Drug]) -> list[Segment]:
    """The statements of a text in text order."""
    if not drugs:
        return [Segment(None, tuple(items[:_MOST_ITEMS]), 0, len(reader.tokens))]
    starts = [_sentence(reader, items, drugs[0])] + [_cut(reader, items, one, two) for one, two in pairwise(drugs)]
    cuts = [0, *starts, len(reader.tokens)]
    found = [
        Segment(drug, tuple(_within(items, low, high)), low, high)
        for drug, (low, high) in zip([None, *drugs], pairwise(cuts), strict=True)
    ]
    return _share(found if starts[0] else found[1:])


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


def merge_aliases(reader: Reader, items: Sequence[Item], drugs: Sequence[Drug]) -> list[Drug]:
    """`Budesonide (Pulmicort)`: a name in brackets behind a name, or behind its strength, is the same product."""
    merged: list[Drug] = []
    for drug in drugs:
        last = merged[-1] if merged else None
        if last and _in_brackets(reader, drug) and (_is_same(reader, last, drug) or _only_product(items, last, drug)):
            merged[-1] = replace(last, alias=(drug.first, drug.last))
        else:
            merged.append(drug)
    return merged


def _in_brackets(reader: Reader, drug: Drug) -> bool:
    after = [token.text for token in reader.tokens[drug.last : drug.last + 2] if token.text not in ("®", "™")]
    return drug.first > 0 and reader.tokens[drug.first - 1].text == "(" and after[:1] == [")"]


def _is_same(reader: Reader, one: Drug, two: Drug) -> bool:
    return reader.text[one.start : one.end].casefold() == reader.text[two.start : two.end].casefold()


def _only_product(items: Sequence[Item], one: Drug, two: Drug) -> bool:
    """Nothing but strengths and forms stands between the names."""
    between = [item for item in items if one.last <= item.first and item.last <= two.first]
    return all(item.kind in ("strength", "form") or _is_measure(item) for item in between)


def _is_measure(item: Item) -> bool:
    return getattr(item.facts.get("dose"), "kind", None) == "measure"


def _cut(reader: Reader, items: Sequence[Item], one: Drug, two: Drug) -> int:
    """The token at which the second drug's statement begins."""
    lead = [item for item in items if one.last <= item.first and item.last <= two.first]
    for at in range(two.first - 1, one.last - 1, -1):
        after = [item for item in lead if item.first > at]
        if _is_hard(reader, at) and not _inside(lead, at):
            return at + 1
        if _is_soft(reader, at) and not _inside(lead, at) and _leads(reader, after, two):
            return at + 1
        if len(after) > 3:
            break
    return two.first


def _inside(items: Sequence[Item], at: int) -> bool:
    return any(item.first <= at < item.last for item in items)


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
    """Items between a comma or "and" and a drug belong to the drug when they are its amount or a verb before it."""
    if any(item.kind not in _LEADING for item in after):
        return False
    amounts = [item for item in after if item.kind in ("amount", "form", "strength")]
    return not amounts or amounts[-1].last >= drug.first - 2
