"""Texts to FHIR, one after the other: memory does not grow with the file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timezone
from itertools import tee
from typing import BinaryIO

from rx2fhir import InvalidResource, Parser, Prescription, UsageError
from rx2fhir.bulk.naming import Naming
from rx2fhir.bulk.output import write_line
from rx2fhir.bulk.record import Record, Reject, Unreadable
from rx2fhir.bulk.software import software
from rx2fhir.fhir.element import Json
from rx2fhir.fhir.outcome import outcome
from rx2fhir.fhir.provenance import Source, provenance


@dataclass(frozen=True, slots=True)
class Target:
    """What every record becomes. subject, language: of the records that name none.

    provenance: a Provenance for the resources of each record. status: where a text says none, see `fhir.to_dicts`.
    profile: see `Prescription.to_dicts`.
    """

    release: str = "R4"
    resource: str = "MedicationStatement"
    subject: str | None = None
    language: str | None = None
    provenance: bool = False
    status: str = "active"
    profile: str | None = None


@dataclass(frozen=True)
class Conversion:
    """Converts records; each reject and each OperationOutcome is a line in its file.

    counts: texts, resources, rejects, and doubtful: texts with a warning or an error.
    """

    parser: Parser
    target: Target
    naming: Naming
    rejects: BinaryIO
    issues: BinaryIO
    counts: Counter[str] = field(default_factory=Counter)
    now: datetime = field(default_factory=lambda: datetime.now(timezone.utc))

    def groups(self, found: Iterable[Record | Reject]) -> Iterator[list[Json]]:
        """The resources of each record, in order, with the identifiers that they have for good."""
        first, second, third = tee(self._named(found), 3)
        texts, languages = (record.text for record, _ in first), (record.language for record, _ in second)
        for (record, name), rx in zip(third, self.parser.parse_many(texts, languages), strict=True):
            try:
                yield self._group(record, name, rx)
            except (Unreadable, UsageError, InvalidResource) as error:
                self._reject(Reject(record.line, str(error), record.id))

    def _named(self, found: Iterable[Record | Reject]) -> Iterator[tuple[Record, str]]:
        for item in found:
            self.counts["texts"] += 1
            if isinstance(item, Reject):
                self._reject(item)
                continue
            record = self._completed(item)
            try:
                yield record, self.naming.value(record)
            except Unreadable as error:
                self._reject(Reject(record.line, str(error), record.id))

    def _completed(self, record: Record) -> Record:
        subject, language = record.subject or self.target.subject, record.language or self.target.language
        return replace(record, subject=subject, language=language)

    def _group(self, record: Record, name: str, rx: Prescription) -> list[Json]:
        if not rx.statements:
            raise Unreadable("nothing that it prescribes was read")
        dicts = rx.to_dicts(
            self.target.release,
            self.target.resource,
            record.subject,
            authored_on=record.authored_on,
            requester=record.requester,
            status=self.target.status,
            profile=self.target.profile,
        )
        resources = [self._identified(fields, f"{name}/{n}") for n, fields in enumerate(dicts, start=1)]
        self._note(record, rx.noting(self.target.profile))
        return [*resources, self._provenance(resources, name, rx)] if self.target.provenance else resources

    def _identified(self, resource: Json, name: str) -> Json:
        identifier = {"system": self.naming.uri(), "value": name}
        self.counts["resources"] += 1
        return {"resourceType": resource["resourceType"], "identifier": [identifier], **resource}

    def _provenance(self, resources: list[Json], name: str, rx: Prescription) -> Json:
        source = Source(self.naming.uri(), name, rx.text)
        return provenance(resources, source, software(rx.language), self.now, self.target.release)

    def _note(self, record: Record, rx: Prescription) -> None:
        if rx.issues:
            write_line(self.issues, outcome(rx.issues, f"line {record.line}, "))
        self.counts["doubtful"] += any(issue.severity != "information" for issue in rx.issues)

    def _reject(self, reject: Reject) -> None:
        self.counts["rejects"] += 1
        write_line(self.rejects, {key: value for key, value in asdict(reject).items() if value is not None})
