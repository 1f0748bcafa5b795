"""Abbreviated weekdays that are a title or part of a name: "Fr. Weber", "Mar Sanz" name no day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rx2fhir.normalize.item import Item
from rx2fhir.normalize.reader import Reader

_LONGEST = 4


def without_titles(reader: Reader, items: Sequence[Item], starts: set[int]) -> list[Item]:
    """The items with such words as boilerplate. starts: tokens at which something is read or a drug's name begins."""
    return [
        replace(item, kind="background", facts={"background": "noise"}) if _is_title(reader, item, starts) else item
        for item in items
    ]


def _is_title(reader: Reader, item: Item, starts: set[int]) -> bool:
    """One short weekday before a word with a capital that nothing reads, and no number behind that."""
    days = item.facts.get("day_of_week", ())
    if item.facts.keys() != {"day_of_week"} or len(days) != 1 or item.last - item.first > 2:
        return False
    tokens, at = reader.tokens, item.last + (_text(reader, item.last) == ".")
    longest = max(len(token.text) for token in tokens[item.first : item.last])
    short = longest <= _LONGEST and at < len(tokens) and at not in starts
    named = short and tokens[at].is_word and reader.text[tokens[at].start].isupper() and not tokens[at].glued
    return named and not (at + 1 < len(tokens) and tokens[at + 1].text.isnumeric())


def _text(reader: Reader, at: int) -> str:
    return reader.tokens[at].text if at < len(reader.tokens) else ""
