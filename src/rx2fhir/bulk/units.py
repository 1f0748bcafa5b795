"""Cuts a file of FHIR resources and Bundles into requests that may be sent again without harm."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import orjson

from rx2fhir.bulk.lines import Lines
from rx2fhir.bulk.record import Reject, Unreadable
from rx2fhir.bulk.seen import Seen
from rx2fhir.errors import UsageError
from rx2fhir.fhir import bundle
from rx2fhir.fhir.bundle import Limits
from rx2fhir.fhir.element import Json

MAX_LINE = 64 << 20


@dataclass(frozen=True, slots=True)
class Item:
    """An entry of a request, and the line that it is from."""

    line: int
    entry: Json

    def key(self) -> str:
        """What names the resource for the server: two items with one key would be one resource."""
        request = self.entry["request"]
        return " ".join(str(request.get(name, "")) for name in ("method", "url", "ifNoneExist"))


@dataclass(frozen=True, slots=True)
class Unit:
    """The entries of one request. kind: "transaction" (all or none) or "batch" (each for itself)."""

    kind: str
    items: tuple[Item, ...]

    def bundle(self) -> Json:
        """What is sent."""
        return bundle.bundle(self.kind, [item.entry for item in self.items])


def units(lines: Lines, limits: Limits) -> Iterator[Unit | Reject]:
    """The requests of a file with a resource or Bundle a line, in its order; a Reject for what cannot be sent.

    A transaction is a request of its own; all else is put into batches within the limits.
    """
    held: list[Item] = []
    size = 0
    for part in _once(_parts(lines)):
        added = len(orjson.dumps([item.entry for item in part.items])) if isinstance(part, Unit) else 0
        full = len(held) >= limits.entries or size + added > limits.size
        if held and (full or _is_transaction(part)):
            yield Unit("batch", tuple(held))
            held, size = [], 0
        if isinstance(part, Reject) or _is_transaction(part):
            yield part
        else:
            held, size = [*held, *part.items], size + added
    if held:
        yield Unit("batch", tuple(held))


def _is_transaction(part: Unit | Reject) -> bool:
    return isinstance(part, Unit) and part.kind == "transaction"


def _once(parts: Iterable[Unit | Reject]) -> Iterator[Unit | Reject]:
    """What would create or change a resource that came before is rejected."""
    seen = Seen()
    for part in parts:
        if isinstance(part, Unit) and max(seen.times(item.key()) for item in part.items) > 1:
            yield Reject(part.items[0].line, "the same resource came before")
        else:
            yield part


def _parts(lines: Lines) -> Iterator[Unit | Reject]:
    """Transactions, and batches of one entry."""
    while True:
        try:
            line = next(lines, None)
            found = _entries(orjson.loads(line)) if line and line.strip() else None
        except (Unreadable, UsageError, orjson.JSONDecodeError) as error:
            yield Reject(lines.number, str(error))
            continue
        if line is None:
            return
        if found:
            yield from _cut(found[0], [Item(lines.number, entry) for entry in found[1]])


def _cut(kind: str, items: list[Item]) -> Iterator[Unit]:
    if kind == "transaction":
        yield Unit(kind, tuple(items))
    else:
        yield from (Unit("batch", (item,)) for item in items)


def _entries(value: Any) -> tuple[str, list[Json]]:
    """The kind of a value and its entries. Raises Unreadable or UsageError for what cannot be sent safely."""
    if not isinstance(value, dict) or not isinstance(value.get("resourceType"), str):
        raise Unreadable("no FHIR resource")
    if value["resourceType"] != "Bundle":
        return "batch", [_entry(value)]
    parts = value.get("entry")
    if not isinstance(parts, list) or not parts or not all(isinstance(part, dict) for part in parts):
        raise Unreadable("a Bundle without entries")
    if value.get("type") in bundle.KINDS:
        return value["type"], [_safe(part) for part in parts]
    return "batch", [_entry(part.get("resource")) for part in parts]


def _entry(resource: Any) -> Json:
    """A resource with an id is put in that place; one without is created unless the server has it."""
    if not isinstance(resource, dict) or not isinstance(resource.get("resourceType"), str):
        raise Unreadable("an entry without a resource")
    if "id" not in resource:
        return bundle.entry(resource)
    place = f"{resource['resourceType']}/{resource['id']}"
    return {
        "fullUrl": uuid5(NAMESPACE_URL, place).urn,
        "resource": resource,
        "request": {"method": "PUT", "url": place},
    }


def _safe(entry: Json) -> Json:
    """An entry that does nothing more when it is sent again."""
    request = entry.get("request")
    if not isinstance(request, dict) or not isinstance(request.get("url"), str):
        raise Unreadable("an entry without a request")
    if request.get("method") == "PUT" or (request.get("method") == "POST" and request.get("ifNoneExist")):
        return entry
    raise Unreadable(f"{request.get('method')} without ifNoneExist: sent again it would be done twice")
