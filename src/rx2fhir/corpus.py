"""Reads the corpus: texts and the facts that each must give. The format is described in `mappings/README.md`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from rx2fhir.errors import MappingError

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Case:
    """One text of the corpus, its drugs marked, and what it means: a dict of facts a dosage, or "unread"."""

    language: str
    topic: str
    text: str
    means: list[dict[str, Any]] | str

    @property
    def name(self) -> str:
        return f"{self.language}/{self.topic}: {self.text}"


def read_cases(folder: Path) -> Iterator[Case]:
    """Every text of one language's folder, file by file. Raises MappingError for a file that is no corpus."""
    for path in sorted(folder.glob("*.yaml")):
        try:
            blocks = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader) or []
            yield from [case for block in blocks for case in _cases(path, block)]
        except (yaml.YAMLError, KeyError, TypeError) as error:
            raise MappingError(f"{folder.name}/{path.name}: no list of `means` and `texts`: {error}") from error


def _cases(path: Path, block: dict[str, Any]) -> Iterator[Case]:
    means = block["means"]
    for text in block["texts"]:
        yield Case(path.parent.name, path.stem, text, means if isinstance(means, (str, list)) else [means])
