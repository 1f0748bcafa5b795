"""The lexicon of the project's own tables, `mappings/drugs/`.

The files are read when a drug is first looked up; names are folded letter by letter, since most texts need few of them.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache

from rx2fhir.drugs.names import key
from rx2fhir.drugs.product import Key, Product, Substance
from rx2fhir.drugs.rows import rows
from rx2fhir.text import fold

COLUMNS = ("name", "fr", "de", "es", "it", "nl", "pt")
"""The columns of names in ingredients.csv; `name` is the English one."""

_ENGLISH = "en"

Row = dict[str, str]
Names = dict[str, tuple[Product, ...]]


class TableLexicon:
    """Names in memory."""

    def __init__(self) -> None:
        self._substances: dict[str, Row] = {}
        self._spellings: dict[str, list[tuple[str, Row]]] = defaultdict(list)
        self._by_letter: dict[str, Names] = {}
        self._words: dict[str, dict[str, int]] = {}
        self._read_ingredients()
        for table, column in (("synonyms", "name"), ("brands", "brand")):
            for row in rows(table):
                self._add(row[column], row)

    def products(self, key: str) -> tuple[Product, ...]:
        return self._names(key[:1]).get(key, ())

    def languages(self, key_of_name: str) -> frozenset[str]:
        """The languages in which an ingredient is spelt so (ISO 639-1); none for brands and unknown names."""
        own = (self._substances.get(one.ingredients[0]) for one in self.products(key_of_name) if not one.countries)
        told = {column for row in own if row for column in COLUMNS if key(row[column]) == key_of_name}
        return frozenset(_ENGLISH if column == COLUMNS[0] else column for column in told)

    def substance(self, name: str) -> Substance | None:
        row = self._substances.get(name)
        return Substance(name, tuple(row["atc"].split()), row["rxcui"], row["rxnorm"]) if row else None

    def combination(self, ingredients: Key) -> tuple[str, ...]:
        return _combinations().get(ingredients, ())

    def near(self, key: str) -> tuple[str, ...]:
        return tuple(self._names(key[:1]))

    def longest(self, word: str) -> int:
        letter = word[:1]
        if letter not in self._words:
            self._words[letter] = _lengths(self._names(letter))
        return self._words[letter].get(word, 0)

    def _names(self, letter: str) -> Names:
        """The names that begin with a letter."""
        if letter not in self._by_letter:
            self._by_letter[letter] = _folded(self._spellings.get(letter, []))
        return self._by_letter[letter]

    def _read_ingredients(self) -> None:
        for row in rows("ingredients"):
            self._substances[row["name"]] = row
            for spelling in {row[column] for column in COLUMNS}:
                if spelling:
                    self._add(spelling, row)

    def _add(self, name: str, row: Row) -> None:
        self._spellings[fold(name[0])[0]].append((name, row))


def _folded(spellings: list[tuple[str, Row]]) -> Names:
    """The products of each key; a generic name in several languages is one product."""
    names: Names = {}
    for name, row in spellings:
        product = _product(row)
        known = names.get(spelling := key(name), ())
        if not any(product.ingredients == other.ingredients and not other.countries for other in known):
            names[spelling] = (*known, product)
    return names


def _product(row: Row) -> Product:
    """What a row of brands.csv, synonyms.csv or ingredients.csv says of its name."""
    if "brand" in row:
        codes, countries = tuple(row["atc"].split()), tuple(row["countries"].split())
        return Product(tuple(row["ingredients"].split(";")), codes, countries, row["rule"])
    if "ingredient" in row:
        return Product(tuple(row["ingredient"].split(";")), rule=row["rule"])
    return Product((row["name"],), rule=row["rule"])


def _lengths(names: Names) -> dict[str, int]:
    """The number of words of the longest name, by its first word."""
    found: dict[str, int] = {}
    for name in names:
        words = name.split()
        found[words[0]] = max(found.get(words[0], 0), len(words))
    return found


@cache
def _combinations() -> dict[Key, tuple[str, ...]]:
    return {tuple(row["ingredients"].split(";")): tuple(row["atc"].split()) for row in rows("combinations")}


@cache
def bundled() -> TableLexicon:
    """The project's own lexicon."""
    return TableLexicon()
