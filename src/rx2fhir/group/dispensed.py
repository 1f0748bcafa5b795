"""Tells what is handed out from what is taken: amounts behind a leader, or with no time behind a complete dosage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from rx2fhir.codes import is_countable, is_product
from rx2fhir.group.draft import EVENTS, RHYTHM, Draft
from rx2fhir.group.quantity_line import is_quantity_line
from rx2fhir.group.segment import Segment
from rx2fhir.normalize.item import AS_NEEDED, Item
from rx2fhir.normalize.reader import Reader
from rx2fhir.normalize.values import Measure, Slots
from rx2fhir.statement import Issue, Severity

_LEAST_DISPENSED = 7
_LEAST = {"form": _LEAST_DISPENSED, "none": 100}
"""What may be handed out: 7 tablets; of a bare number, so many that it counts no form that is taken."""
_MANY = 5
"""So many times the amount that is taken is no second dose."""

_BOTTLE = 10
"""So many times what is taken of it is what a bottle holds."""

_LEAST_LEADER = 3
_LEAST_TUBE = 10
_LEAST_GAP = 3
"""Blanks before a column of its own."""

_APART = frozenset(",.;:-–()\n")
_SENTENCE = frozenset("\n.")
_LINE_ENDS = frozenset("\n[")
_PACKS = ("bottle", "tube", "pack", "kit")
"""What a product comes in, and no form of it."""

_CONTAINERS = (*_PACKS, "vial")
_SMALL = ("drop", "globule", "granule", "pellet")
_NO_PIECES = (*_SMALL, "unit")
"""What is not handed out by number: drops, units of insulin."""

_SPOONS = ("teaspoon", "tablespoon", "dessertspoon", "spoonful", "measure", "measuring cup", "puff")
_LEADERS = frozenset(".-_·")


def drop_handed_out(reader: Reader, items: Sequence[Item]) -> tuple[list[Item], list[Issue]]:
    """Without amounts that are handed out, not taken; a warning where a time behind them could be theirs."""
    kept = list(items)
    issues: list[Issue] = []
    stock = _least_stock(items)
    for at, item in enumerate(items):
        if "dose" not in item.facts:
            continue
        led, timed = _leader(reader, item), _is_timed(reader, items, at)
        stocked = _is_stock(reader, items, at, stock) or _is_container(reader, items, at)
        stocked = stocked or is_quantity_line(reader, items, at) or _is_bottle(items, at, timed)
        stocked = stocked or _is_size(reader, items, at)
        if (led < item.first and not timed) or stocked or _is_column(reader, items, at):
            severity: Severity = "warning" if timed else "information"
            message = "taken for an amount that is dispensed, not for a dose"
            issues.append(Issue(severity, "dispensed-amount", message, item.start, item.end))
            kept[at] = _handed_out(item, led)
    return kept, issues


def _least_stock(items: Sequence[Item]) -> Decimal:
    """The count from which an amount is too many to be taken, beside the least that is."""
    doses = (item.facts.get("dose") for item in items)
    taken = [dose.count.low for dose in doses if isinstance(dose, Measure)]
    return max(Decimal(_LEAST_DISPENSED), _MANY * min(taken, default=Decimal(0)))


def _is_stock(reader: Reader, items: Sequence[Item], at: int, stock: Decimal) -> bool:
    """`21 capsules, take one three times a day`: set apart, and many times the amount that is taken."""
    dose, last = items[at].facts["dose"], items[at].last
    behind = items[at + 1] if at + 1 < len(items) else None
    if dose.kind == "none" and behind is not None and behind.kind == "form" and behind.first == last:
        last = behind.last  # "56 tablets": too many to be read as one amount
    elif dose.kind != "form" or not (is_product(str(dose.unit)) or dose.unit == "piece") or dose.unit in _SMALL:
        return False
    enough = dose.count.high is None and dose.count.low >= stock
    return enough and (_stands_apart(reader, items, at, last) or _ends_product(reader, items, at, last))


def _is_container(reader: Reader, items: Sequence[Item], at: int) -> bool:
    """`1 bottle. Give 5 ml every 8 hours`: at the end of its sentence, before the amount that is taken of it."""
    dose, tokens, last = items[at].facts["dose"], reader.tokens, items[at].last
    if dose.unit not in _CONTAINERS or last == len(tokens) or tokens[last].text not in _SENTENCE:
        return False
    begun = [one for one in items[:at] if not any(token.text in _SENTENCE for token in tokens[one.last : last])]
    behind = (one.facts["dose"] for one in items[at + 1 :] if "dose" in one.facts)
    taken = next((dose for dose in behind if isinstance(dose, Measure)), None)
    small = taken is not None and (taken.kind == "measure" or taken.unit in (*_SMALL, *_SPOONS))
    timed = any(one.is_timing for one in begun) and not any("dose" in one.facts for one in begun)
    return small and not timed


def _is_bottle(items: Sequence[Item], at: int, timed: bool) -> bool:
    """`drops 50 ml` before an amount in drops, `syrup 100 ml` before `5 ml`: what the bottle holds."""
    dose, product = items[at].facts["dose"], items[at - 1] if at else None
    if dose.unit != "mL" or product is None or product.kind != "form" or product.last != items[at].first:
        return False
    behind = (one for one in items[at + 1 :] if one.facts.keys() & {"dose", "scheme", "form"})
    taken = next((one.facts.get("dose", one.facts.get("scheme")) for one in behind), None)
    if not isinstance(taken, (Measure, Slots)):
        return False
    least = taken.count.low if isinstance(taken, Measure) else max(count.low for count in taken.counts)
    return taken.unit == product.facts["form"] or (
        taken.unit == "mL" and not timed and dose.count.low >= _BOTTLE * least
    )


def _is_size(reader: Reader, items: Sequence[Item], at: int) -> bool:
    """`X 40 MG CPR SEC 30`, at the end of the product's line or before its number, and a dose in a line below."""
    item, dose = items[at], items[at].facts["dose"]
    if not isinstance(dose, Measure) or dose.kind != "none" or dose.count.low < _LEAST_DISPENSED or not at:
        return False
    ends = reader.words[item.last] in _LINE_ENDS and items[at - 1].kind == "form" and items[at - 1].last == item.first
    line = reader.line(item.first)
    return ends and any("dose" in one.facts and reader.line(one.first) > line for one in items[at + 1 :])


def _stands_apart(reader: Reader, items: Sequence[Item], at: int, last: int) -> bool:
    """Between signs, the ends of the text, and a verb behind; or behind the same form, "20 mg capsules 28 capsules"."""
    tokens, first = reader.tokens, items[at].first
    before = items[at - 1] if at else None
    formed = before is not None and before.last == first and before.facts.get("form") == items[at].facts["dose"].unit
    opened = first == 0 or tokens[first - 1].text in _APART or formed
    verb = any(item.kind == "methods" and item.first == last for item in items[at + 1 : at + 3])
    return opened and (last == len(tokens) or tokens[last].text in _APART or verb)


def _ends_product(reader: Reader, items: Sequence[Item], at: int, last: int) -> bool:
    """`Rp. X 5 mg 30 tabs`, then the sig: behind a strength, at the end of the line or sentence, or before "S."."""
    strength = getattr(items[at - 1].facts.get("dose"), "kind", None) == "measure" if at else False
    ends = last < len(reader.tokens) and reader.tokens[last].text in _SENTENCE
    sig = any(item.first == last and item.facts.get("background") == "heading" for item in items[at + 1 : at + 3])
    return strength and items[at - 1].last == items[at].first and (ends or sig)


def _is_column(reader: Reader, items: Sequence[Item], at: int) -> bool:
    """In the last column of the line of the product, and the next line says how much is taken: "... 30 capsules"."""
    item, tokens = items[at], reader.tokens
    last = item.last == len(tokens) or tokens[item.last].text == "\n"
    if not last or item.first == 0 or tokens[item.first].start - tokens[item.first - 1].end < _LEAST_GAP:
        return False
    line = reader.line(item.first)
    form = next((one for one in items[:at][-4:] if one.kind == "form" and reader.line(one.first) == line), None)
    below = [one for one in items[at + 1 : at + 5] if reader.line(one.first) == line + 1]
    if form is None or not below or tokens[below[0].first - 1].text != "\n":
        return False
    taken = any("dose" in one.facts or "scheme" in one.facts for one in below)
    return taken or (_is_tube(item, form) and any(one.is_timing for one in below))


def _is_tube(item: Item, form: Item) -> bool:
    """So many grams of a cream or gel are what the tube holds."""
    dose = item.facts.get("dose")
    grams = isinstance(dose, Measure) and dose.unit == "g" and dose.count.low >= _LEAST_TUBE
    return grams and not is_countable(str(form.facts["form"]))


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
    product = dose.kind == "form" and dose.unit not in _PACKS
    facts = {"form": dose.unit} if product else {"background": "noise"}
    return replace(item, kind=next(iter(facts)), facts=facts, first=first)


def _is_timed(reader: Reader, items: Sequence[Item], at: int) -> bool:
    """A time follows on the same line, before the next amount."""
    for item in items[at + 1 :]:
        if "dose" in item.facts or "scheme" in item.facts or reader.line(item.first) != reader.line(items[at].first):
            return False
        if item.is_timing or item.facts.keys() & {*AS_NEEDED, "step", "bounds"}:
            return True
    return False


def drop_packs(reader: Reader, segment: Segment) -> tuple[Segment, list[Issue]]:
    """Without the "1x" or "28" before the name that opens a line: so many packs or pieces, where a time follows."""
    packs = [item for item in segment.items if _is_pack(reader, segment, item)]
    others = [item for item in segment.items if item.is_timing or "scheme" in item.facts]
    if not packs or len(others) <= sum("count" in item.facts for item in packs):
        return segment, []
    message = "taken for an amount that is dispensed, not for a dose"
    issues = [Issue("information", "dispensed-amount", message, item.start, item.end) for item in packs]
    noise = {"background": "noise"}
    kept = (replace(item, kind="background", facts=noise) if item in packs else item for item in segment.items)
    return replace(segment, items=tuple(kept)), issues


def _is_pack(reader: Reader, segment: Segment, item: Item) -> bool:
    opens = item.first == 0 or reader.tokens[item.first - 1].text == "\n"
    named = segment.drug is not None and item.last == segment.drug.first
    dose = item.facts.get("dose")
    pieces = isinstance(dose, Measure) and dose.kind == "none" and dose.count.low >= _LEAST_DISPENSED
    return named and opens and (item.facts.keys() == {"count"} or (pieces and _is_said(segment, item)))


def _is_said(segment: Segment, item: Item) -> bool:
    """A further amount, behind the product with its strength: "28 Ramipril 5 mg capsules. Take one daily"."""
    counted = [one for one in segment.items if getattr(one.facts.get("dose"), "kind", "measure") != "measure"]
    formed = any(one.kind == "form" for one in segment.items)
    return formed and any(one is not item for one in counted)


def drop_dispensed(drafts: Sequence[Draft]) -> tuple[list[Draft], list[Issue]]:
    """Without the 28 tablets of "take one daily - 28 tablets": what is handed out is no dose."""
    last = drafts[-1] if len(drafts) > 1 else None
    dose = last.facts.get("dose") if last else None
    if last is None or not isinstance(dose, Measure) or dose.count.low < _LEAST.get(dose.kind, dose.count.low + 1):
        return list(drafts), []
    said = last.facts.keys() - last.carried - {"dose"}
    complete = any(name in draft.facts for draft in drafts[:-1] for name in (*EVENTS, *RHYTHM))
    stepped = last.stage != drafts[0].stage
    if said or stepped or not complete or dose.unit in _NO_PIECES or any("dose" in draft.carried for draft in drafts):
        return list(drafts), []
    source = last.sources["dose"]
    message = "an amount with no time behind a dosage: taken for what is dispensed, not for a dose"
    return list(drafts[:-1]), [Issue("information", "dispensed-amount", message, source.start, source.end)]
