"""`rx2fhir convert`: a file of texts to a file of FHIR."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def convert(
    source: Annotated[
        Path,
        typer.Argument(metavar="IN", help="txt (a text a line), csv, tsv or ndjson.", exists=True, dir_okay=False),
    ],
    out: Annotated[Path, typer.Option("-o", "--output", metavar="OUT", help="FHIR NDJSON to write.", dir_okay=False)],
    text_column: Annotated[str, typer.Option(metavar="NAME", help="Column of the texts.")] = "text",
    id_column: Annotated[str | None, typer.Option(metavar="NAME", help="Column of the ids; needs --system.")] = None,
    subject_column: Annotated[str | None, typer.Option(metavar="NAME", help="Column of the patients.")] = None,
    language_column: Annotated[str | None, typer.Option(metavar="NAME", help="Column of the languages.")] = None,
    date_column: Annotated[str | None, typer.Option(metavar="NAME", help="Column of dates; requests only.")] = None,
    requester_column: Annotated[
        str | None, typer.Option(metavar="NAME", help="Column of prescribers; requests only.")
    ] = None,
    system: Annotated[str | None, typer.Option(metavar="URI", help="System that the ids are from.")] = None,
    subject: Annotated[str | None, typer.Option(metavar="REFERENCE", help="Patient where no column does.")] = None,
    language: Annotated[str | None, typer.Option(metavar="CODE", help="Language where no column names one.")] = None,
    release: Annotated[str, typer.Option(metavar="R4|R5", help="FHIR release.")] = "R4",
    resource: Annotated[
        str, typer.Option(metavar="TYPE", help="MedicationStatement or MedicationRequest.")
    ] = "MedicationStatement",
    status: Annotated[
        str, typer.Option(metavar="STATUS", help="Where a text says none: active, intended, completed, unknown.")
    ] = "active",
    profile: Annotated[str | None, typer.Option(metavar="NAME", help="dgmp, us-core or ch-emed.")] = None,
    bundle: Annotated[
        str | None, typer.Option(metavar="KIND", help="Bundles instead of resources: transaction or batch.")
    ] = None,
    bundle_size: Annotated[int, typer.Option(metavar="N", min=1, help="Most entries of a Bundle.")] = 100,
    provenance: Annotated[bool, typer.Option("--provenance", help="Add where each resource is from.")] = False,
    rejects: Annotated[Path | None, typer.Option(metavar="FILE", help="Lines that gave nothing, and why.")] = None,
    issues: Annotated[Path | None, typer.Option(metavar="FILE", help="What is doubtful or was not read.")] = None,
) -> None:
    """Convert a file of prescriptions to FHIR.

    Two more files are written, beside OUT if not named, with a JSON object a line: OUT.rejects.ndjson (line and
    reason of each text that gave nothing) and OUT.issues.ndjson (an OperationOutcome for each text with issues).
    Exit code 1: there are rejects.
    """
    from rx2fhir.bulk.conversion import Target
    from rx2fhir.bulk.convert import Files, Layout, convert_file
    from rx2fhir.bulk.record import Columns
    from rx2fhir.fhir.bundle import Limits

    counts = convert_file(
        Files(source, out, rejects, issues),
        Columns(text_column, id_column, subject_column, language_column, date_column, requester_column),
        Target(release, resource, subject, language, provenance, status, profile),
        system,
        Layout(bundle, Limits(entries=bundle_size)),
    )
    typer.echo(", ".join(f"{counts[name]} {name}" for name in ("texts", "resources", "rejects", "doubtful")), err=True)
    raise typer.Exit(1 if counts["rejects"] else 0)
