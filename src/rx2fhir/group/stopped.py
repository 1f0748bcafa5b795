"""Words like "stop" that are said of another drug than the one behind or before them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from rx2fhir.group.segment import Segment
from rx2fhir.normalize.item import Item
from rx2fhir.normalize.matches import background_at
from rx2fhir.normalize.reader import Reader

IDLE = frozenset(("stopped", "on-hold", "not-taken"))


def without_others_status(reader: Reader, segment: Segment) -> Segment:
    """Without words like "do not take" that begin a sentence behind the drug and are said of another: "... NSAIDs"."""
    read = {at for item in segment.items for at in range(item.first, item.last)}
    kept = tuple(item for item in segment.items if not _is_of_another(reader, segment, item, read))
    return segment if len(kept) == len(segment.items) else replace(segment, items=kept)


def _is_of_another(reader: Reader, segment: Segment, item: Item, read: Collection[int]) -> bool:
    """A name with a capital that nothing reads stands directly behind it, or the drug is taken instead."""
    tokens, at = reader.tokens, item.last
    if item.facts.get("status") not in IDLE or segment.drug is None:
        return False
    if item.first < segment.drug.last:
        return _is_of_unread(reader, segment, item, read)
    begins = reader.words[item.first - 1] == "."
    return begins and at < len(tokens) and at not in read and reader.text[tokens[at].start].isupper()


def _is_of_unread(reader: Reader, segment: Segment, item: Item, read: Collection[int]) -> bool:
    """What is stopped is no name that is known: "stop the water tablet and take amlodipine 5 mg once daily"."""
    name = segment.drug.first if segment.drug else 0
    between = range(item.last, name)
    named = item.first > 0 and reader.tokens[item.first - 1].is_word and item.first - 1 not in read
    if not named and not any(reader.tokens[at].is_word and at not in read for at in between):
        return False
    if any(row.key == "negation" for at in between for row in background_at(reader, at)):
        return False
    verb = any(other.kind == "methods" and other.first in between for other in segment.items)
    behind = [other for other in segment.items if other.first >= name]
    if verb and any(other.kind == "amount" for other in behind):
        return True
    return any(map(is_regular, behind)) and any(reader.ends("<and>", at) for at in between)


def is_regular(item: Item) -> bool:
    """Says when or how often; "now" behind a stopped drug is no dose of it."""
    return "scheme" in item.facts or (item.is_timing and item.facts.keys() != {"count"})
