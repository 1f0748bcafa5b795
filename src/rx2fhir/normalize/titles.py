"""Words of times that are a title or part of a person's name: "Fr. Weber", "Mar Sanz", "Dr Lundi" name no day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rx2fhir.normalize.item import Item
from rx2fhir.normalize.reader import Reader

_LONGEST = 4
_MOST_NAMES = 2
_TIMES = ({"when"}, {"day_of_week"})


def persons(reader: Reader) -> set[int]:
    """The tokens of names of persons: one or two words with a capital behind a title of `<titled>`, "Dr Paul Martin".

    Of a text in capitals one word, for any may be the next thing that is said.
    """
    found: set[int] = set()
    for at in reader.starts("<titled>"):
        end = next((end for end, _ in reader.ends("<titled>", at)), at)
        most = 1 if reader.text[reader.tokens[at].start : reader.tokens[at].end].isupper() else _MOST_NAMES
        while end > at and most and _is_capital(reader, end):
            found.add(end)
            end += 1 + (_text(reader, end + 1) == "." and reader.tokens[end].end - reader.tokens[end].start == 1)
            most -= 1
    return found


def _is_capital(reader: Reader, at: int) -> bool:
    return at < len(reader.tokens) and reader.tokens[at].is_word and reader.text[reader.tokens[at].start].isupper()


def without_titles(reader: Reader, items: Sequence[Item], starts: set[int]) -> list[Item]:
    """The items with such words as boilerplate. starts: tokens at which something is read or a drug's name begins."""
    names = persons(reader)
    return [
        replace(item, kind="background", facts={"background": "noise"})
        if _is_title(reader, item, starts) or _is_person(reader, item, names)
        else item
        for item in items
    ]


def _is_person(reader: Reader, item: Item, names: set[int]) -> bool:
    """A word of time in the name of a person; not where a number follows: "Frau Weber morgens 1"."""
    named = bool(names) and item.facts.keys() in _TIMES and names.issuperset(range(item.first, item.last))
    return named and not _text(reader, item.last).isnumeric()


def _is_title(reader: Reader, item: Item, starts: set[int]) -> bool:
    """One short weekday before a word with a capital that nothing reads, and no number behind that; at the beginning
    of a line a short form as well: "Dr. Jansen" are no drops."""
    if not (_is_day(item) or _opens_line(reader, item)) or item.last - item.first > 2:
        return False
    tokens, at = reader.tokens, item.last + (_text(reader, item.last) == ".")
    longest = max(len(token.text) for token in tokens[item.first : item.last])
    short = longest <= _LONGEST and at < len(tokens) and at not in starts
    named = short and tokens[at].is_word and reader.text[tokens[at].start].isupper() and not tokens[at].glued
    return named and not (at + 1 < len(tokens) and tokens[at + 1].text.isnumeric())


def _is_day(item: Item) -> bool:
    return item.facts.keys() == {"day_of_week"} and len(item.facts["day_of_week"]) == 1


def _opens_line(reader: Reader, item: Item) -> bool:
    opens = item.first == 0 or reader.tokens[item.first - 1].text == "\n"
    return opens and item.kind == "form"


def _text(reader: Reader, at: int) -> str:
    return reader.tokens[at].text if at < len(reader.tokens) else ""
