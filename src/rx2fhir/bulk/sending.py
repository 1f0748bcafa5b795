"""Sends requests, and settles for each entry what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, BinaryIO, Protocol

from rx2fhir.bulk.client import AGAIN, Answer, reason
from rx2fhir.bulk.journal import Journal
from rx2fhir.bulk.output import write_line
from rx2fhir.bulk.record import Reject
from rx2fhir.bulk.units import Item, Unit
from rx2fhir.fhir.element import Json

# A whole request is refused for one of its entries, or for its size: halves of it may be taken.
_DIVIDE = frozenset({400, 413, 422})
_ROUNDS = 4
_GIVE_UP = 5


class Poster(Protocol):
    """What takes Bundles: a `Client`, or `Nowhere`."""

    def post(self, bundle: Json) -> Answer:
        """Send a Bundle."""

    def pause(self, attempt: int) -> None:
        """Wait before entries are sent again."""


class Nowhere:
    """For a dry run: sends nothing, and answers as if all had been taken."""

    def post(self, bundle: Json) -> Answer:
        """Takes every entry."""
        return Answer(200, {"entry": [{"response": {"status": "200"}} for _ in bundle["entry"]]}, "")

    def pause(self, attempt: int) -> None:
        """Never needed."""


@dataclass
class Sending:
    """Sends requests and counts what became of their entries: taken, before (in a former run), rejects."""

    poster: Poster
    journal: Journal | None
    rejects: BinaryIO
    counts: Counter[str] = field(default_factory=Counter)
    _failures: int = 0

    def run(self, found: Iterator[Unit | Reject]) -> None:
        """Send all requests. A server that does not answer, or let in, several in a row is left alone."""
        number = 0
        for part in found:
            if isinstance(part, Reject):
                self._reject([part])
                continue
            number += 1
            self._unit(number, part)
            if self._failures >= _GIVE_UP:
                self._reject([Reject(part.items[-1].line, "gave up here: nothing after this was sent")])
                return

    def _unit(self, number: int, unit: Unit) -> None:
        if self.journal and number in self.journal.done:
            self.counts["before"] += len(unit.items)
            return
        rejects = self._send(unit)
        self.counts["taken"] += len(unit.items) - len(rejects)
        self._reject(rejects)
        if self.journal and not rejects:
            self.journal.add(number)

    def _reject(self, rejects: list[Reject]) -> None:
        self.counts["rejects"] += len(rejects)
        for reject in rejects:
            write_line(self.rejects, {name: value for name, value in asdict(reject).items() if value is not None})

    def _send(self, unit: Unit, rounds: int = 1) -> list[Reject]:
        """Send a request; gives the entries that were not taken."""
        answer = self.poster.post(unit.bundle())
        self._failures = self._failures + 1 if answer.status in (0, 401, 403) else 0
        if answer.ok():
            return self._settled(unit, answer.body or {}, rounds)
        if unit.kind == "batch" and len(unit.items) > 1 and answer.status in _DIVIDE:
            middle = len(unit.items) // 2
            halves = (unit.items[:middle], unit.items[middle:])
            return [reject for half in halves for reject in self._send(Unit("batch", half))]
        return [_rejected(item, answer.reason) for item in unit.items]

    def _settled(self, unit: Unit, body: Json, rounds: int) -> list[Reject]:
        """What became of each entry; those that the server was too busy for are sent again."""
        entries = body.get("entry")
        if not isinstance(entries, list) or len(entries) != len(unit.items):
            return [_rejected(item, "the answer does not say what became of each entry") for item in unit.items]
        rejects, again = [], []
        for item, (status, why) in zip(unit.items, map(_response, entries), strict=True):
            if status in AGAIN and unit.kind == "batch" and rounds < _ROUNDS:
                again.append(item)
            elif not 200 <= status < 400:
                rejects.append(_rejected(item, why))
        if again:
            self.poster.pause(rounds)
            rejects += self._send(Unit("batch", tuple(again)), rounds + 1)
        return rejects


def _response(entry: Any) -> tuple[int, str]:
    """Status and reason of one entry of the answer; 0 where it has none."""
    response = entry.get("response") if isinstance(entry, dict) else None
    if not isinstance(response, dict):
        return 0, "the answer says nothing of it"
    word = str(response.get("status", "")).split(" ")[0]
    status = int(word) if word.isdigit() else 0
    return status, reason(status, response.get("outcome"))


def _rejected(item: Item, why: str) -> Reject:
    return Reject(item.line, why, item.key())
