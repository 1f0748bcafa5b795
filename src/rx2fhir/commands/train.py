"""`rx2fhir train`. What it needs is imported when it runs: torch takes seconds."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rx2fhir.commands.annotated import Data, Format, Language
from rx2fhir.errors import UsageError

if TYPE_CHECKING:
    from rx2fhir.training.cases import Case
    from rx2fhir.training.loop import Watch


def train(
    data: Data = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", metavar="FOLDER", help="Folder of the model.")] = None,
    base: Annotated[str | None, typer.Option(metavar="MODEL", help="Checkpoint to train: folder or name.")] = None,
    recipe: Annotated[
        str | None, typer.Option(metavar="bundled", help="Rebuild the bundled model; DATA only measures it.")
    ] = None,
    validation: Annotated[
        list[Path] | None, typer.Option(metavar="PATH", help="Texts to choose the checkpoint by; may be repeated.")
    ] = None,
    share: Annotated[float, typer.Option(help="Part of DATA for validation, where none is given.")] = 0.1,
    keep: Annotated[
        list[str] | None, typer.Option(metavar="LABEL", help="Learn this label too, as Route; may be repeated.")
    ] = None,
    format: Format = None,
    language: Language = None,
    revision: Annotated[str | None, typer.Option(help="Branch, tag or commit of the base.")] = None,
    epochs: Annotated[int, typer.Option(min=1, help="Epochs at most.")] = 10,
    batch: Annotated[int, typer.Option(min=1, help="Texts a step.")] = 16,
    rate: Annotated[float, typer.Option(help="Highest learning rate.")] = 5e-5,
    patience: Annotated[int, typer.Option(min=1, help="Epochs without a better F1 before it stops.")] = 3,
    seed: Annotated[int, typer.Option(help="Equal seeds give equal runs.")] = 1,
    minutes: Annotated[float, typer.Option(help="Length of --recipe bundled on one core.")] = 30,
) -> None:
    """Fine-tune a model on annotated texts, or rebuild the bundled one.

    The best checkpoint is written as safetensors with its labels, ready for Parser(model=FOLDER) and for transformers.
    A run that was stopped goes on where the same command is given again. Labels other than DRUG, STRENGTH, DOSAGE,
    FORM, FREQUENCY and DURATION are left out but for --keep; those are learnt, and read by transformers alone.
    """
    from rx2fhir.training.formats import read_all

    if out is None or (recipe is None) == (base is None) or recipe not in (None, "bundled"):
        raise UsageError("train: name --out, and either --base MODEL with DATA or --recipe bundled")
    if recipe and (validation or keep):
        raise UsageError("--recipe bundled learns from generated texts and checks on DATA; no --validation, no --keep")
    labels = tuple(keep or ())
    cases = read_all(data or (), format, language, labels)
    checks = read_all(validation or (), format, language, labels)
    with _progress() as watch:
        if recipe:
            _rebuild(out, minutes, seed, cases, watch)
            return
        from rx2fhir.training.figures import table
        from rx2fhir.training.finetune import Settings, fine_tune, split

        if not checks:
            cases, checks = split(cases, share, seed)
        settings = Settings(str(base), revision, labels, epochs, batch, rate, patience, seed)
        _note(f"{len(cases)} texts for training, {len(checks)} for validation")
        report = fine_tune(settings, cases, checks, out, watch)
    _note(table(report))


def _rebuild(out: Path, minutes: float, seed: int, checks: Sequence[Case], watch: Watch) -> None:
    from rx2fhir.training.bundled import STEPS_PER_MINUTE, train_bundled

    _note(f"{minutes:g} minutes on one free core of {STEPS_PER_MINUTE} steps a minute, longer on a busy one")
    train_bundled(out, minutes, seed, checks, watch=watch)


@contextmanager
def _progress() -> Iterator[Watch]:
    """A progress bar on stderr, log lines above it."""
    from rich.console import Console
    from rich.logging import RichHandler
    from rich.progress import Progress

    console = Console(stderr=True)
    log = logging.getLogger("rx2fhir.training")
    handler = RichHandler(console=console, show_path=False)
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    with Progress(console=console) as progress:
        task = progress.add_task("steps", total=None)
        yield lambda done, steps: progress.update(task, completed=done, total=steps)
    log.removeHandler(handler)


def _note(text: str) -> None:
    typer.echo(text, err=True)
