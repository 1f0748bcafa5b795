"""`rx2fhir compare`: where the texts and structures of an export differ."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import orjson
import typer


def compare(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="IN", help="ndjson (a resource or Bundle a line), or json with one.", exists=True, dir_okay=False
        ),
    ],
    out: Annotated[Path, typer.Option("-o", "--output", metavar="OUT", help="CSV to write.", dir_okay=False)],
    language: Annotated[str | None, typer.Option(metavar="CODE", help="Language; detected if not given.")] = None,
) -> None:
    """List where dosages say one thing in words and another in structure.

    OUT has a row a difference: where, of which kind (disagree, not-comparable, text-only, structure-only), what each
    says. The summary, one JSON object, goes to stdout. Exit code 1: there are lines that are no FHIR.
    """
    from rx2fhir.bulk.compare import compare_file

    counts = compare_file(source, out, language)
    typer.echo(orjson.dumps(dict(counts), option=orjson.OPT_INDENT_2).decode())
    raise typer.Exit(1 if counts["rejects"] else 0)
