"""Provenance: which software made resources, out of which text. https://hl7.org/fhir/R4/provenance.html (R5)."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha1

from rx2fhir.fhir.bundle import full_url
from rx2fhir.fhir.element import Json

SOURCE_SYSTEM = "urn:x-rx2fhir:source"
PARTICIPANT = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"


@dataclass(frozen=True, slots=True)
class Software:
    """What read the text. version: of rx2fhir; model, pack: digests of the model and of the language pack."""

    version: str
    model: str
    pack: str

    def versions(self) -> list[Json]:
        """Device.version: one for each part."""
        parts = {"software": self.version, "model": self.model, "language pack": self.pack}
        return [{"type": {"text": name}, "value": value} for name, value in parts.items()]


@dataclass(frozen=True, slots=True)
class Source:
    """The text that was read, and the business identifier that it has."""

    system: str
    value: str
    text: str


def provenance(resources: list[Json], source: Source, software: Software, recorded: datetime, release: str) -> Json:
    """The Provenance of resources that stand in the same transaction. recorded: with time zone.

    Its tag names it for good: a Provenance has no identifier.
    """
    assembler = {"coding": [{"system": PARTICIPANT, "code": "assembler"}]}
    return {
        "resourceType": "Provenance",
        "meta": {"tag": [{"system": SOURCE_SYSTEM, "code": full_url(resources[0]).removeprefix("urn:uuid:")}]},
        "contained": [_device(software, release), _document(source)],
        "target": [{"reference": full_url(resource)} for resource in resources],
        "recorded": recorded.isoformat(timespec="seconds"),
        "agent": [{"type": assembler, "who": {"reference": "#device"}}],
        "entity": [{"role": "source", "what": {"reference": "#text"}}],
    }


def _device(software: Software, release: str) -> Json:
    names = {
        "R4": {"deviceName": [{"name": "rx2fhir", "type": "user-friendly-name"}]},
        "R5": {"name": [{"value": "rx2fhir", "type": "user-friendly-name"}]},
    }
    return {"resourceType": "Device", "id": "device", **names[release], "version": software.versions()}


def _document(source: Source) -> Json:
    raw = source.text.encode("utf-8", "replace")
    attachment = {
        "contentType": "text/plain; charset=utf-8",
        "data": b64encode(raw).decode(),
        "hash": b64encode(sha1(raw, usedforsecurity=False).digest()).decode(),
    }
    return {
        "resourceType": "DocumentReference",
        "id": "text",
        "identifier": [{"system": source.system, "value": source.value}],
        "status": "current",
        "content": [{"attachment": attachment}],
    }
