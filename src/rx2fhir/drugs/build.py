"""Makes a lexicon out of records of official releases: names folded, ingredients by their INN where that is known."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from rx2fhir.drugs.lookup import find
from rx2fhir.drugs.names import key
from rx2fhir.drugs.product import Key
from rx2fhir.drugs.releases.record import Record
from rx2fhir.drugs.releases.sheet import LAYOUTS, layout_of, read_sheet
from rx2fhir.drugs.store import Row, write
from rx2fhir.drugs.tables import bundled

_LATIN_SALT = re.compile(r"(\w{5,})i \w+")
"""Latin names of salts: amlodipini besilas."""


Told = tuple[set[str], set[str], str]
"""Of one name: ATC codes, countries, rule of the first line that has it."""


@dataclass(slots=True)
class Builder:
    """Collects what releases say. A name with the same ingredients in several countries is one product."""

    names: dict[tuple[str, Key], Told] = field(default_factory=dict)
    substances: dict[str, tuple[set[str], str, str]] = field(default_factory=dict)
    combinations: dict[Key, set[str]] = field(default_factory=lambda: defaultdict(set))
    sources: list[tuple[str, str, str, int]] = field(default_factory=list)

    def add(self, release: str, path: Path, records: Iterable[Record]) -> int:
        """Take the records of a release; returns how many names it has."""
        before = len(self.names)
        for record in records:
            self._take(record)
        count = len(self.names) - before
        self.sources.append((release, str(path), date.today().isoformat(), count))
        return count

    def _take(self, record: Record) -> None:
        ingredients = tuple(sorted({_ingredient(name) for name in record.ingredients}))
        self._take_substances(record, ingredients)
        spelling = key(record.name)
        if not spelling or (_generic(record.name),) == ingredients:
            return
        atc, countries, _ = self.names.setdefault((spelling, ingredients), (set(), set(), record.rule))
        if record.atc:
            atc.add(record.atc)
        if record.country:
            countries.add(record.country)

    def _take_substances(self, record: Record, ingredients: Key) -> None:
        """The codes of one ingredient alone, and RxNorm's code and name for it; the codes of a combination."""
        for name in ingredients:
            codes, rxcui, rxnorm = self.substances.get(name, (set(), "", ""))
            if record.atc and len(ingredients) == 1:
                codes.add(record.atc)
            told = (rxcui, rxnorm) if rxcui or not record.rxcui else (record.rxcui, record.name)
            self.substances[name] = (codes, *told)
        if len(ingredients) > 1 and record.atc:
            self.combinations[ingredients].add(record.atc)

    def save(self, path: Path) -> None:
        """Write the lexicon."""
        names = [
            (spelling, ";".join(ingredients), _joined(atc), _joined(countries), rule)
            for (spelling, ingredients), (atc, countries, rule) in self._known_names()
        ]
        substances = [(name, _joined(atc), rxcui, rxnorm) for name, (atc, rxcui, rxnorm) in self.substances.items()]
        combinations = [(";".join(ingredients), _joined(atc)) for ingredients, atc in self.combinations.items()]
        tables: dict[str, list[Row]] = {"names": [*names], "substances": [*substances]}
        tables |= {"combinations": [*combinations], "words": self._words(), "sources": [*self.sources]}
        write(path, tables)

    def _known_names(self) -> Iterator[tuple[tuple[str, Key], Told]]:
        """The names; of one that means known substances and unknown ones, the known alone."""
        known = {spelling for spelling, ingredients in self.names if _are_known(ingredients)}
        for name, told in self.names.items():
            if name[0] not in known or _are_known(name[1]):
                yield name, told

    def _words(self) -> list[Row]:
        longest: dict[str, int] = {}
        for spelling, _ in self.names:
            words = spelling.split()
            longest[words[0]] = max(longest.get(words[0], 0), len(words))
        return list(longest.items())


def read_table(name: str, path: Path, columns: Mapping[str, str] | None = None, country: str = "") -> Iterator[Record]:
    """The records of a release that is one table, or of the user's own with a map of its columns."""
    return read_sheet(path, LAYOUTS[name] if columns is None else layout_of(columns, country))


def _ingredient(name: str) -> str:
    """The INN of an ingredient in any language that the project's tables know, else its own name in lower case."""
    spellings = (name, _from_latin(name.strip().lower()))
    known = next((found for spelling in spellings if spelling and (found := _generic(spelling))), None)
    return known or " ".join(name.lower().replace(";", " ").split())


def _from_latin(name: str) -> str:
    """The stem of a Latin name: "insulin glargin" of insulinum glarginum; "" for what is none."""
    if salt := _LATIN_SALT.fullmatch(name):
        return salt[1]
    words = name.split()
    return " ".join(word[:-2] for word in words) if all(word.endswith("um") for word in words) else ""


def _generic(name: str) -> str | None:
    """The one ingredient of a generic name."""
    product = find(name, bundled()).product
    is_generic = product and not product.countries and len(product.ingredients) == 1
    return product.ingredients[0] if product and is_generic else None


def _are_known(ingredients: Key) -> bool:
    return all(map(bundled().substance, ingredients))


def _joined(values: Iterable[str]) -> str:
    return " ".join(sorted(values))
