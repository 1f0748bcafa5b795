"""Folds the clauses of a statement into dosages: concurrent amounts, steps, and what is said once for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rx2fhir.group.clauses import Clause, is_dose
from rx2fhir.group.draft import EVENTS, RHYTHM, Draft, is_daily, same
from rx2fhir.group.leads import lead_days, trail_days
from rx2fhir.group.opens import is_step, opens, says_when
from rx2fhir.group.schemes import spread_scheme
from rx2fhir.group.shared import drop_times, share, share_meal
from rx2fhir.group.steps import end_step, part_steps, take_in_turn
from rx2fhir.group.totals import broken_down, counted_times, without_totals
from rx2fhir.group.weekdays import is_every_other_day, spell_out_days
from rx2fhir.normalize.item import Item
from rx2fhir.normalize.reader import Reader
from rx2fhir.normalize.values import MEALS, Count, Measure

_CARRIED = ("route", "site", "method", "as_needed", "as_needed_for")
_TIMED = frozenset((*RHYTHM, *EVENTS))


def fold_clauses(reader: Reader, clauses: Sequence[Clause]) -> list[Draft]:
    """The dosages of a statement, in text order."""
    drafts: list[Draft] = []
    for clause in forward(clauses):
        if _is_meal(clause) and _all_timed(drafts):
            _add_meal(drafts, clause)
            continue
        if not drafts or opens(drafts[-1], clause):
            drafts.append(_next(drafts, clause))
        _fill(drafts[-1], clause)
    drafts = [draft for draft in drafts if (draft.facts or draft.instructions) and not _is_nothing(draft)]
    drafts = without_totals(broken_down(counted_times(drafts)))
    part_steps(drafts, _CARRIED)
    drop_times(drafts)
    share_meal(reader, drafts)
    share(drafts)
    lead_days(drafts)
    trail_days(drafts)
    spell_out_days(drafts)
    _alternate(drafts)
    take_in_turn(drafts)
    return merge_equal([part for draft in drafts for part in spread_scheme(draft)])


def _is_nothing(draft: Draft) -> bool:
    """`noon 0` of a plan in words is no dosage."""
    dose = draft.facts.get("dose")
    return isinstance(dose, Measure) and dose.count.low == 0 and dose.count.high is None


def _is_meal(clause: Clause) -> bool:
    """Nothing but a meal of any time, set apart: ", before meals"."""
    meals = all(set(item.facts.get("when", "-")) <= MEALS for item in clause.items)
    return clause.apart and not clause.then and meals


def _all_timed(drafts: Sequence[Draft]) -> bool:
    return len(drafts) > 1 and all("when" in draft.facts for draft in drafts)


def _add_meal(drafts: Sequence[Draft], clause: Clause) -> None:
    """ "6 in the morning and 8 in the evening, before meals": the meal belongs to each."""
    for draft in drafts:
        for item in clause.items:
            draft.take(item)


def forward(clauses: Sequence[Clause]) -> list[Clause]:
    """Where times lead their amounts ("8 am, 2 pm: 1 tablet"), a time without an amount goes to the next one."""
    first = next((clause for clause in clauses if clause.has_dose), None)
    if first is None or not first.items[0].is_timing:
        return _joined(clauses)
    found: list[Clause] = []
    for clause in clauses:
        waiting = found and _only_time(found[-1]) and any(one.has_dose for one in found)
        if waiting and not clause.then and (clause.has_dose or _only_time(clause)):
            clause = Clause(found.pop().items + clause.items, apart=True)
        found.append(clause)
    return found


def _joined(clauses: Sequence[Clause]) -> list[Clause]:
    """Of "10 units at breakfast, lunch and dinner 8 units" the time that "and" joins to a second one is of both."""
    found: list[Clause] = []
    for clause in clauses:
        leads = found and clause.added and clause.has_dose and clause.items[0].is_timing
        if leads and _only_time(found[-1]) and found[-1].apart and not found[-1].added and found[-2].has_dose:
            clause = Clause(found.pop().items + clause.items, apart=True)
        found.append(clause)
    return found


def _only_time(clause: Clause) -> bool:
    return not clause.then and all(item.facts.keys() <= set(EVENTS) for item in clause.items)


def _next(drafts: Sequence[Draft], clause: Clause) -> Draft:
    draft = Draft()
    if not drafts:
        return draft
    last = drafts[-1]
    draft.stage = last.stage
    if clause.then or is_step(last, clause):
        end_step(drafts, clause.items)
        draft.stage += 1
        draft.carry(last, last.common)
        draft.carry(last, _CARRIED)
    if not clause.has_dose and not any("rate" in item.facts for item in clause.items):
        draft.carry(last, ("dose",))
    return draft


def _fill(draft: Draft, clause: Clause) -> None:
    taken, begun = draft.has_dose and "dose" not in draft.carried, bool(draft.items)
    for item in clause.items:
        if not (is_dose(item) and taken):
            draft.take(item)
        elif "scheme" in item.facts:
            _spread(draft, item)
        if begun and not clause.has_dose:
            draft.apart.update(item.facts)


def _spread(draft: Draft, item: Item) -> None:
    """`1 tablet 1-0-1`: the scheme says when, in the unit of the amount before it."""
    measured = says_when(draft, item.facts["scheme"])
    dose, slots = draft.facts.pop("dose", None), item.facts["scheme"]
    if measured and isinstance(dose, Measure):
        slots = replace(slots, counts=tuple(replace(count, low=count.low * dose.count.low) for count in slots.counts))
    draft.take(item)
    if isinstance(dose, Measure) and slots.kind == "none":
        unit_start, unit_end = item.last - 1, item.last
        draft.facts["scheme"] = replace(slots, unit=dose.unit, kind=dose.kind, unit_start=unit_start, unit_end=unit_end)


def _ends_apart(draft: Draft) -> list[Draft]:
    """The two ends of "½ - ¾ tablet in turn", which is no range."""
    dose = draft.facts.get("dose")
    if not isinstance(dose, Measure) or dose.count.high is None:
        return [draft]
    ends = (replace(dose, count=Count(low)) for low in (dose.count.low, dose.count.high))
    one, two = ({**draft.facts, "dose": end} for end in ends)
    return [replace(draft, facts=one), replace(draft, facts=two, sources=dict(draft.sources), items=list(draft.items))]


def _alternate(drafts: list[Draft]) -> None:
    """Amounts in turn, one a day: each of two is taken every other day. Another rhythm of theirs is a conflict."""
    items = [item for draft in drafts for item in draft.items if "alternate" in item.facts]
    if items and len(drafts) == 1:
        drafts += _ends_apart(drafts.pop())
    for draft in drafts if items and len(drafts) == 2 else ():
        if "period" in draft.facts and not is_daily(draft.facts) and not is_every_other_day(draft.facts):
            draft.conflicts.append(("frequency", draft.sources["period"], items[0]))
            continue
        draft.facts |= {"frequency": Count.of(1), "period": Count.of(2), "period_unit": "d"}
        for name in RHYTHM[:1] + RHYTHM[2:]:
            draft.sources[name] = items[0]


def merge_equal(drafts: Sequence[Draft]) -> list[Draft]:
    """Concurrent amounts that differ in nothing, or only in their event, clock time or weekday, are one dosage."""
    merged: list[Draft] = []
    for draft in drafts:
        twin = next((one for one in merged if _is_said_again(one, draft) or _differs_in(one, draft)), None)
        if twin is None:
            merged.append(draft)
            continue
        name = _differs_in(twin, draft)
        if name:
            twin.facts[name] = tuple(dict.fromkeys((*twin.facts[name], *draft.facts[name])))
        twin.items += draft.items
    return merged


def _is_said_again(one: Draft, two: Draft) -> bool:
    """ "1 tablet - twice a day - One tablet twice a day": the same amount at the same times is taken once."""
    timed = "dose" in one.facts and not _TIMED.isdisjoint(one.facts)
    if one.facts.keys() != two.facts.keys() or not timed or one.stage != two.stage:
        return False
    return all(same(one.facts[name], two.facts[name]) for name in one.facts)


def _differs_in(one: Draft, two: Draft) -> str | None:
    """The one kind of event in which two drafts differ, None where they differ in more or in nothing."""
    if one.facts.keys() != two.facts.keys() or "dose" not in one.facts or one.stage != two.stage:
        return None
    different = [name for name in one.facts if not same(one.facts[name], two.facts[name])]
    return different[0] if len(different) == 1 and different[0] in EVENTS else None
