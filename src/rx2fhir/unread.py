"""What nobody read: every word of the text that is in no statement becomes part of an issue."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rx2fhir.coverage import joints, used_items
from rx2fhir.drugs.tables import bundled
from rx2fhir.entities import Entity
from rx2fhir.group.segment import Drug, Segment
from rx2fhir.normalize.item import Item
from rx2fhir.normalize.matches import background_at
from rx2fhir.normalize.reader import Reader
from rx2fhir.statement import Issue, Severity

_MAX_ISSUES = 1000
_LEAST_LETTERS = 5
"""A shorter word that is a drug's name is a word of other things as well."""

_CHANGES = ("<titrate>", "<change>")
_VOCABULARIES = ("units", "time_units", "when", "weekdays")


class _Edges(NamedTuple):
    """Where readings of an amount or a time begin and end, where amounts end, and all from the first of a drug's to its
    last: indexes of tokens.
    """

    starts: set[int]
    ends: set[int]
    doses: set[int]
    inside: list[range]


def unread_issues(
    reader: Reader,
    segments: Sequence[Segment],
    drugs: Sequence[Drug],
    items: Sequence[Item],
    proposed: Sequence[Entity],
) -> list[Issue]:
    """One issue for each run of words that is in no dosage and no noise. severity: warning where it could be a fact."""
    read = _read_tokens(reader, segments, drugs, items)
    worthy = bool(segments)
    edges = _edges(segments)
    issues = _background(reader, segments, items)
    for first, last in _runs(reader, read):
        start, end = reader.tokens[first].start, reader.tokens[last - 1].end
        doubtful = (
            _could_be_fact(reader, first, last, proposed)
            or _is_said_of_fact(reader, first, last, edges)
            or _names_drug(reader, first, last, edges)
        )
        severity: Severity = "warning" if worthy and doubtful else "information"
        issues.append(Issue(severity, "unread-text", f"not read: {reader.text[start:end]!r}", start, end))
        if len(issues) == _MAX_ISSUES:
            rest = Issue(
                "warning" if worthy else "information",
                "unread-text",
                "not read: the rest of the page",
                end,
                reader.tokens[-1].end,
            )
            return [*issues, rest]
    return issues


def _is_measure(reader: Reader, weight: Item) -> bool:
    """The amount is said of so much weight: "1 tablet per 10 kg"."""
    before = range(max(weight.first - 2, 0), weight.first)
    return any(end == weight.first for at in before for end, _ in reader.ends("<per>", at))


def _edges(segments: Sequence[Segment]) -> _Edges:
    doses = [item for segment in segments for item in segment.items if "dose" in item.facts]
    facts = [item for segment in segments for item in segment.items if item.is_timing] + doses
    inside = [range(told[0].first, told[-1].first) for told in map(_facts, segments) if told]
    return _Edges({one.first for one in facts}, {one.last for one in facts}, {one.last for one in doses}, inside)


def _facts(segment: Segment) -> list[Item]:
    """The amounts and times of a segment."""
    return [item for item in segment.items if item.is_timing or "dose" in item.facts]


def _background(reader: Reader, segments: Sequence[Segment], items: Sequence[Item]) -> list[Issue]:
    """Headings and boilerplate: known not to be a dosage, and reported, since they are in no element."""
    found = []
    for item in items[:_MAX_ISSUES]:
        if item.facts.get("background") in ("noise", "heading", "weight") or (
            not segments and item.facts.get("background") == "filler"
        ):
            words = reader.text[item.start : item.end]
            per = item.facts["background"] == "weight" and _is_measure(reader, item)
            if per and segments:
                found.append(Issue("warning", "unread-text", f"not read: {words!r}", item.start, item.end))
            else:
                found.append(Issue("information", "background-text", f"no dosage: {words!r}", item.start, item.end))
    return found


def _read_tokens(
    reader: Reader, segments: Sequence[Segment], drugs: Sequence[Drug], items: Sequence[Item]
) -> bytearray:
    size = max([item.last for item in items] + [drug.last for drug in drugs] + [0])
    read = bytearray(size)
    for item in used_items(items, segments):
        read[item.first : item.last] = b"\1" * (item.last - item.first)
    for _, first, last in joints(reader) if segments else ():
        if last <= size:
            read[first:last] = b"\1" * (last - first)
    for segment in segments:
        if segment.drug:
            for first, last in segment.drug.names:
                read[first:last] = b"\1" * (last - first)
    return read


def _runs(reader: Reader, read: bytearray) -> Iterator[tuple[int, int]]:
    """Runs of unread tokens with a word or number in them; signs between two words belong to the run."""
    first: int | None = None
    last = 0
    for at, token in enumerate(reader.tokens):
        if (at < len(read) and read[at]) or token.text == "\n":
            if first is not None:
                yield first, last
            first = None
        elif token.text[0].isalnum():
            first, last = (at if first is None else first), at + 1
    if first is not None:
        yield first, last


def _could_be_fact(reader: Reader, first: int, last: int, proposed: Sequence[Entity]) -> bool:
    """Holds a number, a unit, a time word, a negation, or words that the model takes for a dose or a frequency."""
    start, end = reader.tokens[first].start, reader.tokens[last - 1].end
    if _is_amount(reader, first, last):
        return True
    if any(stop == last for stop, _ in reader.ends("form_modifiers", first)):
        return False
    if any(entity.label != "DRUG" and entity.start < end and start < entity.end for entity in proposed):
        return True
    for at in range(first, last):
        denied = any(row.key == "negation" for row in background_at(reader, at)) or reader.ends("status", at)
        if denied or reader.tokens[at].text.isnumeric() or reader.stands(_VOCABULARIES, at):
            return True
    return False


def _is_amount(reader: Reader, first: int, last: int) -> bool:
    """Between an article and a form or a part of the day, "a zorkish tablet", stands what is taken then."""
    counted = first > 0 and any(end == first for end, _ in reader.ends("<one>", first - 1))
    return counted and any(last < len(reader.tokens) and reader.ends(name, last) for name in ("forms", "when"))


def _is_said_of_fact(reader: Reader, first: int, last: int, edges: _Edges) -> bool:
    """Directly behind an amount, of which it says more ("30 mg zorken"), or a verb of changing beside a fact."""
    if any(stop == last for stop, _ in reader.ends("form_modifiers", first)):
        return False
    start = first - 1 if first and reader.tokens[first - 1].text == "," else first
    beside = start in edges.ends or last in edges.starts
    changed = beside and any(reader.ends(name, at) for name in _CHANGES for at in range(first, last))
    return changed or first in edges.doses


def _names_drug(reader: Reader, first: int, last: int, edges: _Edges) -> bool:
    """A known name between the amounts and times of another drug: what follows may be said of it."""
    if not any(first in inside for inside in edges.inside):
        return False
    words = (reader.words[at] for at in range(first, last))
    return any(len(word) >= _LEAST_LETTERS and bundled().products(word) for word in words)
