"""Why the medication and the status of a statement stand there: the words, and the row or the model that read them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from rx2fhir.entities import Entity
from rx2fhir.group.segment import Segment
from rx2fhir.normalize.reader import Reader
from rx2fhir.statement import Evidence, Statement

BY_MODEL = "model"
BY_PLACE = "grammar:name"
"""Words that nothing else reads, where a name stands: before an amount, at the beginning of a line."""


def with_evidence(reader: Reader, statement: Statement, segment: Segment, proposed: Sequence[Entity]) -> Statement:
    """The statement with the evidence of its medication and status too. proposed: the entities of stage 1."""
    product = [*_names(reader, segment, proposed), *_product(statement, segment), *_status(statement, segment)]
    found = [*statement.evidence, *product]
    return replace(statement, evidence=tuple(sorted(found, key=lambda fact: fact.start)))


def _names(reader: Reader, segment: Segment, proposed: Sequence[Entity]) -> Iterator[Evidence]:
    for first, last in segment.drug.names if segment.drug else ():
        start, end = reader.tokens[first].start, reader.tokens[last - 1].end
        scores = [one.score for one in proposed if one.label == "DRUG" and one.start < end and start < one.end]
        yield Evidence("medication", start, end, BY_MODEL if scores else BY_PLACE, max(scores, default=None))


def _product(statement: Statement, segment: Segment) -> Iterator[Evidence]:
    """Strengths and form; the form may be the unit of a dose, read by the dose's row."""
    drug = statement.medication
    parts = [("medication.ingredient.strength", part.start, part.end) for part in drug.strengths] if drug else []
    if drug and drug.form:
        parts.append(("medication.form", drug.form.start, drug.form.end))
    for element, start, end in dict.fromkeys(parts):
        item = next(item for item in segment.items if item.start <= start and end <= item.end)
        yield Evidence(element, start, end, item.rule)


def _status(statement: Statement, segment: Segment) -> Iterator[Evidence]:
    for item in segment.items:
        if item.facts.get("status") == statement.status:
            yield Evidence("status", item.start, item.end, item.rule)
