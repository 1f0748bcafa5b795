"""A file of FHIR to the same file with the structure of its Dosages filled in."""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack

import orjson

from rx2fhir import Parser
from rx2fhir.bulk.convert import Files, check_language
from rx2fhir.bulk.enrichment import Enrichment
from rx2fhir.bulk.output import whole_file, write_value
from rx2fhir.bulk.progress import progress, shown
from rx2fhir.bulk.record import Reject
from rx2fhir.bulk.resources import documents, is_one, lines_of
from rx2fhir.bulk.sig import Sigs


def enrich_file(files: Files, language: str | None = None) -> Counter[str]:
    """Enrich a file; no file of the output stands before all are whole. Documents stay in order, one a line of NDJSON.

    Returns how many `resources` and `dosages` with a text there were, how many dosages were `enriched`, `left` as
    text or `disagreeing` with it, and the `rejects`. Raises UsageError for what cannot be enriched at all.
    """
    check_language(language)
    one, written = is_one(files.source), files.written()
    layout = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE if one else orjson.OPT_APPEND_NEWLINE
    with ExitStack() as stack:
        file = stack.enter_context(files.source.open("rb"))
        out, rejects, issues = (stack.enter_context(whole_file(path)) for path in written)
        show = stack.enter_context(progress(files.source.name, files.source.stat().st_size))
        lines = lines_of(file, files.source)
        enrichment = Enrichment(Sigs(Parser(), language), rejects, issues)
        for found in shown(documents(lines, one), lines, show):
            if isinstance(found, Reject):
                enrichment.reject(found)
            else:
                enrichment.enrich(found)
                write_value(out, found.value, layout)
    return enrichment.counts
