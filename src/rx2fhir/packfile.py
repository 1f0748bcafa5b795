"""Reads one YAML file of a pack and remembers the line of everything in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from rx2fhir.errors import MappingError

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DEEPEST = 8
_SCALARS: dict[str, Callable[[str], Any]] = {
    "tag:yaml.org,2002:int": int,
    "tag:yaml.org,2002:float": float,
    "tag:yaml.org,2002:bool": lambda text: text in ("true", "True", "yes"),
    "tag:yaml.org,2002:null": lambda text: None,
}


@dataclass(frozen=True, slots=True)
class Line:
    """A value of the file: a mapping, a list or a scalar, with the place it stands at."""

    node: Any
    place: str

    @property
    def rule(self) -> str:
        """`fr/frequency.yaml:12`."""
        return f"{self.place}:{self.node.start_mark.line + 1}"

    def items(self) -> Iterator[tuple[str, Line]]:
        """The pairs of a mapping. Raises MappingError where it is none or a key stands twice."""
        if not isinstance(self.node, yaml.MappingNode):
            raise MappingError(f"{self.rule}: expected `key: value` pairs")
        seen = set()
        for key, value in self.node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise MappingError(f"{self.place}:{key.start_mark.line + 1}: expected a text as key")
            if key.value in seen:
                raise MappingError(f"{self.place}:{key.start_mark.line + 1}: {key.value!r} stands twice")
            seen.add(key.value)
            yield key.value, Line(value, self.place)

    def __iter__(self) -> Iterator[Line]:
        if not isinstance(self.node, yaml.SequenceNode):
            raise MappingError(f"{self.rule}: expected a list")
        for value in self.node.value:
            yield Line(value, self.place)

    def text(self) -> str:
        """A quoted or plain text. Raises MappingError for what YAML takes for a number, a date or a truth value."""
        if not isinstance(self.node, yaml.ScalarNode) or self.node.tag != "tag:yaml.org,2002:str":
            raise MappingError(f'{self.rule}: expected a text; quote it: "{getattr(self.node, "value", "...")}"')
        return str(self.node.value)

    def plain(self) -> Any:
        """The value as Python's own types. Raises MappingError for what looks like a number and is none (1:30)."""
        if isinstance(self.node, yaml.MappingNode):
            return {key: value.plain() for key, value in self.items()}
        if isinstance(self.node, yaml.SequenceNode):
            return [value.plain() for value in self]
        try:
            return _SCALARS.get(self.node.tag, str)(self.node.value)
        except ValueError as error:
            raise MappingError(f"{self.rule}: {self.node.value!r} is no number; quote what is a text") from error


def read_file(path: Path) -> Line:
    """The content of a file. Raises MappingError, with file and line, for what is no YAML."""
    place = f"{path.parent.name}/{path.name}"
    try:
        text = path.read_text(encoding="utf-8")
        _check_shape(text, place)
        node = yaml.compose(text, Loader=_Loader)
    except FileNotFoundError as error:
        raise MappingError(f"{place}: no such file") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        reason = getattr(error, "problem", None) or getattr(error, "reason", error)
        raise MappingError(f"{place}:{_line_of(error, path)}: {reason}") from error
    if node is None:
        raise MappingError(f"{place}:1: the file is empty")
    return Line(node, place)


def _check_shape(text: str, place: str) -> None:
    """Refuse what no pack needs and a parser can die of: references, and lists in lists in lists."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST or getattr(event, "anchor", None):
            reason = "nested too deeply" if depth > _DEEPEST else "references (& and *) are not used in packs"
            line = text[: event.start_mark.index].count("\n") + 1 if event.start_mark else 1
            raise MappingError(f"{place}:{line}: {reason}")


def _line_of(error: Exception, path: Path) -> int:
    """Where a file is no YAML or no UTF-8."""
    mark = getattr(error, "problem_mark", None)
    if mark:
        return int(mark.line) + 1
    at = getattr(error, "start", getattr(error, "position", 0))
    return path.read_bytes()[:at].count(b"\n") + 1
