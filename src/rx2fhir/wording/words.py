"""The preferred words of a language for a concept: those of `text.yaml`, else the first of its key in the pack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, cached_property

from rx2fhir.codes import table
from rx2fhir.errors import CannotSay
from rx2fhir.language import LanguagePack, load
from rx2fhir.normalize.reader import Reader
from rx2fhir.statement import Concept
from rx2fhir.syntax import Group, Phrase, Slot, Text, parse_phrase
from rx2fhir.wording.frame import Frame, load_frame

_COUNTED = frozenset(("forms", "time_units"))
"""The files whose keys begin with singular and plural."""

_LONG = 10_000
"""Numbers from here on are grouped: 1 200 000, by a blank that no language takes for a decimal sign."""

_BLANK = "\u00a0"

_FRACTIONS = {Decimal("0.5"): "½", Decimal("0.25"): "¼", Decimal("0.75"): "¾"}


@dataclass(frozen=True)
class Words:
    """A language's words, ready to be written back."""

    frame: Frame
    pack: LanguagePack

    @cached_property
    def _first(self) -> Mapping[tuple[str, str], list[str]]:
        """(concept, key) -> its phrases that have words alone, in the order of the pack."""
        found: dict[tuple[str, str], list[str]] = {}
        for row in self.pack.rows:
            if row.key and (words := _written(parse_phrase(row.phrase), self.pack)) is not None:
                found.setdefault((row.concept, row.key), []).append(words)
        return found

    def forms(self, concept: str, key: str) -> tuple[str, ...]:
        """Singular and plural of a key of a file of the pack. Raises CannotSay where there is no word."""
        chosen = self.frame.words.get(concept, {}).get(key)
        found = chosen or tuple(self._first.get((concept, key), ())[: 2 if concept in _COUNTED else 1])
        if not found:
            raise CannotSay(f"{self.frame.language}: no word for {concept} {key!r}")
        return found

    def word(self, concept: str, key: str) -> str:
        """The preferred word of a key."""
        return self.forms(concept, key)[0]

    def own(self, name: str, key: str) -> tuple[str, ...]:
        """A word of a table of the frame itself (`per`, `every`, `times`). Raises CannotSay."""
        found = self.frame.words.get(name, {}).get(key)
        if not found:
            raise CannotSay(f"{self.frame.language}: text.yaml has no {name} for {key!r}")
        return found

    def counted(self, concept: str, key: str, count: Decimal) -> str:
        """The word in the number that `count` takes: 1 tablet, 2 tablets."""
        forms = self.forms(concept, key)
        return forms[-1] if self.is_plural(count) else forms[0]

    def is_plural(self, count: Decimal) -> bool:
        """French: from 2 on; elsewhere: above 1."""
        return count >= self.frame.plural_from if self.frame.plural_from > 1 else count > 1

    def named(self, concept: str, value: Concept) -> str:
        """The words for a concept of a code table; those of its source where no table has it.

        An instruction keeps its source's words where they are of this language: "with water" says less than a row.
        """
        key = _names(concept).get(value.display or "")
        if key is None or (concept == "instructions" and self.reads(concept, key, value.text)):
            return value.text
        return self.word(concept, key)

    def reads(self, concept: str, key: str, text: str) -> bool:
        """Whether all of a text is read as a key of a file of the pack."""
        reader = Reader(text, self.pack)
        return any(row.key == key and end == len(reader.tokens) for end, row, _ in reader.rows(concept, 0))

    def listed(self, parts: list[str]) -> str:
        """a, b and c."""
        joint = self.frame.phrases["and"]
        return f"{', '.join(parts[:-1])} {joint} {parts[-1]}" if len(parts) > 1 else "".join(parts)

    def number(self, value: Decimal, fraction: bool = False) -> str:
        """A number with the language's decimal sign; fraction: 1½ for 1.5, where things are counted."""
        whole, rest = divmod(value, 1)
        if fraction and rest in _FRACTIONS:
            return (str(int(whole)) if whole else "") + _FRACTIONS[rest]
        figures = f"{value.normalize():f}"
        if value >= _LONG:
            figures = f"{int(whole):,}".replace(",", _BLANK) + figures.removeprefix(str(int(whole)))
        return figures.replace(".", self.pack.decimal)


@cache
def words_of(language: str) -> Words:
    """The words of a language. Raises UnknownLanguage, MappingError."""
    return Words(load_frame(language), load(language))


@cache
def _names(concept: str) -> Mapping[str, str]:
    """English display -> name, of the first row of the code table that has it."""
    rows = table(concept, "name").items()
    return {row["display"]: name for name, row in reversed(list(rows))}


def _written(phrase: Phrase, pack: LanguagePack) -> str | None:
    """The first way through a phrase, what may be missing included; None where it has a slot."""
    parts = []
    for node in phrase:
        words = _node(node, pack)
        if words is None:
            return None
        parts.append(words)
    return " ".join("".join(parts).split())


def _node(node: Text | Slot | Group, pack: LanguagePack) -> str | None:
    if isinstance(node, Text):
        return node.value
    if isinstance(node, Group):
        return _written_group(node, pack)
    entries = pack.lists.get(node.kind.strip("<>"), ()) if node.kind.startswith("<") else ()
    return _written(parse_phrase(entries[0].phrase), pack) if entries else None


def _written_group(group: Group, pack: LanguagePack) -> str | None:
    return _written(group.ways[0], pack)
