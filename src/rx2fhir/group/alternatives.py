"""Amounts of which only one can be meant: "1 tablet bd or 2 tablets od", "6-5-4-3-2-1 tablets daily"."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from rx2fhir.group.clauses import is_dose
from rx2fhir.group.draft import Draft, same
from rx2fhir.group.segment import Segment
from rx2fhir.normalize.item import AS_NEEDED, TIMING, Item
from rx2fhir.normalize.reader import Reader
from rx2fhir.normalize.values import Count, Measure
from rx2fhir.statement import Issue

_SOLID = ("tablet", "capsule")
_MOST_BETWEEN = 5
"""Tokens: ", or else take"."""


def alternative_issues(reader: Reader, drafts: Sequence[Draft]) -> list[Issue]:
    """An issue for each amount or time behind `<or>`: both stay in the result, and nobody takes both."""
    said = sorted({item.first: item for draft in drafts for item in draft.items}.values(), key=lambda item: item.first)
    message = "one of two ways to take it is meant; both are given"
    return [
        Issue("warning", "alternatives", message, one.start, two.end)
        for one, two in pairwise(said)
        if _is_said(one) and _is_taken(two) and _is_or(reader, one.last, two.first)
    ]


def possible_issues(reader: Reader, drafts: Sequence[Draft]) -> list[Issue]:
    """An issue for each amount or time behind `<maybe>`: of "1 tablet, possibly 2 at night" no pharmacist is sure."""
    behind = {end for at in reader.starts("<maybe>") for end, _ in reader.ends("<maybe>", at)}
    said = {item.first: item for draft in drafts if draft.has_dose for item in draft.items if item.first in behind}
    message = "whether this is taken is left open; it is given as if it were"
    return [
        Issue("warning", "conditional-dose", message, item.start, item.end) for item in said.values() if _is_taken(item)
    ]


def other_drug_issues(reader: Reader, segments: Sequence[Segment]) -> list[Issue]:
    """An issue for a drug behind `<or>` and another drug: "A 500 mg or B 400 mg for pain"."""
    message = "one of two drugs is meant; both are given"
    pairs = ((one.drug, two.drug) for one, two in pairwise(segments))
    return [
        Issue("warning", "alternatives", message, one.start, two.end)
        for one, two in pairs
        if one and two and _stands_or(reader, one.last, two.first)
    ]


def _stands_or(reader: Reader, start: int, end: int) -> bool:
    return any(stop == end for at in range(start, end) for stop, _ in reader.ends("<or>", at))


def other_product_issues(reader: Reader, segment: Segment) -> list[Issue]:
    """An issue for a form that opens a line below a complete dosage: "Eye drops 1 drop bd" below that of a tablet."""
    message = "a form at the beginning of a line below a complete dosage: of this drug, or a product of its own?"
    return [
        Issue("warning", "another-product", message, item.start, item.end)
        for at, item in enumerate(segment.items)
        if item.kind == "form" and item.facts["form"] not in _SOLID and _opens_product(reader, segment.items, at)
    ]


def _opens_product(reader: Reader, items: Sequence[Item], at: int) -> bool:
    """Its line says how it is taken; so do those above, and they name another form or none."""
    item, line = items[at], reader.line(items[at].first)
    above = [one for one in items[:at] if reader.line(one.first) < line]
    beside = [one for one in items[at + 1 :] if reader.line(one.first) == line]
    opens = item.first > 0 and reader.words[item.first - 1] == "\n" and item.facts["form"] not in map(_form, above)
    return opens and any(map(_says_when, above)) and any(map(_says_when, beside))


def _form(item: Item) -> str | None:
    return item.facts.get("form") or getattr(item.facts.get("dose"), "unit", None)


def _says_when(item: Item) -> bool:
    return item.is_timing or "scheme" in item.facts or not AS_NEEDED.isdisjoint(item.facts)


def doubled_issues(reader: Reader, drafts: Sequence[Draft]) -> list[Issue]:
    """An issue for two amounts at the same times with no "and" between them: one after the other, or which?"""
    message = "two amounts with nothing that tells their times apart; both are given"
    return [
        Issue("warning", "conflicting-dose", message, one.sources["dose"].start, two.sources["dose"].end)
        for one, two in pairwise(drafts)
        if (_is_doubled(one, two) or _is_every_second(one, two))
        and not (_is_timed(one) and _are_added(reader, one, two))
    ]


def _is_doubled(one: Draft, two: Draft) -> bool:
    """The same times, of amounts that are not said to be taken in turn."""
    if any("alternate" in item.facts for item in (*one.items, *two.items)):
        return False
    if not _are_alike(one, two) or one.facts.keys() != two.facts.keys():
        return False
    return all(same(one.facts[name], two.facts[name]) for name in one.facts if name != "dose")


def _are_alike(one: Draft, two: Draft) -> bool:
    """Two amounts of one step in one unit."""
    doses = [draft.facts.get("dose") for draft in (one, two)]
    units = [dose.unit for dose in doses if isinstance(dose, Measure)]
    return len(units) == 2 and units[0] == units[1] and one.stage == two.stage


def _is_every_second(one: Draft, two: Draft) -> bool:
    """ "3 mg daily, 4 mg on alternate days": besides, or in turn?"""
    periods = [draft.facts.get("period") for draft in (one, two) if draft.facts.get("period_unit") == "d"]
    days = {period.low for period in periods if isinstance(period, Count)}
    return _are_alike(one, two) and days == {1, 2}


def _is_timed(draft: Draft) -> bool:
    """Of "2 + 1 tablets" with no time, nobody knows when which is taken."""
    return not draft.facts.keys().isdisjoint((*TIMING, *AS_NEEDED, "bounds", "rate"))


def _are_added(reader: Reader, one: Draft, two: Draft) -> bool:
    start, end = one.sources["dose"].last, two.sources["dose"].first
    return any(reader.ends("<and>", at) or reader.tokens[at].text == "+" for at in range(start, end))


def _is_taken(item: Item) -> bool:
    """Says how much, or when."""
    return is_dose(item) or item.is_timing


def _is_said(item: Item) -> bool:
    return _is_taken(item) or not item.facts.keys().isdisjoint(("route", "site", "as_needed"))


def _is_or(reader: Reader, start: int, end: int) -> bool:
    """The word stands between, near both and on their line."""
    near = end - start <= _MOST_BETWEEN and reader.line(start - 1) == reader.line(end)
    return near and any(reader.ends("<or>", at) for at in range(start, end))
