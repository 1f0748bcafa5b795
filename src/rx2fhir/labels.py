"""The entities of the result: what stage 2 read, by the labels of stage 1, and what only the model saw.

A reading that covers its words completely beats a label of the model.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rx2fhir.codes import is_product
from rx2fhir.entities import Entity, Label
from rx2fhir.group.segment import Drug, Segment
from rx2fhir.normalize.item import Item
from rx2fhir.normalize.reader import Reader
from rx2fhir.normalize.values import Measure, Slots

_SHOTS = ("puff", "inhalation", "actuation")
"""Words of a count that are labelled as forms; spoons, pieces and doses belong to the DOSAGE."""

_UNLABELLED = frozenset(
    (
        "max_dose",
        "max_per_administration",
        "max_per_lifetime",
        "instruction",
        "route",
        "site",
        "method",
        "status",
    )
)
_FREQUENCY = frozenset("frequency frequency_max period when time_of_day day_of_week as_needed as_needed_for".split())
_BOUNDS = frozenset(("bounds", "bounds_max", "bounds_start", "bounds_end"))

Span = tuple[Label, int, int]


def label(
    reader: Reader, segments: Sequence[Segment], drugs: Sequence[Drug], proposed: Sequence[Entity]
) -> tuple[Entity, ...]:
    """All entities of a text in text order."""
    scores = {(entity.label, entity.start, entity.end): entity.score for entity in proposed}
    names = [name for drug in drugs for name in drug.names]
    spans: list[Span] = [("DRUG", *_points(reader, first, last)) for first, last in names]
    for segment in segments:
        for item in segment.items:
            spans += _item_spans(reader, item)
    spans = _runs(reader, sorted(spans, key=lambda span: span[1:]))
    return tuple(
        Entity(name, start, end, reader.text[start:end], scores.get((name, start, end), 1.0))
        for name, start, end in spans
    )


def _item_spans(reader: Reader, item: Item) -> Iterator[Span]:
    dose, slots = item.facts.get("dose"), item.facts.get("scheme")
    if item.kind == "strength":
        yield "STRENGTH", item.start, item.end
    elif item.kind == "form":
        yield "FORM", item.start, item.end
    elif isinstance(dose, Measure) and item.kind in ("amount", "form_count"):
        yield from _amount_spans(reader, item, dose)
    elif "rate" in item.facts and item.kind == "amount":
        yield "DOSAGE", item.start, item.end
    elif isinstance(slots, Slots):
        yield from _scheme_spans(reader, item, slots)
    elif not _UNLABELLED.isdisjoint(item.facts):
        return
    elif not _FREQUENCY.isdisjoint(item.facts):
        yield "FREQUENCY", item.start, item.marker_end if _marked(reader, item) else item.end
    elif not _BOUNDS.isdisjoint(item.facts):
        yield "DURATION", item.start, item.end
    elif "count" in item.facts:
        yield "FREQUENCY", item.start, item.end


def _marked(reader: Reader, item: Item) -> bool:
    """The words before the reason say "as needed" on their own: "prn pain" is labelled without the pain."""
    if item.marker_end == item.end:
        return False
    behind = reader.token_at(item.marker_end)
    marks = [end for end, row, _ in reader.rows("closed", item.first) if "as_needed" in row.means]
    return any(end >= behind - 1 for end in marks)


def _amount_spans(reader: Reader, item: Item, dose: Measure) -> Iterator[Span]:
    if dose.kind == "form" and (is_product(str(dose.unit)) or dose.unit in _SHOTS):
        yield "DOSAGE", *_points(reader, dose.count_start, dose.count_end)
        yield "FORM", *_points(reader, dose.unit_start, dose.unit_end)
    else:
        yield "DOSAGE", item.start, item.end


def _scheme_spans(reader: Reader, item: Item, slots: Slots) -> Iterator[Span]:
    yield "FREQUENCY", *_points(reader, item.first, slots.counts_end)
    if slots.kind == "form":
        yield "FORM", *_points(reader, slots.unit_start, slots.unit_end)


def _points(reader: Reader, first: int, last: int) -> tuple[int, int]:
    return reader.tokens[first].start, reader.tokens[last - 1].end


def _runs(reader: Reader, spans: Sequence[Span]) -> list[Span]:
    """Neighbours of FREQUENCY with only blanks, commas, brackets or a conjunction between them are one run."""
    joined: list[Span] = []
    for span in spans:
        last = joined[-1] if joined else None
        if last and span[1] < last[2]:
            continue
        if last and last[0] == span[0] == "FREQUENCY" and _only_joints(reader, last[2], span[1]):
            joined[-1] = ("FREQUENCY", last[1], span[2])
        else:
            joined.append(span)
    return joined


def _only_joints(reader: Reader, start: int, end: int) -> bool:
    at = reader.token_at(start)
    while at < len(reader.tokens) and reader.tokens[at].start < end:
        joint = next((stop for name in ("<and>", "<or>") for stop, _ in reader.ends(name, at)), None)
        if joint is None and reader.tokens[at].text not in ",;()":
            return False
        at = joint or at + 1
    return True
