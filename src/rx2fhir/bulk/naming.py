"""Names every record for good, so that the same source gives the same business identifiers again."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256

from rx2fhir.bulk.record import Record, Unreadable
from rx2fhir.bulk.seen import Seen

TEXT_SYSTEM = "urn:x-rx2fhir:text"
"""Of identifiers made from the text and its subject, where the source has no ids of its own."""

# https://hl7.org/fhir/R4/search.html#escaping
_SEPARATORS = frozenset("\\,$|")


@dataclass(frozen=True)
class Naming:
    """Gives each record the value of its identifier.

    system: URI of the source system whose ids the records have; None where they have none.
    """

    system: str | None = None
    seen: Seen = field(default_factory=Seen)

    def uri(self) -> str:
        """The system of all identifiers."""
        return self.system or TEXT_SYSTEM

    def value(self, record: Record) -> str:
        """The source's id; without one a hash of subject and text, with a number from the second such record on.

        Raises Unreadable where an id comes again, or where it holds signs that part the values of a search: not all
        servers know how to escape those, and what cannot be searched for is created twice.
        """
        if self.system and record.id and not _SEPARATORS.isdisjoint(record.id):
            raise Unreadable(
                f"its id holds one of {' '.join(sorted(_SEPARATORS))}, for which not all servers can search"
            )
        key = record.id if self.system and record.id else _digest(record)
        times = self.seen.times(key)
        if key == record.id and times > 1:
            raise Unreadable("its id came before")
        return key if times == 1 else f"{key}-{times}"


def _digest(record: Record) -> str:
    parts = (record.subject or "", record.text)
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
