"""CodeableConcept: the user's words and the codes that stand for them."""

from __future__ import annotations

from rx2fhir.fhir.element import Json, string
from rx2fhir.statement import Coding, Concept

# SNOMED CT's own descriptions are licensed and differ by edition, and no other wording may stand as display.
SNOMED = "http://snomed.info/sct"


def concept(value: Concept) -> Json:
    """CodeableConcept with the source words as text."""
    return codeable(value.text, value.codings)


def codeable(text: str | None, codings: tuple[Coding, ...] = ()) -> Json:
    """CodeableConcept out of a text, codes, or both; empty where there is neither."""
    fields: Json = {}
    if codings:
        fields["coding"] = list(map(_coding, codings))
    if words := string(text):
        fields["text"] = words
    return fields


def _coding(value: Coding) -> Json:
    fields = {"system": value.system, "code": value.code}
    if value.display and value.system != SNOMED:
        fields["display"] = string(value.display)
    return fields
