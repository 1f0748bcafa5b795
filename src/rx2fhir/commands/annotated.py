"""Arguments that `train` and `evaluate` share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Data = Annotated[
    list[Path] | None,
    typer.Argument(
        help="Annotated texts: brat folders, MedNERF .json, .conll, .jsonl, marked .txt.", show_default=False
    ),
]
Format = Annotated[
    str | None, typer.Option(metavar="NAME", help="brat, conll, jsonl, marked or mednerf; guessed if not given.")
]
Language = Annotated[
    str | None, typer.Option(metavar="CODE", help="Language of texts that name none; else from the file's name.")
]
