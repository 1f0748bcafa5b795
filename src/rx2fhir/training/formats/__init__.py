"""Annotated texts in the formats that they are published in, one format a module.

| format | is | guessed from |
|---|---|---|
| brat | a folder of .txt and .ann files, as n2c2 2018 track 2 | a folder |
| mednerf | a JSON list of {id, tokens, ner_tags}, as MedNERF | .json |
| conll | a token and its tag a line, an empty line after each text; IOB, BIOES or BILOU | .conll .iob .bio .tsv |
| jsonl | one {text, lang, entities: [{label, start, end}]} a line: the project's own | .jsonl |
| marked | one text a line, `[DRUG doliprane] 1 cp`, `\\n` for a line break: the project's own | .txt |
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from pathlib import Path

from rx2fhir.errors import UsageError
from rx2fhir.language import languages
from rx2fhir.training.cases import UNKNOWN_LANGUAGE, Case
from rx2fhir.training.formats import brat, conll, jsonl, marked, mednerf

FORMATS: dict[str, Callable[[Path, str, Collection[str]], list[Case]]] = {
    "brat": brat.read,
    "conll": conll.read,
    "jsonl": jsonl.read,
    "marked": marked.read,
    "mednerf": mednerf.read,
}
_SUFFIXES = {".json": "mednerf", ".jsonl": "jsonl", ".txt": "marked"} | dict.fromkeys(
    (".conll", ".iob", ".bio", ".tsv"), "conll"
)
_NAMED = re.compile(r"([a-z]{2})(?![a-z])")


def read_cases(
    path: Path, format: str | None = None, language: str | None = None, keep: Collection[str] = ()
) -> list[Case]:
    """The annotated texts of a file or folder.

    format: guessed from the path if not given. language: of texts that name none; if not given, the language
    that the file's name begins with (`fr.txt`, `fr-ward.jsonl`), else "und". keep: labels to keep beside the six.
    Raises UsageError where the path or the format is none, AnnotationError with file and line where a file is broken.
    """
    if not path.exists():
        raise UsageError(f"no file or folder {path}")
    name = format or ("brat" if path.is_dir() else _SUFFIXES.get(path.suffix, ""))
    if name not in FORMATS:
        raise UsageError(f"{path}: format {name!r}; name one of: {', '.join(FORMATS)}")
    return FORMATS[name](path, language or _language(path), keep)


def read_all(
    paths: Iterable[Path], format: str | None = None, language: str | None = None, keep: Collection[str] = ()
) -> list[Case]:
    """The annotated texts of several files or folders, see `read_cases`."""
    return [case for path in paths for case in read_cases(path, format, language, keep)]


def _language(path: Path) -> str:
    named = _NAMED.match(path.name)
    return named[1] if named and named[1] in languages() else UNKNOWN_LANGUAGE
