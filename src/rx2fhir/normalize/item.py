"""One thing that was read: named facts with the span and the rule they come from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

TIMING = (
    "frequency",
    "frequency_max",
    "period",
    "period_unit",
    "when",
    "offset",
    "time_of_day",
    "day_of_week",
    "count",
    "duration",
)
"""The facts that make up a Timing besides its bounds."""

AS_NEEDED = frozenset(("as_needed", "as_needed_for"))
"""The facts of an amount that is taken as needed."""

_TIMING = frozenset(TIMING)


@dataclass(slots=True)
class Item:
    """One thing that was read. start, end: code points; first, last: tokens.

    facts: names as in the packs' `means`; amounts are Measure, durations Length, counts Count, free words their span.
    marker_end: where the row's own words end and its free words begin (code point), else `end`.
    colon: a colon follows. bracketed: it stands in brackets, maybe behind some words: "(that is 2 tablets)".
    apart: it stands in a title over several drugs, and so in the words of none of their dosages.
    """

    kind: str
    start: int
    end: int
    first: int
    last: int
    rule: str
    facts: dict[str, Any] = field(default_factory=dict)
    marker_end: int = 0
    colon: bool = False
    bracketed: bool = False
    apart: bool = False

    @property
    def is_timing(self) -> bool:
        return not _TIMING.isdisjoint(self.facts)
