"""MedNERF: a JSON list of {id, tokens, ner_tags}; the tags are names (`B-Drug`), not numbers."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from rx2fhir.errors import AnnotationError
from rx2fhir.training.cases import Case
from rx2fhir.training.formats.tags import case_of_tags

_BLANKS = re.compile(r"\s*")


def read(path: Path, language: str, keep: Collection[str]) -> list[Case]:
    """One case an element of the list."""
    return [_case(item, language, keep, f"{path}:{line}") for line, item in _items(path)]


def _case(item: Any, language: str, keep: Collection[str], place: str) -> Case:
    if not isinstance(item, dict) or not {"tokens", "ner_tags"} <= item.keys():
        raise AnnotationError(f"{place}: expected an object with tokens and ner_tags")
    for name in ("tokens", "ner_tags"):
        if not isinstance(item[name], list) or not all(isinstance(one, str) for one in item[name]):
            raise AnnotationError(f"{place}: {name} must be a list of texts")
    return case_of_tags(item["tokens"], item["ner_tags"], language, keep, place)


def _items(path: Path) -> Iterator[tuple[int, Any]]:
    """The elements of the list with the line that each begins on."""
    text, decoder = path.read_text(encoding="utf-8"), json.JSONDecoder()
    at = _sign(path, text, 0, "[")
    closed = _next(text, at) == "]"
    while not closed:
        at = _skip(text, at)
        try:
            item, end = decoder.raw_decode(text, at)
        except json.JSONDecodeError as error:
            raise AnnotationError(f"{path}:{error.lineno}: {error.msg}; is the file cut off?") from error
        yield _line(text, at), item
        closed = _next(text, end) == "]"
        at = end if closed else _sign(path, text, end, ",")


def _skip(text: str, at: int) -> int:
    return at + len(_BLANKS.match(text, at)[0])  # type: ignore[index]


def _next(text: str, at: int) -> str:
    at = _skip(text, at)
    return text[at : at + 1]


def _sign(path: Path, text: str, at: int, sign: str) -> int:
    """The place behind a sign that must come next."""
    at = _skip(text, at)
    if not text.startswith(sign, at):
        raise AnnotationError(f"{path}:{_line(text, at)}: expected {sign!r} of a JSON list; is the file cut off?")
    return at + 1


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1
