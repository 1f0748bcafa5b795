"""The settings of a language, `language.yaml`: what each may be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from rx2fhir.errors import MappingError
from rx2fhir.packfile import Line, read_file


def _text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(map(_text, value))


def _spellings(value: Any) -> bool:
    return isinstance(value, dict) and all(_text(one) and _text(two) for one, two in value.items())


SETTINGS: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "code": (_text, "a text"),
    "name": (_text, "a text"),
    "decimal": (lambda value: value in (".", ","), "a point or a comma"),
    "thousands": (_texts, "a list of signs"),
    "date_order": (lambda value: value in ("DMY", "MDY", "either"), "DMY, MDY or either"),
    "digraphs": (_spellings, "letters and how else they are spelt"),
    "habits": (_texts, "a list of examples"),
    "reviewed": (lambda value: isinstance(value, list), "a list of people"),
    "detected": (lambda value: isinstance(value, bool), "true or false"),
}
"""The settings, what each must be, and how that is said."""


def read_settings(folder: Path) -> dict[str, Any]:
    """The settings of a pack. Raises MappingError where one is unknown, missing, or of the wrong kind."""
    line = read_file(folder / "language.yaml")
    found = {name: _setting(name, value) for name, value in line.items()}
    missing = {"code", "name"} - found.keys()
    if missing:
        raise MappingError(f"{line.rule}: a language needs {', '.join(sorted(missing))}")
    if found["code"] != folder.name:
        raise MappingError(f"{line.rule}: the code {found['code']!r} is not the name of the folder")
    return found


def _setting(name: str, value: Line) -> Any:
    if name not in SETTINGS:
        raise MappingError(f"{value.rule}: unknown setting {name!r}; settings: {', '.join(SETTINGS)}")
    test, wanted = SETTINGS[name]
    plain = value.plain()
    if not test(plain):
        raise MappingError(f"{value.rule}: {name}: expected {wanted}")
    return plain
