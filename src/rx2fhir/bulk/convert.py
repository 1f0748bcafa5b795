"""A file of texts to a file of FHIR, with what gave nothing and what is doubtful beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from rx2fhir import Parser, Prescription
from rx2fhir.bulk.conversion import Conversion, Target
from rx2fhir.bulk.lines import Lines
from rx2fhir.bulk.naming import Naming
from rx2fhir.bulk.output import whole_file, write_line
from rx2fhir.bulk.progress import progress, shown
from rx2fhir.bulk.read import MAX_LINE, read, reader
from rx2fhir.bulk.record import Columns
from rx2fhir.errors import UnknownLanguage, UsageError
from rx2fhir.fhir.bundle import Limits, bundle, entry, split
from rx2fhir.fhir.element import Json
from rx2fhir.language import languages


@dataclass(frozen=True, slots=True)
class Files:
    """Where a conversion reads and writes. rejects, issues: beside `out` where they are not named."""

    source: Path
    out: Path
    rejects: Path | None = None
    issues: Path | None = None

    def written(self) -> list[Path]:
        """The files of resources, rejects and issues. Raises UsageError where two of all are the same."""
        rejects = self.rejects or self.out.with_suffix(".rejects.ndjson")
        issues = self.issues or self.out.with_suffix(".issues.ndjson")
        paths = [self.out, rejects, issues]
        if len({path.resolve() for path in [self.source, *paths]}) < 4:
            raise UsageError(f"{self.source}, {', '.join(map(str, paths))}: two of these are the same file")
        return paths


@dataclass(frozen=True, slots=True)
class Layout:
    """How resources stand in the file: one a line, or one Bundle a line. kind: "transaction" or "batch"."""

    kind: str | None = None
    limits: Limits = field(default_factory=Limits)

    def lines(self, groups: Iterable[list[Json]]) -> Iterator[Json]:
        """What stands on each line."""
        if self.kind is None:
            yield from chain.from_iterable(groups)
        else:
            for entries in split((list(map(entry, group)) for group in groups), self.limits):
                yield bundle(self.kind, entries)


def convert_file(
    files: Files,
    columns: Columns | None = None,
    target: Target | None = None,
    system: str | None = None,
    layout: Layout | None = None,
) -> Counter[str]:
    """Convert a file; no file of the output stands before all are whole.

    system: URI of the system that the ids of `columns.id` are from.
    Returns how many `texts`, `resources`, `rejects` there were, and how many texts were `doubtful` (a warning or
    an error). Raises UsageError for what cannot be converted at all.
    """
    columns, target, layout = columns or Columns(), target or Target(), layout or Layout()
    _check(columns, target, system, layout)
    rows, written = reader(files.source), files.written()
    with ExitStack() as stack:
        file = stack.enter_context(files.source.open("rb"))
        resources, rejects, issues = (stack.enter_context(whole_file(path)) for path in written)
        show = stack.enter_context(progress(files.source.name, files.source.stat().st_size))
        conversion = Conversion(Parser(), target, Naming(system), rejects, issues)
        lines = Lines(file, MAX_LINE)
        for line in layout.lines(conversion.groups(shown(read(rows, lines, columns), lines, show))):
            write_line(resources, line)
    return conversion.counts


def _check(columns: Columns, target: Target, system: str | None, layout: Layout) -> None:
    """Wrong use is told before any text is read."""
    bundle(layout.kind or "batch", [])
    if target.provenance and layout.kind != "transaction":
        raise UsageError("a Provenance refers to other resources: that needs transaction Bundles")
    if (columns.id is None) != (system is None):
        raise UsageError("the column of the ids and the URI of their system belong together: name both or none")
    if target.resource == "MedicationStatement" and (columns.authored_on or columns.requester):
        raise UsageError("date and requester belong to a MedicationRequest")
    nothing = Prescription("", None, (), (), ())
    nothing.to_dicts(target.release, target.resource, target.subject, status=target.status, profile=target.profile)
    check_language(target.language)


def check_language(code: str | None) -> None:
    """Raises UnknownLanguage for one without a pack; None is any language."""
    if code is not None and code not in languages():
        raise UnknownLanguage(f"no pack {code!r}; packs: {', '.join(languages())}")
