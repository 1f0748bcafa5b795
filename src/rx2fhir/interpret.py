"""Stage 2 as a whole: a text and its entities in, a Prescription out. No model is needed here."""

from __future__ import annotations

from collections.abc import Sequence

from rx2fhir.detect import rank
from rx2fhir.entities import Entity
from rx2fhir.group.drugs import find_drugs
from rx2fhir.group.statements import read_statements
from rx2fhir.labels import label
from rx2fhir.language import load
from rx2fhir.normalize.cover import cover
from rx2fhir.normalize.facts import read_items
from rx2fhir.normalize.reader import Reader
from rx2fhir.prescription import Prescription
from rx2fhir.statement import Issue
from rx2fhir.text import tokenize
from rx2fhir.unread import unread_issues


def interpret(text: str, entities: Sequence[Entity] = (), language: str | None = None) -> Prescription:
    """Read a text. entities: stage 1's proposals. language: ISO 639-1 of a pack, None detects it.

    Raises UnknownLanguage, which names the packs.
    """
    tokens = tokenize(text)
    if language is None:
        ranked = rank(tokens)
        if not tokens or not ranked or not ranked[0][1]:
            return Prescription(text, None, (), (), _nothing(text))
        language = ranked[0][0]
    reader = Reader(text, load(language), tokens)
    first = cover(reader)
    drugs = find_drugs(reader, entities, first)
    names = [(drug.first, drug.last) for drug in drugs]
    items = read_items(reader, cover(reader, names) if drugs else first, names)
    statements, segments, issues = read_statements(reader, items, drugs)
    issues += unread_issues(reader, segments, drugs, items, entities)
    found = label(reader, segments, [segment.drug for segment in segments if segment.drug], entities)
    return Prescription(text, language, found, tuple(statements), tuple(sorted(issues, key=lambda issue: issue.start)))


def _nothing(text: str) -> tuple[Issue, ...]:
    if not text.strip():
        return ()
    return (Issue("information", "unread-text", "not read: no word of any language pack", 0, len(text)),)
