"""What a drug name stands for, and what a lexicon of names can be asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

Key = tuple[str, ...]
"""Names of ingredients in alphabetical order: what makes two products the same."""


@dataclass(frozen=True, slots=True)
class Substance:
    """An active ingredient. name: its INN in English. atc: codes of its plain products. rxnorm: RxNorm's name of it."""

    name: str
    atc: tuple[str, ...] = ()
    rxcui: str = ""
    rxnorm: str = ""


@dataclass(frozen=True, slots=True)
class Product:
    """What one name means in some countries.

    ingredients: names of substances. atc: the codes its products have, none if nothing is known but the ingredients.
    countries: where it is called so (ISO 3166-1, lower case; eu: authorised in all of the EU); empty: a generic name,
    good everywhere. rule: file and line that say so, for explanations.
    """

    ingredients: Key
    atc: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    rule: str = ""


class Lexicon(Protocol):
    """Names of drugs. A `key` is what `names.key` makes of a name."""

    def products(self, key: str) -> tuple[Product, ...]:
        """What the name can mean; empty if it is not known."""
        ...

    def substance(self, name: str) -> Substance | None:
        """The ingredient of that name."""
        ...

    def combination(self, ingredients: Key) -> tuple[str, ...]:
        """The ATC codes of products with exactly these ingredients."""
        ...

    def near(self, key: str) -> tuple[str, ...]:
        """The keys among which a misspelt one is looked for: all with its first letter."""
        ...

    def longest(self, word: str) -> int:
        """The number of words of the longest name that begins with this one; 0 if none does."""
        ...
