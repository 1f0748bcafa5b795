"""The command line: JSON on stdout, notes on stderr.

Exit code 0: done; 1: `--strict` and something unread; 2: wrong use. The parser and rich are imported by the
commands that need them, so that help answers at once.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import orjson
import typer

from rx2fhir.commands.compare import compare
from rx2fhir.commands.convert import convert
from rx2fhir.commands.enrich import enrich
from rx2fhir.commands.evaluate import evaluate
from rx2fhir.commands.lexicon import lexicon as lexicon_commands
from rx2fhir.commands.send import send
from rx2fhir.commands.train import train
from rx2fhir.errors import PrescriptionError

if TYPE_CHECKING:
    from rx2fhir.corpus import Case
    from rx2fhir.prescription import Prescription
    from rx2fhir.statement import Issue

_GARBAGE = 50_000
"""New objects between two searches for garbage: modules and packs hold none, and a cold start is a tenth shorter."""

app = typer.Typer(
    name="rx2fhir",
    help="Prescription text in, FHIR medication resources out.",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.command()(convert)
app.command()(enrich)
app.command()(compare)
app.command()(send)
app.command()(train)
app.command()(evaluate)
app.add_typer(lexicon_commands, name="lexicon")


def main() -> None:
    """Run the program. What the user can put right is one line on stderr and exit code 2."""
    gc.set_threshold(_GARBAGE)
    try:
        app(prog_name="rx2fhir")
    except (PrescriptionError, OSError) as error:
        _note(f"error: {error}")
        sys.exit(2)
    finally:
        gc.freeze()  # what a pack holds goes with the process: to search it at the end takes a sixth of a cold start


@app.command()
def parse(
    text: Annotated[str, typer.Argument(help="The prescription; - reads stdin, one text a line.")],
    language: Annotated[str | None, typer.Option(metavar="CODE", help="Language; detected if not given.")] = None,
    release: Annotated[str, typer.Option(metavar="R4|R5", help="FHIR release.")] = "R4",
    resource: Annotated[
        str, typer.Option(metavar="TYPE", help="MedicationStatement or MedicationRequest.")
    ] = "MedicationStatement",
    subject: Annotated[str | None, typer.Option(metavar="REFERENCE", help="The patient, as Patient/1.")] = None,
    medication: Annotated[
        str, typer.Option(metavar="KIND", help="contained, or concept: one CodeableConcept, no Medication.")
    ] = "contained",
    status: Annotated[
        str, typer.Option(metavar="STATUS", help="Where the text says none: active, intended, completed, unknown.")
    ] = "active",
    profile: Annotated[str | None, typer.Option(metavar="NAME", help="dgmp, us-core or ch-emed.")] = None,
    lexicon: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Drug names of `rx2fhir lexicon build`.", dir_okay=False)
    ] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Show on stderr what was read, and why.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 1 if anything is unread or doubtful.")] = False,
) -> None:
    """Print a prescription as FHIR.

    One JSON object a text: "language", "resources" (FHIR) and "issues" (what was not read, or is doubtful;
    these are noted on stderr too). Texts from stdin give one line each.
    """
    from rx2fhir import Parser, Prescription

    options: dict[str, Any] = {"release": release, "resource": resource, "subject": subject, "medication": medication}
    options |= {"status": status, "profile": profile}
    Prescription("", None, (), (), ()).to_dicts(**options)  # wrong use is told before any text is read
    parser, doubtful, many = Parser(lexicon=lexicon), False, text == "-"
    for number, line in enumerate(_lines() if many else [text], start=1):
        rx = parser.parse(line, language=language).noting(profile)
        resources = rx.to_dicts(**options)
        _print(_answer(rx, resources), 0 if many else orjson.OPT_INDENT_2)
        _notes(rx, f"line {number}: " if many else "")
        if explain:
            _explain(rx)
        doubtful = doubtful or any(map(_is_doubt, rx.issues))
    raise typer.Exit(1 if strict and doubtful else 0)


@app.command()
def languages() -> None:
    """List the languages.

    One JSON object a line. A draft is a pack that no professional has reviewed yet. A language that is not detected
    is read where it is named only.
    """
    from rx2fhir.codes import mappings_dir
    from rx2fhir.language import detected
    from rx2fhir.language import languages as codes
    from rx2fhir.packfile import read_file

    for code in codes():
        pack = read_file(mappings_dir() / code / "language.yaml").plain()
        _print({"code": code, "name": pack["name"], "draft": not pack.get("reviewed"), "detected": code in detected()})


@app.command()
def check(
    code: Annotated[str | None, typer.Argument(help="Language; all of them if not given.")] = None,
    corpus: Annotated[Path, typer.Option(metavar="FOLDER", help="Texts that the rows must read.")] = Path(
        "fixtures/corpus"
    ),
) -> None:
    """Check the language packs.

    Their gaps are one JSON object a line: concepts without words, words with two meanings, and rows that no text of
    the corpus is read by. Exit 1 if there is any in a language that is detected; others are still being written.
    A mistake in a pack ends the check with its file and line.
    """
    from rx2fhir import language
    from rx2fhir.check import check_pack

    found = False
    if not corpus.is_dir():
        _note(f"no corpus in {corpus}: rows are not checked against texts")
    for name in [code] if code else language.languages():
        gaps = check_pack(name, _cases(corpus / name) if corpus.is_dir() else None)
        for gap in gaps:
            _print({"language": name, "gap": gap})
        _note(f"{name}: {len(gaps)} gaps")
        found = found or (bool(gaps) and name in language.detected())
    raise typer.Exit(1 if found else 0)


def _cases(folder: Path) -> Iterable[Case]:
    """The texts of a language's corpus, with a progress bar on a terminal."""
    from rich.console import Console
    from rich.progress import track

    from rx2fhir.corpus import read_cases

    console = Console(stderr=True)
    cases = list(read_cases(folder))
    return track(cases, folder.name, console=console, transient=True, disable=not console.is_terminal)


def _lines() -> Iterator[str]:
    """The lines of stdin. Bytes that are no UTF-8 become U+FFFD: a broken line must not stop the others."""
    for line in typer.get_binary_stream("stdin"):
        yield line.decode("utf-8", errors="replace").rstrip("\r\n")


def _print(value: dict[str, Any], layout: int = 0) -> None:
    typer.echo(orjson.dumps(value, option=layout))


def _note(text: str) -> None:
    typer.echo(text, err=True)


def _answer(rx: Prescription, resources: list[dict[str, Any]]) -> dict[str, Any]:
    issues = [
        {
            "severity": issue.severity,
            "code": issue.code,
            "message": _message(issue),
            "start": issue.start,
            "end": issue.end,
        }
        for issue in rx.issues
    ]
    return {"language": rx.language, "resources": resources, "issues": issues}


def _notes(rx: Prescription, place: str) -> None:
    for issue in rx.issues:
        _note(f"{place}{issue.severity}: {issue.code} [{issue.start}:{issue.end}] {_message(issue)}")


def _message(issue: Issue) -> str:
    """A message quotes the text, which may hold what neither JSON nor a terminal should be given."""
    from rx2fhir.fhir.element import string

    return string(issue.message)


def _is_doubt(issue: Issue) -> bool:
    return issue.severity != "information" or issue.code == "unread-text"


def _explain(rx: Prescription) -> None:
    from rich.console import Console

    from rx2fhir.explain import explanation

    console = Console(stderr=True)
    for part in explanation(rx):
        console.print(part)
