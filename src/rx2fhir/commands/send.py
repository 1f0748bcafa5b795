"""`rx2fhir send`: a file of FHIR to a server."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer


def send(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="FHIR: ndjson, or one resource or Bundle as json.", exists=True, dir_okay=False
        ),
    ],
    server: Annotated[str, typer.Option(metavar="URL", help="Base address of the FHIR server.")],
    rejects: Annotated[Path | None, typer.Option(metavar="FILE", help="Entries that were not taken, and why.")] = None,
    journal: Annotated[Path | None, typer.Option(metavar="FILE", help="What is done, for the next run.")] = None,
    batch_size: Annotated[int, typer.Option(metavar="N", min=1, help="Most entries of a request.")] = 100,
    tries: Annotated[int, typer.Option(metavar="N", min=1, help="How often a request is tried.")] = 5,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check the file and send nothing.")] = False,
    allow_http: Annotated[bool, typer.Option("--allow-http", help="Send unencrypted to another machine.")] = False,
) -> None:
    """Send FHIR to a server, each resource once.

    Credentials come from the environment: RX2FHIR_TOKEN (bearer), or RX2FHIR_USER and RX2FHIR_PASSWORD. A run
    that was stopped goes on where it stopped; what a server refused is tried again by the next run. Beside FILE
    stand FILE.send-rejects.ndjson (line, entry and reason) and FILE.journal. Exit code 1: there are rejects.
    """
    from rx2fhir.bulk.client import Client
    from rx2fhir.bulk.send import Sent, send_file
    from rx2fhir.fhir.bundle import Limits

    client = Client(server, tries, allow_http)
    with closing(client):
        counts = send_file(
            Sent(source, rejects, journal), server, None if dry_run else client, Limits(entries=batch_size)
        )
    names = {"taken": "would be sent" if dry_run else "taken", "before": "taken before", "rejects": "rejects"}
    typer.echo(", ".join(f"{counts[name]} {words}" for name, words in names.items()), err=True)
    raise typer.Exit(1 if counts["rejects"] else 0)
