"""The values that slots hold while a text is read, before they become parts of a statement."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

MEALS = frozenset(("C", "AC", "PC"))
"""Meals of any time of the day."""
PARTS = frozenset(("MORN", "NOON", "AFT", "EVE", "NIGHT"))
"""Parts of the day."""


@dataclass(frozen=True, slots=True)
class Count:
    """A number, or a range where `high` is set. doubt: the other reading of a number like 1.000. fraction: ½, 1/4."""

    low: Decimal
    high: Decimal | None = None
    doubt: Decimal | None = None
    fraction: bool = field(default=False, compare=False)

    @classmethod
    def of(cls, value: int | float | str) -> Count:
        """The count of a number as packs write it."""
        return cls(Decimal(str(value)))

    @property
    def whole(self) -> bool:
        return self.low == self.low.to_integral_value() and (
            self.high is None or self.high == self.high.to_integral_value()
        )


@dataclass(frozen=True, slots=True)
class Length:
    """A duration: a count of a unit of time (s, min, h, d, wk, mo, a)."""

    count: Count
    unit: str

    @classmethod
    def of(cls, text: str) -> Length:
        """The duration as packs write it: `1 wk`."""
        value, unit = text.split()
        return cls(Count.of(value), unit)


UnitKind = Literal["measure", "form", "none"]


@dataclass(frozen=True, slots=True)
class Measure:
    """A count with its unit: UCUM for a measure, a canonical form word for a form, none for a bare count.

    count_end: token index behind the count; unit_start, unit_end: token indexes of the unit (FORM and STRENGTH labels).
    form_before: the form stands before the count ("Tabl. 1").
    """

    count: Count
    unit: str | None = None
    kind: UnitKind = "none"
    count_start: int = 0
    count_end: int = 0
    unit_start: int = 0
    unit_end: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """One active ingredient's share in a product: `500 mg`, `10 mg` per `5 mL`."""

    count: Count
    unit: str | None
    per: Measure | None = None


@dataclass(frozen=True, slots=True)
class Slots:
    """A dash scheme: the amounts of the slots of a day, in the order morning, noon, evening, night.

    fact, times: what the columns of a table name instead, `when` codes or clock times (`time_of_day`).
    """

    counts: tuple[Count, ...]
    unit: str | None = None
    kind: UnitKind = "none"
    counts_end: int = 0
    unit_start: int = 0
    unit_end: int = 0
    fact: str = "when"
    times: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ceiling:
    """So many times at most in `period` units of time, beside a rhythm: "every 6 h, up to 4 times a day"."""

    times: Count
    period: Count
    unit: str


@dataclass(frozen=True, slots=True)
class Site:
    """A site of `codes/sites.csv`."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Words:
    """Free words: token indexes."""

    start: int
    end: int
