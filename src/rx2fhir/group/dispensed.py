"""Tells what is handed out from what is taken: amounts behind a leader, or with no time behind a complete dosage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rx2fhir.group.draft import EVENTS, RHYTHM, Draft
from rx2fhir.normalize.item import Item
from rx2fhir.normalize.reader import Reader
from rx2fhir.normalize.values import Measure
from rx2fhir.statement import Issue

_LEAST_DISPENSED = 7
_LEAST_LEADER = 3
_LEADERS = frozenset(".-_·")


def drop_led(reader: Reader, items: Sequence[Item]) -> tuple[list[Item], list[Issue]]:
    """Without "...... 20 caps": an amount behind a leader, with no time of its own, is what is handed out."""
    kept: list[Item] = []
    issues: list[Issue] = []
    for at, item in enumerate(items):
        led = _leader(reader, item)
        if "dose" in item.facts and led < item.first and not _is_timed(reader, items, at):
            message = "an amount behind a leader: taken for what is dispensed, not for a dose"
            issues.append(Issue("information", "dispensed-amount", message, item.start, item.end))
            item = _handed_out(item, led)
        kept.append(item)
    return kept, issues


def _leader(reader: Reader, item: Item) -> int:
    """Where the three or more dots, dashes or low lines, or the ellipsis, before an item begin; else the item."""
    tokens, at = reader.tokens, item.first
    sign = tokens[at - 1].text if at else ""
    while at and tokens[at - 1].text == sign:
        at -= 1
    return at if sign == "…" or (sign in _LEADERS and item.first - at >= _LEAST_LEADER) else item.first


def _handed_out(item: Item, first: int) -> Item:
    """What is dispensed still names the form of the product, with the leader as part of it."""
    dose: Measure = item.facts["dose"]
    facts = {"form": dose.unit} if dose.kind == "form" else {"background": "noise"}
    return replace(item, kind=next(iter(facts)), facts=facts, first=first)


def _is_timed(reader: Reader, items: Sequence[Item], at: int) -> bool:
    """A time follows on the same line, before the next amount."""
    for item in items[at + 1 :]:
        if "dose" in item.facts or "scheme" in item.facts or reader.line(item.first) != reader.line(items[at].first):
            return False
        if item.is_timing or item.facts.keys() & {"as_needed", "as_needed_for"}:
            return True
    return False


def drop_dispensed(drafts: Sequence[Draft]) -> tuple[list[Draft], list[Issue]]:
    """Without the 28 tablets of "take one daily - 28 tablets": what is handed out is no dose."""
    last = drafts[-1] if len(drafts) > 1 else None
    dose = last.facts.get("dose") if last else None
    if last is None or not isinstance(dose, Measure) or dose.count.low < _LEAST_DISPENSED or dose.kind != "form":
        return list(drafts), []
    said = last.facts.keys() - last.carried - {"dose"}
    complete = any(name in draft.facts for draft in drafts[:-1] for name in (*EVENTS, *RHYTHM))
    if said or not complete or any("dose" in draft.carried for draft in drafts):
        return list(drafts), []
    source = last.sources["dose"]
    message = "an amount with no time behind a dosage: taken for what is dispensed, not for a dose"
    return list(drafts[:-1]), [Issue("information", "dispensed-amount", message, source.start, source.end)]
