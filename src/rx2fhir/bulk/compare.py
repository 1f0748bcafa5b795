"""Lists where the texts and the structures of a whole export differ: a report on the quality of its data."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from io import TextIOWrapper
from pathlib import Path

from rx2fhir import Parser
from rx2fhir.bulk.convert import check_language
from rx2fhir.bulk.enrichment import Worded, worded
from rx2fhir.bulk.output import whole_file
from rx2fhir.bulk.progress import progress, shown
from rx2fhir.bulk.record import Reject
from rx2fhir.bulk.resources import Document, documents, is_one, lines_of
from rx2fhir.bulk.sig import Sig, Sigs
from rx2fhir.errors import UsageError
from rx2fhir.fhir.differences import Difference

COLUMNS = ("place", "kind", "element", "text_says", "structure_says", "doubt", "text")

SUMMARY = ("resources", "dosages", "compared", "unread", "text-alone", "rejects")
"""What is counted beside the kinds of differences."""


def compare_file(source: Path, out: Path, language: str | None = None) -> Counter[str]:
    """Write a CSV with a row a difference; it does not stand before it is whole.

    Returns how many `resources` and `dosages` with a text there were; how many of these were `compared`, had a text
    that was `unread`, or were `text-alone`; `rejects`; and each kind of difference, alone and as "kind element".
    Raises UsageError for what cannot be compared at all.
    """
    check_language(language)
    one = is_one(source)
    if source.resolve() == out.resolve():
        raise UsageError(f"{source} and {out} are the same file")
    counts: Counter[str] = Counter(dict.fromkeys(SUMMARY, 0))
    with ExitStack() as stack:
        file, target = stack.enter_context(source.open("rb")), stack.enter_context(whole_file(out))
        show = stack.enter_context(progress(source.name, source.stat().st_size))
        table = TextIOWrapper(target, encoding="utf-8", errors="replace", newline="", write_through=True)
        rows, lines, sigs = csv.writer(table), lines_of(file, source), Sigs(Parser(), language)
        rows.writerow(COLUMNS)
        for found in shown(documents(lines, one), lines, show):
            counts["rejects"] += isinstance(found, Reject)
            if isinstance(found, Reject):
                rows.writerow([f"line {found.line}", "reject", "", "", "", found.reason, ""])
            else:
                rows.writerows(_rows(found, sigs, counts))
        table.detach()
    return counts


def _rows(document: Document, sigs: Sigs, counts: Counter[str]) -> Iterator[tuple[str, ...]]:
    for place, resource in document.medications():
        counts["resources"] += 1
        found = list(worded(f"line {document.line}, {place}", resource))
        times = Counter(part.text for part in found)
        for part, sig in zip(found, sigs.read(one.text for one in found), strict=True):
            for row in _differences(part, sig, times[part.text], counts):
                counts.update((row.kind, f"{row.kind} {row.element}"))
                yield part.place, row.kind, row.element, row.text, row.structure, sig.doubt or "", part.text


def _differences(part: Worded, sig: Sig, times: int, counts: Counter[str]) -> Iterator[Difference]:
    counts["dosages"] += 1
    if not part.is_structured:
        counts["text-alone"] += 1
        return
    counts["compared" if sig.spans else "unread"] += 1
    yield from sig.differences(part.dosage)
    if len(sig.spans) > times:
        yield Difference("text-only", "dosage", f"{len(sig.spans)} dosages", f"{times} with this text")
