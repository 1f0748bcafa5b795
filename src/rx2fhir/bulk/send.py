"""A file of FHIR to a server: every entry is taken once, or stands in the rejects with the server's reason."""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

from rx2fhir.bulk.client import Client
from rx2fhir.bulk.journal import Journal
from rx2fhir.bulk.lines import Lines
from rx2fhir.bulk.output import whole_file
from rx2fhir.bulk.progress import progress, shown
from rx2fhir.bulk.sending import Nowhere, Sending
from rx2fhir.bulk.units import MAX_LINE, units
from rx2fhir.fhir.bundle import Limits


@dataclass(frozen=True, slots=True)
class Sent:
    """What is sent, and what is written: rejects and journal stand beside the file where they are not named."""

    source: Path
    rejects: Path | None = None
    journal: Path | None = None


def send_file(sent: Sent, server: str, client: Client | None, limits: Limits | None = None) -> Counter[str]:
    """Send a file; client: None for a dry run, which neither sends nor remembers anything.

    Returns how many entries were `taken`, how many `before` (in a run that was stopped), and how many `rejects`.
    """
    rejects = sent.rejects or sent.source.with_suffix(".send-rejects.ndjson")
    path = sent.journal or sent.source.with_suffix(".journal")
    limits = limits or Limits()
    with ExitStack() as stack:
        file, rejected = stack.enter_context(sent.source.open("rb")), stack.enter_context(whole_file(rejects))
        journal = stack.enter_context(closing(Journal(path, sent.source, server, limits.entries))) if client else None
        show = stack.enter_context(progress(sent.source.name, sent.source.stat().st_size))
        lines = Lines(file, MAX_LINE, whole=sent.source.suffix.lower() == ".json")
        sending = Sending(client or Nowhere(), journal, rejected)
        sending.run(shown(units(lines, limits), lines, show))
    return sending.counts
