"""Bundles that create each resource once, however often they are sent: https://hl7.org/fhir/R4/bundle.html."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid5

import orjson

from rx2fhir.errors import UsageError
from rx2fhir.fhir.element import Json

KINDS = ("transaction", "batch")

# UUIDs made from business identifiers; any UUID would do, as long as it is never changed.
_NAMESPACE = UUID("6f0f2a5e-5d0c-4c5e-9a1b-0d4c2f1e7b66")


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one Bundle: nginx refuses requests over 1 MB where nobody told it otherwise."""

    entries: int = 100
    size: int = 1_000_000


def condition(resource: Json) -> str:
    """The search that finds a resource by what names it for good: its first identifier, or tag, with a system.

    Raises UsageError for a resource without one: it could be created twice.
    """
    for name, token, value in _names(resource):
        if isinstance(token, dict) and token.get("system") and token.get(value):
            return f"{name}={quote(_escaped(token['system']) + '|' + _escaped(token[value]), safe='')}"
    kind = resource.get("resourceType")
    raise UsageError(f"{kind} has no identifier with a system: sent twice it would be created twice")


def _names(resource: Json) -> Iterator[tuple[str, Any, str]]:
    """Search parameter, token and the field of it that holds the value."""
    identifiers, meta = resource.get("identifier"), resource.get("meta")
    for token in identifiers if isinstance(identifiers, list) else [identifiers]:
        yield "identifier", token, "value"
    for token in meta.get("tag", []) if isinstance(meta, dict) else []:
        yield "_tag", token, "code"


def full_url(resource: Json) -> str:
    """A `urn:uuid:` that is the same whenever the resource has the same identifier."""
    return uuid5(_NAMESPACE, f"{resource['resourceType']}?{condition(resource)}").urn


def entry(resource: Json) -> Json:
    """An entry that creates the resource unless the server has it (conditional create)."""
    request = {"method": "POST", "url": resource["resourceType"], "ifNoneExist": condition(resource)}
    return {"fullUrl": full_url(resource), "resource": resource, "request": request}


def bundle(kind: str, entries: list[Json]) -> Json:
    """kind: "transaction" (all entries or none) or "batch" (each for itself). Raises UsageError for another."""
    if kind not in KINDS:
        raise UsageError(f"bundle {kind!r} is not one of {', '.join(KINDS)}")
    return {"resourceType": "Bundle", "type": kind, "entry": entries}


def split(groups: Iterable[list[Json]], limits: Limits) -> Iterator[list[Json]]:
    """Entries for one Bundle after the other, within the limits.

    What stands in one group stays in one Bundle, even if the group alone is over a limit: its entries may refer
    to one another.
    """
    held: list[Json] = []
    size = 0
    for group in groups:
        added = len(orjson.dumps(group))
        if held and (len(held) + len(group) > limits.entries or size + added > limits.size):
            yield held
            held, size = [], 0
        held, size = held + group, size + added
    if held:
        yield held


def _escaped(token: object) -> str:
    """The signs that part the values of a search: https://hl7.org/fhir/R4/search.html#escaping."""
    return re.sub(r"([\\,$|])", r"\\\1", str(token))
