"""One reading of a few tokens: what `matches` finds and `cover` chooses from."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from rx2fhir.normalize.values import Words
from rx2fhir.packrows import Row

NO_VALUES: Mapping[str, Any] = MappingProxyType({})


class Match(NamedTuple):
    """One reading of tokens start..end: a row of the pack with its slots, or a value of the grammar.

    kind: the row's file; or amount, scheme, strength, form, form_count, length, weight, mark, header.
    """

    kind: str
    start: int
    end: int
    row: Row | None = None
    values: Mapping[str, Any] = NO_VALUES
    value: Any = None

    @property
    def rule(self) -> str:
        """The line of the pack that read it, or the part of the grammar."""
        return self.row.rule if self.row else f"grammar:{self.kind}"

    @property
    def own_end(self) -> int:
        """The token at which its free words begin, else its end: up to there it is words of the pack."""
        return min((value.start for value in self.values.values() if isinstance(value, Words)), default=self.end)
