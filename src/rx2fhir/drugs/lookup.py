"""What a drug name as written means: exactly, without salt, release form and maker, or as a combination."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache

from rx2fhir.drugs.names import divisions, key, parts, spellings
from rx2fhir.drugs.product import Lexicon, Product
from rx2fhir.drugs.rows import rows

_MOST_PARTS = 4


@dataclass(frozen=True, slots=True)
class Found:
    """products: one if the name is clear, several if it means different drugs, none if it is not known.

    texts: the words and the ingredient they mean, in the order of the text, where the name is a list of ingredients.
    """

    products: tuple[Product, ...] = ()
    texts: tuple[tuple[str | None, str], ...] = ()

    @property
    def product(self) -> Product | None:
        """The product, if the name means one."""
        return self.products[0] if len(self.products) == 1 else None


def find(name: str, lexicon: Lexicon, language: str | None = None) -> Found:
    """Look a name up. language: ISO 639-1 of the text; it tells countries apart in which the name differs."""
    for spelling in spellings(name):
        if products := lexicon.products(spelling):
            return Found(_meant(products, language))
    return _combination(name, lexicon)


def _meant(products: Sequence[Product], language: str | None) -> tuple[Product, ...]:
    """The different drugs of a name: all agree, or those of the language's countries do, or it stays open."""
    joined = _joined(products) if len(products) > 1 else tuple(products)
    if len(joined) == 1 or language is None:
        return joined
    here = _countries(language)
    local = _joined(product for product in products if here.intersection(product.countries))
    return local if len(local) == 1 else joined


def _joined(products: Iterable[Product]) -> tuple[Product, ...]:
    """One product for each set of ingredients, with the codes and countries of all."""
    found: dict[tuple[str, ...], Product] = {}
    for product in products:
        if same := found.get(product.ingredients):
            atc = tuple(dict.fromkeys(same.atc + product.atc)) if same.atc and product.atc else ()
            product = replace(same, atc=atc, countries=same.countries + product.countries)
        found[product.ingredients] = product
    return tuple(found.values())


def _combination(name: str, lexicon: Lexicon) -> Found:
    """Ingredients that are named one after the other."""
    names = parts(name)
    if 1 < len(names) <= _MOST_PARTS:
        return _of_ingredients([(part, _ingredient(part, lexicon)) for part in names])
    for halves in divisions(key(name)):
        if same := _twice(halves, lexicon):
            return Found((same,))
        if (found := _of_ingredients([(part, _ingredient(part, lexicon)) for part in halves])).products:
            return replace(found, texts=())
    return Found()


def _twice(halves: tuple[str, str], lexicon: Lexicon) -> Product | None:
    """One product by two names: "paracétamol Doliprane"."""
    one, two = (_joined(lexicon.products(half)) for half in halves)
    is_same = len(one) == len(two) == 1 and one[0].ingredients == two[0].ingredients
    return max(one + two, key=lambda product: len(product.countries)) if is_same else None


def _of_ingredients(found: Sequence[tuple[str, Product | None]]) -> Found:
    """The combination of the products, if all are known and none is named twice."""
    known = [(text, product.ingredients[0], product.rule) for text, product in found if product]
    names = tuple(sorted({name for _, name, _ in known}))
    if len(names) < len(found):
        return Found()
    return Found((Product(names, rule=known[0][2]),), tuple((text, name) for text, name, _ in known))


def _ingredient(name: str, lexicon: Lexicon) -> Product | None:
    """The one ingredient that a generic name means."""
    for spelling in spellings(name):
        for product in lexicon.products(spelling):
            if not product.countries and len(product.ingredients) == 1:
                return product
    return None


@cache
def _countries(language: str) -> frozenset[str]:
    return frozenset(row["country"] for row in rows("countries") if language in row["languages"].split())
