"""What slots read with, and the meaning of a row with the values of its slots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from rx2fhir.normalize.number import Words as Reading
from rx2fhir.packrows import Row
from rx2fhir.phrases import Values

Found = Sequence[tuple[int, Any]]
"""The possible (end index, value) of a slot at a token."""


class Matching(Reading, Protocol):
    """What slots need of the reader: vocabularies, other slots, rows, and where free words stop."""

    stops: frozenset[int]
    verbs: frozenset[int]

    def rows(self, trie: str, at: int) -> list[tuple[int, Any, Values]]: ...


def resolve(row: Row, values: Mapping[str, Any]) -> dict[str, Any]:
    """The meaning of a row with the values of its slots; without what hangs on a slot that the text leaves out."""
    found = {}
    for name, value in row.means.items():
        if isinstance(value, str) and value in row.slots:
            if value in values:
                found[name] = values[value]
        else:
            found[name] = value
    return found
