"""`rx2fhir evaluate`. What it needs is imported when it runs."""

from __future__ import annotations

from typing import Annotated

import orjson
import typer

from rx2fhir.commands.annotated import Data, Format, Language
from rx2fhir.errors import UsageError


def evaluate(
    data: Data = None,
    model: Annotated[
        str | None, typer.Option(metavar="MODEL", help="Folder or name; the bundled one if not given.")
    ] = None,
    format: Format = None,
    language: Language = None,
    join_frequency: Annotated[
        bool, typer.Option("--join-frequency", help="Count FREQUENCY neighbours ('in the morning, at night') as one.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object instead of the table.")] = False,
    revision: Annotated[str | None, typer.Option(help="Branch, tag or commit of the model.")] = None,
) -> None:
    """Measure a model on annotated texts.

    Precision, recall and F1 of entities per label and language as seqeval counts them (label and both ends right),
    overlap F1 beside; accuracy and loss of words; how often entities of a score are right.
    """
    from rx2fhir.recognize import open_model
    from rx2fhir.training.evaluate import evaluate as measure
    from rx2fhir.training.figures import table
    from rx2fhir.training.formats import read_all

    if not data:
        raise UsageError("evaluate: name DATA, files or folders of annotated texts")
    report = measure(open_model(model, revision), read_all(data, format, language), join_frequency)
    typer.echo(orjson.dumps(report.plain()) if json else table(report))
