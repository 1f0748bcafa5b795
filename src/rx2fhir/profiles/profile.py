"""Reads `mappings/profiles/<name>.yaml`: what a profile allows in a dosage, and what it wants instead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from typing import Any

from rx2fhir.codes import mappings_dir
from rx2fhir.errors import MappingError, UsageError
from rx2fhir.packfile import read_file


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """The rules of a profile; see `mappings/profiles/README.md`. An empty list of allowed things allows all."""

    name: str
    source: str
    releases: tuple[str, ...]
    resources: tuple[str, ...]
    canonical: str | None = None
    medication: str | None = None
    unknown: tuple[str, ...] = ()
    language: str | None = None
    dosage: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    dose: tuple[str, ...] = ()
    bounds: tuple[str, ...] = ()
    timing: tuple[str, ...] = ()
    when: tuple[str, ...] = ()
    period_units: tuple[str, ...] = ()
    max_periods: tuple[str, ...] = ()
    steps: bool = True
    unit_system: str | None = None
    units: Mapping[str, tuple[str, str]] | None = None
    uncoded: tuple[str, ...] = ()
    split: bool = False


@cache
def profiles() -> tuple[str, ...]:
    """The names of all profiles, sorted."""
    return tuple(sorted(path.stem for path in (mappings_dir() / "profiles").glob("*.yaml")))


@cache
def load_profile(name: str) -> Profile:
    """A profile by its name. Raises UsageError (the choices) or MappingError (file and line)."""
    if name not in profiles():
        raise UsageError(f"profile {name!r} is not one of {', '.join(profiles())}")
    content = read_file(mappings_dir() / "profiles" / f"{name}.yaml")
    values = content.plain()
    known = {field.name for field in fields(Profile)} - {"name"}
    if (
        not isinstance(values, dict)
        or values.keys() - known
        or not {"source", "releases", "resources"} <= values.keys()
    ):
        raise MappingError(f"{content.rule}: a profile has source, releases, resources, and some of {', '.join(known)}")
    return Profile(name, **{key: _frozen(value) for key, value in values.items()})


def _frozen(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(value)
    return {key: tuple(part) for key, part in value.items()} if isinstance(value, dict) else value
