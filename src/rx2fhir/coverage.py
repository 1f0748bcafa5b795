"""Accounts for every word of a text: read into an element, noise by a rule, or unread."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rx2fhir.group.segment import Segment
from rx2fhir.normalize.empty import is_empty_slot
from rx2fhir.normalize.item import Item
from rx2fhir.normalize.reader import Reader
from rx2fhir.statement import Evidence, Statement

_JOINTS = ("<and>", "<or>", "<then>", "<restated>", "<of>", "<each>", "<one>")


def used_items(items: Sequence[Item], segments: Sequence[Segment]) -> list[Item]:
    """What statements are made of, and what is background anywhere; a negation is neither."""
    used = [item for segment in segments for item in segment.items]
    spans = {(item.first, item.last) for item in used}
    others = [item for item in items if "background" in item.facts and (item.first, item.last) not in spans]
    return [item for item in (*used, *others) if item.facts.get("background") != "negation"]


def noise(
    reader: Reader, items: Sequence[Item], segments: Sequence[Segment], statements: Sequence[Statement]
) -> tuple[Evidence, ...]:
    """The words known to carry no fact, each with its rule: background rows, list marks, "midi : rien", joints."""
    used = used_items(items, segments)
    read = {at for item in used for at in range(item.first, item.last)}
    told = {(fact.start, fact.end) for statement in statements for fact in statement.evidence}
    known = [item for item in used if "background" in item.facts or is_empty_slot(item)]
    known = [item for item in known if (item.start, item.end) not in told]
    found = [Evidence("", item.start, item.end, item.rule) for item in known]
    for name, first, last in joints(reader):
        if reader.tokens[first].is_word and not read.issuperset(range(first, last)):
            start, end = reader.tokens[first].start, reader.tokens[last - 1].end
            found.append(Evidence("", start, end, f"{reader.pack.code}/words.yaml:{name[1:-1]}"))
    return tuple(sorted(found, key=lambda mark: mark.start))


def joints(reader: Reader) -> Iterator[tuple[str, int, int]]:
    """The words that join readings, "and", "then", "par la suite": (list, first, last)."""
    behind = 0
    for at in range(len(reader.tokens)):
        if at >= behind and reader.stands(_JOINTS, at):
            behind, name = max((end, name) for name in _JOINTS for end, _ in reader.ends(name, at))
            yield name, at, behind


def coverage(text: str, statements: Sequence[Statement], noise: Sequence[Evidence]) -> float:
    """The share of the letters and digits of a text that are read or noise, from 0 to 1; 1 where it has none.

    Words of a fact that was left out, since it is doubtful or contradicts another, are not read.
    """
    known = bytearray(len(text))
    for fact in [*all_evidence(statements), *noise]:
        known[fact.start : fact.end] = b"\1" * (fact.end - fact.start)
    words = [at for at, char in enumerate(text) if char.isalnum()]
    return sum(known[at] for at in words) / len(words) if words else 1.0


def all_evidence(statements: Sequence[Statement]) -> Iterator[Evidence]:
    """The evidence of statements and of their dosages."""
    for statement in statements:
        yield from statement.evidence
        for dosage in statement.dosages:
            yield from dosage.evidence
