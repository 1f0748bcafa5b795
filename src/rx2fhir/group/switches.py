"""One drug in place of another: "switch from X to Y", "X durch Y ersetzen". X is stopped, Y is given.

The words of a pack: `<replace>` before the first drug or `<replaced>` behind the second, and `<by>` between them;
`<instead>` between Y and X: "Y instead of X".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from rx2fhir.group.segment import Drug
from rx2fhir.normalize.item import Item
from rx2fhir.normalize.reader import Reader

_MOST_BETWEEN = 12
_MOST_BEFORE = 4
_ENDS = frozenset("\n;")
_ARROWS, _SHAFTS = frozenset("→⇒➔"), frozenset("-=")


def with_switches(reader: Reader, items: Sequence[Item], drugs: Sequence[Drug]) -> list[Item]:
    """The items with a status "stopped" for each drug that another takes the place of.

    Words behind a drug that stop it ("X, replaced by Y") lead the next drug no more than an amount does: switched.
    """
    pairs = [(one, span) for one, two in pairwise(drugs) for span in _switch(reader, items, one, two)]
    told = [span for _, span in pairs]
    behind = {first for one, (first, _, facts) in pairs if "status" in facts and one.last <= first}
    places = [(instead_of(reader, drug), drug.first) for drug in drugs]
    told += [(at, end, {"status": "stopped"}) for at, end in places if at is not None]
    kept = [item for item in items if not any(item.first < last and first < item.last for first, last, _ in told)]
    tokens = reader.tokens
    said = [
        Item(kind, tokens[first].start, tokens[last - 1].end, first, last, "grammar:switch", dict(facts))
        for first, last, facts in told
        for kind in ("switched" if first in behind else "switch",)
    ]
    return sorted([*kept, *said], key=lambda item: item.first)


def instead_of(reader: Reader, drug: Drug) -> int | None:
    """The first token of the words directly before a drug that say that another takes its place."""
    before = range(max(drug.first - _MOST_BEFORE, 0), drug.first)
    return next((at for at in before if any(end == drug.first for end, _ in reader.ends("<instead>", at))), None)


def _switch(reader: Reader, items: Sequence[Item], one: Drug, two: Drug) -> list[tuple[int, int, dict[str, str]]]:
    """The tokens of the words that stop the first drug, and of the others that tell so."""
    stops, filler = {"status": "stopped"}, {"background": "filler"}
    arrow = _arrow(reader, one, two)
    if arrow is not None:
        return [(arrow, two.first, stops)]
    joint = next(_joints(reader, one, two), None)
    if joint is None:
        return []
    for at in range(max(one.first - _MOST_BEFORE, 0), one.first):
        end = next((end for end, _ in reader.ends("<replace>", at) if end <= one.first), None)
        if end is not None and not _broken(reader, end, one.first):
            return [(at, end, stops), (*joint, filler)]
    for at in [*range(one.last, joint[0]), *range(two.last, min(two.last + _MOST_BETWEEN, len(reader.tokens)))]:
        end = next((end for end, _ in reader.ends("<replaced>", at)), None)
        if end is not None and not _broken(reader, one.last, at):
            stopped = _is_stopped(items, one.last, at)
            return [(*joint, filler if stopped else stops), (at, end, filler)]
    return []


def _arrow(reader: Reader, one: Drug, two: Drug) -> int | None:
    """The first token of the arrow from one drug to the next: "X 10 mg -> Y 16 mg"."""
    at = two.first - 1
    if at <= one.last or two.first - one.last > _MOST_BETWEEN or _broken(reader, one.last, two.first):
        return None
    drawn = reader.words[at] == ">" and reader.words[at - 1] in _SHAFTS
    return at if reader.words[at] in _ARROWS else at - 1 if drawn else None


def _is_stopped(items: Sequence[Item], start: int, stop: int) -> bool:
    """The words behind the first drug say already that it is stopped: "X stopped, replaced by Y"."""
    return any(item.facts.get("status") == "stopped" and start <= item.first and item.last <= stop for item in items)


def _joints(reader: Reader, one: Drug, two: Drug) -> Iterator[tuple[int, int]]:
    """The word for "by" directly before the second drug."""
    if two.first - one.last > _MOST_BETWEEN or _broken(reader, one.last, two.first):
        return
    for at in range(two.first - 1, one.last - 1, -1):
        if any(end == two.first for end, _ in reader.ends("<by>", at)):
            yield at, two.first


def _broken(reader: Reader, start: int, end: int) -> bool:
    """A line or sentence ends between."""
    return any(token.text in _ENDS for token in reader.tokens[start:end])
