"""`rx2fhir lexicon build`: official releases of drug names to one file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rx2fhir.drugs.build import Builder

lexicon = typer.Typer(help="Larger lexicons of drug names, out of official releases.", no_args_is_help=True)

_FILE = {"exists": True, "dir_okay": False, "metavar": "FILE"}
_FOLDER = {"exists": True, "file_okay": False, "metavar": "FOLDER"}


@lexicon.command()
def build(
    rxnorm: Annotated[Path | None, typer.Option(help="RxNorm: RXNCONSO.RRF, RXNREL.RRF.", **_FOLDER)] = None,
    bdpm: Annotated[Path | None, typer.Option(help="France: CIS_bdpm.txt, CIS_COMPO_bdpm.txt.", **_FOLDER)] = None,
    cima: Annotated[Path | None, typer.Option(help="Spain: Medicamentos, saved as CSV.", **_FILE)] = None,
    nomenclator: Annotated[Path | None, typer.Option(help="Spain: Nomenclator, saved as CSV.", **_FILE)] = None,
    swissmedic: Annotated[Path | None, typer.Option(help="Switzerland: Packungen, as CSV.", **_FILE)] = None,
    ema: Annotated[Path | None, typer.Option(help="EU: the table of medicines, as CSV.", **_FILE)] = None,
    csv: Annotated[Path | None, typer.Option(help="Any other table; needs --columns.", **_FILE)] = None,
    columns: Annotated[
        str, typer.Option(metavar="MAP", help="Its columns: name=Brand,ingredients=Substance,atc=ATC,separator=+")
    ] = "",
    country: Annotated[str, typer.Option(metavar="CODE", help="Its country, ISO 3166-1: de.")] = "",
    output: Annotated[Path | None, typer.Option("-o", metavar="FILE", help="Where to; else the user's data.")] = None,
) -> None:
    """Build a lexicon out of releases that you have.

    The file is for Parser(lexicon=...) and parse --lexicon. It keeps the path and the day of each release. Which
    release may be used how, its publisher says.
    """
    from rx2fhir.drugs.build import Builder, read_table
    from rx2fhir.errors import UsageError

    builder, path = Builder(), output or default_path()
    tables = {"cima": cima, "nomenclator": nomenclator, "swissmedic": swissmedic, "ema": ema}
    _folders(builder, rxnorm, bdpm)
    for name, file in tables.items():
        if file:
            _tell(name, builder.add(name, file, read_table(name, file)))
    if csv:
        _tell("csv", builder.add("csv", csv, read_table("csv", csv, _map(columns), country.lower())))
    if not builder.names:
        raise UsageError("no release: name one, as --bdpm FOLDER")
    builder.save(path)
    typer.echo(f"{path}: {len(builder.names)} names", err=True)


def default_path() -> Path:
    """The lexicon in the user's data folder."""
    return Path(typer.get_app_dir("rx2fhir")) / "lexicon.sqlite"


def _folders(builder: Builder, rxnorm: Path | None, bdpm: Path | None) -> None:
    from rx2fhir.drugs.releases.bdpm import read_bdpm
    from rx2fhir.drugs.releases.rxnorm import read_rxnorm

    if rxnorm:
        _tell("rxnorm", builder.add("rxnorm", rxnorm, read_rxnorm(rxnorm)))
    if bdpm:
        _tell("bdpm", builder.add("bdpm", bdpm, read_bdpm(bdpm)))


def _map(columns: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in columns.split(",") if part)
    return {name.strip(): title.strip() for name, _, title in pairs}


def _tell(release: str, names: int) -> None:
    typer.echo(f"{release}: {names} names", err=True)
