"""Checks a resource against FHIR's required codes and invariants, and lists what it breaks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from rx2fhir.fhir.bindings import STATUS, required_codes
from rx2fhir.fhir.element import Json
from rx2fhir.fhir.invariants import BY_NAME


@dataclass(slots=True)
class _Walk:
    """What a walk over a resource needs, and what it finds."""

    codes: dict[str, frozenset[str]]
    problems: list[str] = field(default_factory=list)
    local_references: set[str] = field(default_factory=set)


def check(resource: Json, release: str) -> list[str]:
    """What a MedicationStatement or MedicationRequest breaks, as `key path: reason`; empty when sound.

    release: "R4" or "R5". The shape (names, cardinalities, types) is not checked: fhir.resources does that.
    Source: FHIR R4 4.0.1 and R5 5.0.0, required bindings and `constraint` entries of severity error.
    """
    kind = resource["resourceType"]
    walk = _Walk(required_codes(release))
    _elements(resource, kind, walk)
    return [
        *walk.problems,
        *_codes(resource.get("status"), f"{kind}.status", STATUS[release][kind]),
        *_required(resource, kind),
        *_contained(resource, kind, walk.local_references),
    ]


def _elements(element: Json, path: str, walk: _Walk) -> None:
    """Walk all elements: nothing is empty (ele-1), and each keeps the rules and codes of its type."""
    for name, value in element.items():
        if isinstance(value, dict) and value:
            _element(name, value, f"{path}.{name}", walk)
        elif name in walk.codes:
            walk.problems += _codes(value, f"{path}.{name}", walk.codes[name])
        elif name == "reference" and str(value).startswith("#"):
            walk.local_references.add(value[1:])
        elif isinstance(value, list) and value:
            _list(name, value, f"{path}.{name}", walk)
        elif not value and not isinstance(value, (int, float)):
            walk.problems.append(f"ele-1 {path}.{name}: empty")


def _element(name: str, element: Json, path: str, walk: _Walk) -> None:
    for rule in BY_NAME.get(name, ()):
        if rule.broken(element):
            walk.problems.append(f"{rule.key} {path}: {rule.says}")
    _elements(element, path, walk)


def _list(name: str, parts: list[Any], path: str, walk: _Walk) -> None:
    for part in parts:
        if isinstance(part, dict) and part:
            _element(name, part, path, walk)
        elif not part:
            walk.problems.append(f"ele-1 {path}: empty")


def _codes(value: Any, path: str, allowed: frozenset[str]) -> Iterator[str]:
    for code in value if isinstance(value, list) else [value]:
        if code not in allowed:
            yield f"binding {path}: {code!r} is not one of {', '.join(sorted(allowed))}"


def _required(resource: Json, kind: str) -> Iterator[str]:
    if "subject" not in resource:
        yield f"required {kind}.subject: missing"
    if kind == "MedicationRequest" and "intent" not in resource:
        yield f"required {kind}.intent: missing"
    medications = sum(name.startswith("medication") for name in resource)
    if medications != 1:
        yield f"required {kind}.medication: {medications} instead of one"


def _contained(resource: Json, kind: str, local_references: set[str]) -> Iterator[str]:
    """ref-1 and dom-2 to dom-5: contained resources and the references to them agree."""
    contained = resource.get("contained", [])
    for missing in sorted(local_references - {part.get("id") for part in contained}):
        yield f"ref-1 {kind}: #{missing} is not contained"
    for part in contained:
        if part.get("id") not in local_references:
            yield f"dom-3 {kind}.contained: {part.get('id')!r} is not referred to"
        if "contained" in part:
            yield f"dom-2 {kind}.contained: holds contained resources itself"
        if not {"versionId", "lastUpdated", "security"}.isdisjoint(part.get("meta", {})):
            yield f"dom-4, dom-5 {kind}.contained: version, date or security label in meta"
