"""Fills in the structure of Dosages that hold text only, and says where others contradict their text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, BinaryIO

from rx2fhir.bulk.filling import can_render, filled, render, rendered_path
from rx2fhir.bulk.output import write_line
from rx2fhir.bulk.record import Reject
from rx2fhir.bulk.resources import DOSAGES, Document
from rx2fhir.bulk.sig import Sig, Sigs
from rx2fhir.fhir.differences import STRUCTURE
from rx2fhir.fhir.element import Json
from rx2fhir.fhir.outcome import outcome
from rx2fhir.statement import Issue


@dataclass(frozen=True)
class Worded:
    """A Dosage and the text that it has: its `text`, or its `patientInstruction` where that is all."""

    place: str
    element: str
    at: int
    dosage: Json
    name: str

    @property
    def text(self) -> str:
        """The words."""
        return str(self.dosage[self.name])

    @property
    def is_structured(self) -> bool:
        """Whether the Dosage holds more than text."""
        return not STRUCTURE.isdisjoint(self.dosage)


def worded(place: str, resource: Json) -> Iterator[Worded]:
    """The Dosages of a resource that have a text."""
    element = DOSAGES[resource["resourceType"]]
    for at, dosage in enumerate(dosages_of(resource)):
        for name in ("text", "patientInstruction"):
            value = dosage.get(name) if isinstance(dosage, dict) else None
            if isinstance(value, str) and value.strip():
                yield Worded(f"{place}.{element}[{at}]", element, at, dosage, name)
                break


def dosages_of(resource: Json) -> list[Any]:
    """The Dosages of a resource; they may be anything in a file that others wrote."""
    found = resource.get(DOSAGES[resource["resourceType"]])
    return found if isinstance(found, list) else []


def release_of(resource: Json) -> str:
    """R5 names the medication `medication`, R4 by its type (`medicationCodeableConcept`); both must have it."""
    return "R5" if "medication" in resource else "R4"


@dataclass(frozen=True)
class Enrichment:
    """Enriches documents in place. counts: resources, dosages, enriched, left (as text), disagreeing, rejects."""

    sigs: Sigs
    rejects: BinaryIO
    issues: BinaryIO
    counts: Counter[str] = field(default_factory=Counter)

    def enrich(self, document: Document) -> None:
        """Enrich all resources of a document, also those in Bundles and contained ones."""
        for place, resource in document.medications():
            self.counts["resources"] += 1
            found = list(worded(f"line {document.line}, {place}", resource))
            for part, sig in zip(found, self.sigs.read(one.text for one in found), strict=True):
                self._dosage(resource, part, sig)

    def reject(self, reject: Reject) -> None:
        """Note a line that is no FHIR."""
        self.counts["rejects"] += 1
        write_line(self.rejects, {key: value for key, value in asdict(reject).items() if value is not None})

    def _dosage(self, resource: Json, part: Worded, sig: Sig) -> None:
        self.counts["dosages"] += 1
        if part.is_structured:
            found = list(_disagreements(part, sig))
            self.counts["disagreeing"] += bool(found)
            self._note(part, found)
            return
        reason = sig.doubt or _obstacle(resource, part, sig)
        if reason is None:
            self._fill(resource, part, sig)
        self.counts["enriched" if reason is None else "left"] += 1
        left = [] if reason is None else [Issue("warning", "left-as-text", reason, 0, len(part.text))]
        self._note(part, [*sig.issues, *left])

    def _fill(self, resource: Json, part: Worded, sig: Sig) -> None:
        release = release_of(resource)
        path = f"{resource['resourceType']}.{part.element}[{part.at}].{part.name}"
        if len(sig.spans) > 1 and part.name == "text":
            render(resource, part.text, release)
            path = rendered_path(resource, release)
        dosages = dosages_of(resource)
        dosages[part.at : part.at + 1] = filled(part.dosage, sig, release, path)

    def _note(self, part: Worded, issues: list[Issue]) -> None:
        if issues:
            write_line(self.issues, outcome(issues, f"{part.place}.{part.name}, "))


def _disagreements(part: Worded, sig: Sig) -> Iterator[Issue]:
    for one in sig.differences(part.dosage):
        if one.kind == "disagree":
            says = f"{one.element}: the text says {one.text!r}, the structure {one.structure!r}"
            says += f"; of the text, {sig.doubt}" if sig.doubt else ""
            yield Issue("warning", "text-structure-disagree", says, 0, len(part.text))


def _obstacle(resource: Json, part: Worded, sig: Sig) -> str | None:
    """Why a Dosage cannot be filled, though its text is clear."""
    if "modifierExtension" in part.dosage:
        return "a modifierExtension may change its meaning"
    if len(sig.spans) == 1:
        return None
    several = f"it says {len(sig.spans)} dosages"
    if len(dosages_of(resource)) > 1 or part.dosage.get("sequence", 1) != 1 or "_text" in part.dosage:
        return f"{several}, and stands beside others"
    if part.name == "text" and not can_render(resource):
        return f"{several}, and the resource has a rendered text"
    return None
