"""What a statement is made from: a drug name, and the items that belong to it."""

from __future__ import annotations

from dataclasses import dataclass

from rx2fhir.normalize.item import Item


@dataclass(frozen=True, slots=True)
class Drug:
    """A drug name: tokens first..last and code points start..end. alias: a second name of the product, in brackets.

    is_combination: the name joins two ingredients, as in amlodipine-valsartan.
    """

    first: int
    last: int
    start: int
    end: int
    alias: tuple[int, int] | None = None
    is_combination: bool = False

    @property
    def names(self) -> tuple[tuple[int, int], ...]:
        """The tokens of the name, and of the second one."""
        return ((self.first, self.last), self.alias) if self.alias else ((self.first, self.last),)


@dataclass(frozen=True, slots=True)
class Segment:
    """A drug (or none) and the items that belong to it, in text order. first, last: the tokens of its text."""

    drug: Drug | None
    items: tuple[Item, ...]
    first: int
    last: int
