"""`rx2fhir enrich`: structure for the Dosages of FHIR that hold text only."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def enrich(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="IN", help="ndjson (a resource or Bundle a line), or json with one.", exists=True, dir_okay=False
        ),
    ],
    out: Annotated[Path, typer.Option("-o", "--output", metavar="OUT", help="The same, enriched.", dir_okay=False)],
    language: Annotated[str | None, typer.Option(metavar="CODE", help="Language; detected if not given.")] = None,
    rejects: Annotated[Path | None, typer.Option(metavar="FILE", help="Lines that are no FHIR, and why.")] = None,
    issues: Annotated[Path | None, typer.Option(metavar="FILE", help="What is left as text, or disagrees.")] = None,
) -> None:
    """Fill in the structure of dosages that hold text only.

    MedicationRequest, MedicationStatement and MedicationDispense, R4 or R5; all else is copied as it is. What was
    there stays; what is added names the words that it is from. A text that is doubtful in any part stays text; one
    that contradicts its structure is reported. Beside OUT stand OUT.rejects.ndjson and OUT.issues.ndjson. Exit code
    1: there are rejects.
    """
    from rx2fhir.bulk.convert import Files
    from rx2fhir.bulk.enrich import enrich_file

    counts = enrich_file(Files(source, out, rejects, issues), language)
    names = ("resources", "dosages", "enriched", "left", "disagreeing", "rejects")
    typer.echo(", ".join(f"{counts[name]} {name}" for name in names), err=True)
    raise typer.Exit(1 if counts["rejects"] else 0)
