"""Settles where drug names are: the model proposes spans, what the pack reads completely is taken out of them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from rx2fhir.entities import Entity
from rx2fhir.group.segments import Drug
from rx2fhir.normalize.matches import Match
from rx2fhir.normalize.reader import Reader

_SIGNS = frozenset("®™:,;-.()[]/+'\"*#")
_NAME_SIGNS = frozenset(".)")
_WEAK = frozenset(("length",))


def find_drugs(reader: Reader, entities: Sequence[Entity], matches: Sequence[Match]) -> list[Drug]:
    """The drug names among the entities, without words that mean something else at their edges."""
    tokens = reader.tokens
    starts, ends = [token.start for token in tokens], [token.end for token in tokens]
    read = _read_tokens(matches, tokens)
    found: list[Drug] = []
    for entity in entities:
        if entity.label != "DRUG":
            continue
        first, last = bisect_right(ends, entity.start), bisect_left(starts, entity.end)
        first, last = _trim(reader, first, last, read)
        if (
            last > first
            and any(token.is_word for token in tokens[first:last])
            and (not found or found[-1].last <= first)
        ):
            found.append(Drug(first, last, tokens[first].start, tokens[last - 1].end))
    return found


def _read_tokens(matches: Sequence[Match], tokens: Sequence[object]) -> set[int]:
    """Tokens that a reading with words of its own explains; a bare number explains nothing."""
    read: set[int] = set()
    for match in matches:
        bare = match.kind == "amount" and match.value.kind == "none"
        if not bare and match.kind not in _WEAK:
            read.update(range(match.start, match.end))
    return read


def _trim(reader: Reader, first: int, last: int, read: set[int]) -> tuple[int, int]:
    tokens = reader.tokens
    while first < last and (first in read or tokens[first].text in _SIGNS or tokens[first].text == "\n"):
        first += 1
    while last > first and (last - 1 in read or (tokens[last - 1].text in _SIGNS - _NAME_SIGNS)):
        last -= 1
    while last > first and tokens[last - 1].text in _NAME_SIGNS and not _belongs(reader, first, last - 1):
        last -= 1
    return first, last


def _belongs(reader: Reader, first: int, at: int) -> bool:
    """A closing bracket with its opening one inside the name; a dot of an abbreviation ("comp.")."""
    texts = [token.text for token in reader.tokens[first:at]]
    if reader.tokens[at].text == ")":
        return "(" in texts
    return reader.tokens[at].glued and at + 1 < len(reader.tokens) and reader.tokens[at + 1].text != "\n"
