"""Doses that are changed: under a condition it is no step, "if insomnia persists increase to 2 tablets"; of "increased
bisoprolol from 2.5 to 5 mg" the dose now is the last; "reduce by 5 mg" names none."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import takewhile

from rx2fhir.group.segment import Segment
from rx2fhir.normalize.item import AS_NEEDED, Item
from rx2fhir.normalize.reader import Reader
from rx2fhir.normalize.values import Count, Measure

_ENDS = frozenset(".;\n")
_PARTS = _ENDS | frozenset(",:+&")
_SENTENCE = 12
"""Tokens before a drug in which the verb of its change stands."""
_JOINTS = ("<to>", "<by>")
"""Words between the old amount and the new one."""
CHANGE = "change"
"""The kind of an item that says by how much a dose is changed."""

_LEAST_STEPS = 2
"""Behind one amount for so long, the word may well say that the drug has been stopped."""


def keep_changes(reader: Reader, segment: Segment) -> Segment:
    """The segment, each change of the dose with its condition as one instruction: neither is a fact of the dose."""
    items: list[Item] = []
    for at, item in enumerate(segment.items):
        if not items or item.first >= items[-1].last or item.last > items[-1].last:
            items.append(_change(reader, segment.items, at) or item)
    return replace(segment, items=tuple(items))


def take_new_dose(reader: Reader, segment: Segment) -> Segment:
    """The segment; of a change from one amount to another behind the drug, the old one is no dose."""
    drug = segment.drug
    if drug is None or not _is_changed(reader, drug.first):
        return segment
    starts = {end for end, _ in reader.ends("<changed_from>", drug.last)}
    items = [part for item in segment.items for part in (_parts(reader, item) if item.first in starts else [item])]
    return replace(segment, items=tuple(items))


def keep_step_widths(reader: Reader, segment: Segment) -> Segment:
    """The segment; behind a verb of change and the drug, "by 5 mg every week" is no dose but an instruction."""
    drug, items = segment.drug, segment.items
    if drug is None or not _is_changed(reader, drug.first):
        return segment
    starts = {end for end, _ in reader.ends("<changed_by>", drug.last)}
    at = next((at for at in range(len(items)) if _is_width(items, at, starts, drug.last)), None)
    if at is None:
        return segment
    said = _sentence(reader, items[at:])
    led = replace(items[at], first=drug.last, start=reader.tokens[drug.last].start)
    return replace(segment, items=(*items[:at], replace(_whole(led, said[-1]), kind=CHANGE), *items[at + len(said) :]))


def _is_width(items: Sequence[Item], at: int, starts: Collection[int], last: int) -> bool:
    """An amount behind "by"; or directly behind the drug, with a rhythm of days or weeks: "reduce X 5 mg weekly"."""
    item, rhythm = items[at], items[at + 1].facts if at + 1 < len(items) else {}
    slow = rhythm.get("period_unit") in ("wk", "mo") or rhythm.get("period", Count.of(1)) != Count.of(1)
    slow = slow and rhythm.get("period_unit") not in ("h", "min") and items[at + 1].first == item.last
    return "dose" in item.facts and (item.first in starts or (item.first == last and slow))


def _parts(reader: Reader, item: Item) -> list[Item]:
    """The old amount as background, with the word behind it, and the new one where a range was read of both."""
    dose, tokens = item.facts.get("dose"), reader.tokens
    if not isinstance(dose, Measure):
        return [item]
    ends = (end for at in range(item.first, item.last + 1) for name in _JOINTS for end, _ in reader.ends(name, at))
    end = next((end for end in ends if end < item.last or any(reader.read("amount", end))), None)
    if end is None:
        return [item]
    old_dose = replace(dose, count=replace(dose.count, high=None))
    old = replace(
        item, kind="background", facts={"background": "noise", "old_dose": old_dose}, last=end, end=tokens[end - 1].end
    )
    if dose.count.high is None or end >= item.last:
        return [old]
    now = replace(dose, count=Count(dose.count.high), count_start=end)
    return [old, replace(item, facts={**item.facts, "dose": now}, first=end, start=tokens[end].start)]


def _is_changed(reader: Reader, first: int) -> bool:
    """A verb of raising or lowering stands before the drug in its sentence."""
    before = range(first - 1, max(first - _SENTENCE, -1), -1)
    begun = takewhile(lambda at: reader.words[at] not in _ENDS, before)
    return any(reader.ends("<titrate>", at) for at in begun)


def _change(reader: Reader, items: Sequence[Item], at: int) -> Item | None:
    """The instruction that begins at a condition with a change behind it, or at a change with a condition behind it."""
    item, behind = items[at], items[at + 1 :]
    if not behind:
        return None
    pair = (item, behind[0])
    told = any(map(_is_condition, pair)) and any(_is_instruction(reader, one) for one in pair)
    if told and behind[0].first == item.last:
        return _whole(item, behind[0])
    if _is_condition(item) and _is_led(reader, item) and _is_told(reader, item, behind[0]):
        return _whole(item, _sentence(reader, behind)[-1])
    return None


def _whole(item: Item, last: Item) -> Item:
    facts = {"instruction": "text"}
    return replace(item, kind="instructions", end=last.end, last=last.last, facts=facts, marker_end=last.end)


def _is_condition(item: Item) -> bool:
    return "as_needed_for" in item.facts and item.facts.keys() <= AS_NEEDED


def _is_led(reader: Reader, item: Item) -> bool:
    """A condition that is set apart from the amount before it."""
    return item.first == 0 or reader.tokens[item.first - 1].text in _PARTS


def _is_told(reader: Reader, condition: Item, item: Item) -> bool:
    """A change of the dose in the sentence of its condition: what is said to its end is said of the changed dose."""
    same = not any(token.text in _ENDS for token in reader.tokens[condition.last : item.first])
    return same and (_is_instruction(reader, item) or (item.facts.get("step") == "next" and _raises(reader, item)))


def _is_instruction(reader: Reader, item: Item) -> bool:
    return "instruction" in item.facts and _raises(reader, item)


def _raises(reader: Reader, item: Item) -> bool:
    """It has a verb of raising or lowering, or of doubling."""
    words = range(item.first, item.last)
    return any(reader.ends(name, at) for name in ("<titrate>", "<relative>") for at in words)


def _sentence(reader: Reader, items: Sequence[Item]) -> list[Item]:
    """The items up to the end of the sentence of the first."""
    found = [items[0]]
    for item in items[1:]:
        if any(token.text in _ENDS for token in reader.tokens[found[-1].last : item.first]):
            break
        found.append(item)
    return found


def end_course(segment: Segment) -> Segment:
    """The segment, the "stop" that ends its steps as an instruction: "40 mg for 5 days, 20 mg for 5 days, stop"."""
    last = next((item for item in reversed(segment.items) if "background" not in item.facts), None)
    steps = [sum(name in item.facts for item in segment.items) for name in ("dose", "bounds")]
    if last is None or last.facts.get("status") != "stopped" or min(steps) < _LEAST_STEPS:
        return segment
    ended = replace(last, kind="instructions", facts={"instruction": "then stop"})
    return replace(segment, items=tuple(ended if item is last else item for item in segment.items))
