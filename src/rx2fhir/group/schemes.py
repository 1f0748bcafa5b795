"""Turns a dash scheme into dosages: one for each different amount, at the times of its slots."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from rx2fhir.group.draft import Draft
from rx2fhir.normalize.values import Count, Measure, Slots

_SLOTS = ("MORN", "NOON", "EVE", "NIGHT")
_MEALS = {"MORN": "M", "NOON": "D", "EVE": "V", "NIGHT": "V"}
_EVENING = ("EVE", "NIGHT")
_BY_DAY = frozenset(("MORN", "NOON", "EVE"))
_SEVERAL = 2


def spread_scheme(draft: Draft) -> list[Draft]:
    """The dosages of a draft: of one without a scheme, the draft itself."""
    slots = draft.facts.get("scheme")
    if not isinstance(slots, Slots):
        return [draft]
    if _is_taper(draft, slots):
        return [_step(draft, slots, count, draft.stage + at) for at, count in enumerate(slots.counts)]
    if _is_every_days(draft, slots):
        draft.conflicts.append(("when", draft.sources["scheme"], draft.sources["period"]))
    names = slots.times or _SLOTS
    taken = [slot for slot, count in zip(names, slots.counts, strict=False) if count.low]
    events = _events(taken, draft.facts.get("when", ()))
    if _contradicts(taken, events, draft.facts.get("when", ())):
        draft.conflicts.append(("when", draft.sources["scheme"], draft.sources["when"]))
    amounts: dict[tuple[Decimal, Decimal | None], list[str]] = {}
    for slot, count in zip(names, slots.counts, strict=False):
        if count.low:
            amounts.setdefault((count.low, count.high), []).extend(events[slot])
    return [_part(draft, slots, amount, tuple(whens)) for amount, whens in amounts.items()]


def _is_taper(draft: Draft, slots: Slots) -> bool:
    """ "40-30-20-10 mg for 3 days each": ever less or ever more, each so long, at no time or one time of the day."""
    told = any("each" in item.facts for item in draft.items) and "bounds" in draft.facts
    return told and _is_ordered(slots) and not slots.times and len(draft.facts.get("when", ())) < _SEVERAL


def _is_every_days(draft: Draft, slots: Slots) -> bool:
    """ "40-30-20-10 mg every 3 days": the amounts of one day in three, or each for three days."""
    days = draft.facts.get("period_unit") in ("d", "wk") and draft.facts.get("period", Count.of(1)).low > 1
    return days and _is_ordered(slots) and not slots.times and "when" not in draft.facts


def _is_ordered(slots: Slots) -> bool:
    """Ever less or ever more, and no nought."""
    lows = [count.low for count in slots.counts]
    return lows in (sorted(set(lows)), sorted(set(lows), reverse=True)) and min(lows) > 0


def _step(draft: Draft, slots: Slots, count: Count, stage: int) -> Draft:
    part = _part(draft, slots, (count.low, count.high), draft.facts.get("when", ()))
    if not part.facts[slots.fact]:
        del part.facts[slots.fact], part.sources[slots.fact]
    return replace(part, stage=stage)


def _events(taken: Sequence[str], said: Iterable[str]) -> dict[str, list[str]]:
    """When each slot is taken: at the meal of its part of the day, the last one at bedtime, else at that part.

    said: the events beside the scheme. "8-10-8 before breakfast, lunch and dinner" names one for each slot; a meal of
    any time belongs to all.
    """
    own: dict[str, list[str]] = {slot: [] for slot in taken}
    generic = [code for code in said if code in ("C", "AC", "PC")]
    for code in said:
        slot = _slot(taken, code)
        if slot and code not in own[slot]:
            own[slot].append(code)
    return {slot: (codes or [slot]) + generic for slot, codes in own.items()}


def _slot(taken: Sequence[str], code: str) -> str | None:
    """The slot that an event speaks of."""
    if code == "WAKE":
        return taken[0] if taken and taken[0] == "MORN" else None
    if code in taken:
        return code
    if code in ("HS", *_EVENING):
        return taken[-1] if taken and taken[-1] in _EVENING else None
    meal = len(code) > 1 and code[0] in "CAP"
    return next((slot for slot in taken if meal and code.endswith(_MEALS.get(slot, slot[-1:]))), None)


def _contradicts(taken: Sequence[str], events: dict[str, list[str]], said: Iterable[str]) -> bool:
    """An event beside the scheme belongs to a slot that is empty, or is one part of the day of several.

    "1-0-0 before dinner"; "3-2-1 in the morning", which may be three days.
    """
    known = {code for codes in events.values() for code in codes}
    parts = set(said) & _BY_DAY
    return any(code not in known for code in said) or (bool(parts) and parts < set(taken))


def _part(draft: Draft, slots: Slots, amount: tuple[Any, Any], whens: tuple[str, ...]) -> Draft:
    source = draft.sources["scheme"]
    count = Count(*amount)
    dose = Measure(count, slots.unit, slots.kind, source.first, slots.counts_end, slots.unit_start, slots.unit_end)
    facts = {name: value for name, value in draft.facts.items() if name != "scheme"}
    facts |= {"dose": dose, slots.fact: tuple(dict.fromkeys(whens))}
    return replace(draft, facts=facts, sources={**draft.sources, "dose": source, slots.fact: source})
