"""Folds the clauses of a statement into dosages: concurrent amounts, steps, and what is said once for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rx2fhir.group.clauses import Clause, is_dose
from rx2fhir.group.draft import EVENTS, RHYTHM, Draft, same
from rx2fhir.group.route import route
from rx2fhir.group.schemes import spread_scheme
from rx2fhir.group.steps import end_step, part_steps, take_in_turn
from rx2fhir.group.timing import merge_meals
from rx2fhir.group.totals import is_whole_day, times_a_day, without_totals
from rx2fhir.group.weekdays import spell_out_days
from rx2fhir.normalize.item import TIMING, Item
from rx2fhir.normalize.reader import Reader
from rx2fhir.normalize.values import Count, Length, Measure, Slots

_SHARED: tuple[str, ...] = (
    "bounds",
    "bounds_max",
    "bounds_start",
    "bounds_end",
    "as_needed",
    "as_needed_for",
    "route",
    "site",
    "method",
)
_MEALS = {"C", "AC", "PC"}
_BEFORE = "AC"
_PARTS = {"MORN", "NOON", "AFT", "EVE", "NIGHT"}
_DAY = 3
"""Amounts that make up a whole day."""

_SHARED += ("max_dose", "max_per", "max_per_unit", "max_per_administration", "max_per_lifetime", "duration")
_FEW_FORMS = 4
"""So many tablets are taken at once; a bare number above may well be the milligrams that are said later."""
_CARRIED = ("route", "site", "method", "as_needed", "as_needed_for")
_NOSE = ("nose", "nostril", "nostrils")
_ACTS = ("apply", "rub", "wash", "rinse", "gargle", "massage")


def fold_clauses(clauses: Sequence[Clause]) -> list[Draft]:
    """The dosages of a statement, in text order."""
    drafts: list[Draft] = []
    for clause in forward(clauses):
        if _is_meal(clause) and _all_timed(drafts):
            _add_meal(drafts, clause)
            continue
        if not drafts or _opens(drafts[-1], clause):
            drafts.append(_next(drafts, clause))
        _fill(drafts[-1], clause)
    drafts = [draft for draft in drafts if (draft.facts or draft.instructions) and not _is_nothing(draft)]
    drafts = without_totals(_broken_down(drafts))
    part_steps(drafts, _CARRIED)
    _drop_times(drafts)
    _share_meal(drafts)
    _share(drafts)
    spell_out_days(drafts)
    _alternate(drafts)
    take_in_turn(drafts)
    return merge_equal([part for draft in drafts for part in spread_scheme(draft)])


def _drop_times(drafts: Sequence[Draft]) -> None:
    """ "1 in the evening on day 1, twice daily on day 2": the evening of the first step is not all of the second."""
    for draft in drafts:
        frequency, daily = draft.facts.get("frequency"), draft.facts.get("period_unit") == "d"
        for name in {"when", "time_of_day"} & draft.carried:
            if daily and frequency is not None and frequency.low > len(draft.facts[name]):
                del draft.facts[name]


def _is_nothing(draft: Draft) -> bool:
    """`noon 0` of a plan in words is no dosage."""
    dose = draft.facts.get("dose")
    return isinstance(dose, Measure) and dose.count.low == 0 and dose.count.high is None


def _is_meal(clause: Clause) -> bool:
    """Nothing but a meal of any time, set apart: ", before meals"."""
    meals = all(set(item.facts.get("when", "-")) <= {"C", "AC", "PC"} for item in clause.items)
    return clause.apart and not clause.then and meals


def _all_timed(drafts: Sequence[Draft]) -> bool:
    return len(drafts) > 1 and all("when" in draft.facts for draft in drafts)


def _share_meal(drafts: Sequence[Draft]) -> None:
    """ "6 morning, 8 noon, 6 evening before meals": behind the last part of a whole day, the meal belongs to each."""
    whens = [draft.facts.get("when", ()) for draft in drafts]
    meals = [item for item in drafts[-1].items if set(item.facts.get("when", "-")) <= _MEALS] if drafts else []
    if len(drafts) < _DAY or len(meals) != 1 or len({draft.stage for draft in drafts}) > 1:
        return
    if all(len(when) == 1 and set(when) <= _PARTS for when in whens[:-1]) and set(whens[-1]) & _PARTS:
        for draft in drafts[:-1]:
            draft.take(meals[0])


def _add_meal(drafts: Sequence[Draft], clause: Clause) -> None:
    """ "6 in the morning and 8 in the evening, before meals": the meal belongs to each."""
    for draft in drafts:
        for item in clause.items:
            draft.take(item)


def forward(clauses: Sequence[Clause]) -> list[Clause]:
    """Where times lead their amounts ("8 am, 2 pm: 1 tablet"), a time without an amount goes to the next one."""
    first = next((clause for clause in clauses if clause.has_dose), None)
    if first is None or not first.items[0].is_timing:
        return list(clauses)
    found: list[Clause] = []
    for clause in clauses:
        waiting = found and _only_time(found[-1]) and any(one.has_dose for one in found)
        if waiting and not clause.then and (clause.has_dose or _only_time(clause)):
            clause = Clause(found.pop().items + clause.items, apart=True)
        found.append(clause)
    return found


def _only_time(clause: Clause) -> bool:
    return not clause.then and all(item.facts.keys() <= set(EVENTS) for item in clause.items)


def _opens(current: Draft, clause: Clause) -> bool:
    """A clause opens a dosage when it is a step, or brings an amount where there is one already."""
    if clause.then:
        begun = current.has_dose or any(name in current.facts for name in (*RHYTHM, *EVENTS, "bounds"))
        return begun and any(item.facts.keys() - {"step", "after", "instruction", "method"} for item in clause.items)
    if not (clause.has_dose and current.has_dose):
        others = (_other_site, _other_event, _other_clock, _other_rhythm, _rhythm_if_needed, _event_if_needed)
        return not clause.has_dose and any(other(current, clause) for other in others)
    if _is_top(clause):
        return False
    schemes = [item.facts["scheme"] for item in clause.items if "scheme" in item.facts]
    spread = bool(schemes) and (_counts_forms(current) or _says_when(current, schemes[0]))
    return not spread and not _restates(current, clause)


def _is_top(clause: Clause) -> bool:
    """`10 mg as needed, up to 80 mg`: "up to" behind a dose, with no time of its own, is a maximum of some time."""
    timed = any(item.is_timing or item.facts.keys() & {"as_needed", "as_needed_for"} for item in clause.items)
    return not timed and all("dose_max" in item.facts for item in clause.items if is_dose(item))


def _counts_forms(current: Draft) -> bool:
    """The amount so far is a counted form with no time: a scheme behind it says when."""
    dose = current.facts.get("dose")
    return isinstance(dose, Measure) and dose.kind == "form" and not any(name in current.facts for name in EVENTS)


def _says_when(current: Draft, scheme: Slots) -> bool:
    """`0.6 ml s.c. 1-0-1`: a scheme of ones with no unit behind a measure says when it is given."""
    dose = current.facts.get("dose")
    ones = scheme.kind == "none" and all(count in (Count.of(0), Count.of(1)) for count in scheme.counts)
    timed = any(name in current.facts for name in EVENTS)
    return ones and not timed and isinstance(dose, Measure) and dose.kind == "measure" and dose.count.high is None


def _other_site(current: Draft, clause: Clause) -> bool:
    """Another rhythm at another site, with no amounts at all: "to the arm once daily, to the leg twice daily"."""
    timed = any(item.is_timing for item in clause.items)
    return (
        timed
        and not current.has_dose
        and "site" in current.facts
        and any("site" in item.facts for item in clause.items)
    )


def _other_event(current: Draft, clause: Clause) -> bool:
    """A further event where the first has an offset: "1 h before meals and at bedtime" are two dosages.

    The half hour of "30 min before breakfast and before dinner" is that of both.
    """
    events = [item for item in clause.items if "when" in item.facts]
    whens = tuple(code for item in events for code in item.facts["when"])
    if not events or "when" not in current.facts or _is_one_event((*current.facts["when"], *whens)):
        return False
    alike = all(code.startswith(_BEFORE) for code in (*current.facts["when"], *whens))
    return ("offset" in current.facts and not alike) or any("offset" in item.facts for item in events)


def _other_clock(current: Draft, clause: Clause) -> bool:
    """A part of the day beside clock times, or the reverse, with "and" between: "at 8, at 12 and at bedtime"."""
    said = {name for item in clause.items for name in item.facts if name in EVENTS}
    mine = {name for name in EVENTS if name in current.facts}
    clocks = {frozenset(said), frozenset(mine)}
    return clause.added and current.has_dose and clocks == {frozenset(("when",)), frozenset(("time_of_day",))}


def _is_one_event(when: tuple[str, ...]) -> bool:
    """One event, or a meal of any time at several parts of the day: "morning and evening, 30 min before meals"."""
    meals = _MEALS.intersection(when)
    return len(merge_meals(when)) == 1 or (len(meals) == 1 and set(when) <= meals | _PARTS)


def _other_rhythm(current: Draft, clause: Clause) -> bool:
    """Another rhythm for so long, behind one for so long: "four times daily for a week, twice daily for a week"."""
    said = {name: value for item in clause.items for name, value in item.facts.items() if name in RHYTHM}
    other = any(not same(current.facts.get(name), value) for name, value in said.items())
    return other and "period" in current.facts and _is_step(current, clause)


def _rhythm_if_needed(current: Draft, clause: Clause) -> bool:
    """Another rhythm under a condition, set apart: "once daily, twice daily if symptoms" are two dosages."""
    said = {name: value for item in clause.items for name, value in item.facts.items() if name in RHYTHM}
    other = any(not same(current.facts.get(name), value) for name, value in said.items())
    when = any(item.facts.keys() & {"as_needed", "as_needed_for"} for item in clause.items)
    plain = not current.facts.keys() & {"as_needed", "as_needed_for"}
    return clause.apart and other and when and plain and "period" in current.facts and current.has_dose


def _event_if_needed(current: Draft, clause: Clause) -> bool:
    """A further time of the day under a condition: "1 in the morning, if needed also in the evening"."""
    needed = bool(clause.items[0].facts.keys() & {"as_needed", "as_needed_for"})
    if not needed or not current.has_dose or current.facts.keys() & {"as_needed", "as_needed_for"}:
        return False
    said = [code for item in clause.items for code in item.facts.get("when", ()) if code not in _MEALS]
    return bool(said) and any(name in current.facts for name in (*EVENTS, "scheme"))


def _restates(current: Draft, clause: Clause) -> bool:
    """The same amount again, in brackets or with nothing new: "1 patch every 72 hours, one every 72 hours"."""
    one, two = (
        current.facts.get("dose"),
        next(item.facts.get("dose") for item in clause.items if is_dose(item)),
    )
    if not (isinstance(one, Measure) and isinstance(two, Measure)) or two.kind != "none" or one.count != two.count:
        return False
    said = {name: value for item in clause.items for name, value in item.facts.items() if name in TIMING}
    return bool(said) and all(current.facts.get(name) == value for name, value in said.items())


def _next(drafts: Sequence[Draft], clause: Clause) -> Draft:
    draft = Draft()
    if not drafts:
        return draft
    last = drafts[-1]
    draft.stage = last.stage
    if clause.then or _is_step(last, clause):
        end_step(drafts, clause.items)
        draft.stage += 1
        draft.carry(last, last.common)
        draft.carry(last, _CARRIED)
    if not clause.has_dose and not any("rate" in item.facts for item in clause.items):
        draft.carry(last, ("dose",))
    return draft


def _is_step(last: Draft, clause: Clause) -> bool:
    """Two amounts, each for so long, are steps without "then"."""
    return "bounds" in last.facts and any("bounds" in item.facts for item in clause.items)


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
    measured = _says_when(draft, item.facts["scheme"])
    dose, slots = draft.facts.pop("dose", None), item.facts["scheme"]
    if measured and isinstance(dose, Measure):
        slots = replace(slots, counts=tuple(replace(count, low=count.low * dose.count.low) for count in slots.counts))
    draft.take(item)
    if isinstance(dose, Measure) and slots.kind == "none":
        unit_start, unit_end = item.last - 1, item.last
        draft.facts["scheme"] = replace(slots, unit=dose.unit, kind=dose.kind, unit_start=unit_start, unit_end=unit_end)


def _share(drafts: Sequence[Draft]) -> None:
    """What is said once holds for all concurrent amounts; the unit of an amount holds for bare ones beside it."""
    _share_units(drafts)
    for stage in {draft.stage for draft in drafts}:
        _share_stage([draft for draft in drafts if draft.stage == stage])


def _share_stage(drafts: Sequence[Draft]) -> None:
    for name in _SHARED:
        givers = [draft for draft in drafts if name in draft.facts]
        if len(givers) == 1 and _for_all(drafts, givers[0], name) and not _is_of_day(drafts, givers[0], name):
            for draft in drafts:
                draft.carry(givers[0], (name,))
    _share_last_rhythm(drafts)
    names = (*RHYTHM, *EVENTS) if _on_scale(drafts) else RHYTHM if drafts[0].headed else ()
    for draft in drafts[1:]:
        draft.carry(drafts[0], names)
    together = [item for draft in drafts for item in draft.instructions]
    for draft in drafts:
        draft.instructions = list(together)


def _on_scale(drafts: Sequence[Draft]) -> bool:
    """All amounts hang on a measured value: when they are taken is said once, before the scale."""
    return all(any("scale" in item.facts for item in draft.items) for draft in drafts)


def _alternate(drafts: Sequence[Draft]) -> None:
    """Amounts in turn, one a day: each of two is taken every other day."""
    items = [item for draft in drafts for item in draft.items if "alternate" in item.facts]
    if items and len(drafts) == 2:
        for draft in drafts:
            draft.facts |= {"frequency": Count.of(1), "period": Count.of(2), "period_unit": "d"}
            for name in RHYTHM[:1] + RHYTHM[2:]:
                draft.sources.setdefault(name, items[0])


def _share_last_rhythm(drafts: Sequence[Draft]) -> None:
    """A rhythm at the end belongs to all amounts before it that have no time of their own."""
    last = drafts[-1]
    timed = any(name in draft.facts for draft in drafts[:-1] for name in (*RHYTHM, *EVENTS, "count", "scheme"))
    own = any("as_needed" in draft.facts or "as_needed_for" in draft.facts for draft in drafts[:-1])
    if own and not any(name in last.facts for name in ("as_needed", "as_needed_for")):
        return
    names = (*RHYTHM, *EVENTS[:2]) if len(drafts) > 1 and _leads_days(last) else (*RHYTHM, *EVENTS)
    if not timed:
        for draft in drafts[:-1]:
            draft.carry(last, names)


def _leads_days(draft: Draft) -> bool:
    """Weekdays before the amount are its own: "1 tablet, on Sundays half"."""
    days, dose = draft.sources.get("day_of_week"), draft.sources.get("dose")
    return days is not None and dose is not None and days.first < dose.first


def _is_of_day(drafts: Sequence[Draft], giver: Draft, name: str) -> bool:
    """ "2 twice daily, 8 on day 1": a single day behind a later amount is not that of an amount with its own rhythm."""
    single = name == "bounds" and giver.facts["bounds"] == Length.of("1 d")
    return single and giver is not drafts[0] and any("period" in draft.facts for draft in drafts)


def _for_all(drafts: Sequence[Draft], giver: Draft, name: str) -> bool:
    """ "If needed" said with a later amount belongs to that amount; said first or apart, it belongs to all."""
    if not name.startswith("as_needed") or name in giver.apart:
        return True
    return giver is drafts[0] and not _is_alone(drafts, giver, name)


def _is_alone(drafts: Sequence[Draft], giver: Draft, name: str) -> bool:
    """ "1 tablet if pain, 2 tablets at night": behind an amount with no time, where the others have theirs."""
    timed = [any(fact in draft.facts for fact in (*RHYTHM, *EVENTS)) for draft in drafts]
    dose = giver.sources.get("dose")
    return dose is not None and dose.first < giver.sources[name].first and not timed[0] and all(timed[1:])


def _broken_down(drafts: list[Draft]) -> list[Draft]:
    """`3 a day: 1 in the morning and 2 at night`: the parts are the dosages, when they add up to the whole."""
    doses = [dose for draft in drafts if isinstance(dose := draft.facts.get("dose"), Measure)]
    if len(drafts) < 2 or len(doses) < len(drafts) or not is_whole_day(drafts[0]):
        return drafts
    parts = [dose.count.low * times_a_day(draft) for dose, draft in zip(doses[1:], drafts[1:], strict=True)]
    whole = doses[0].count.low
    if not all(parts) or sum(parts) != whole or any(dose.count.low == whole for dose in doses[1:]):
        return drafts
    for draft in drafts[1:]:
        draft.carry(drafts[0], ("route", "site", "method"))
        draft.facts["dose"] = replace(draft.facts["dose"], unit=doses[0].unit, kind=doses[0].kind)
    return drafts[1:]


def _share_units(drafts: Sequence[Draft]) -> None:
    """The unit said first holds for bare amounts; one or two before "60 mg" count forms, and no milligrams.

    A unit said later does not reach back to an amount with a rhythm of its own: "1 x 5 pc, 1 tab hs".
    """
    named: Measure | None = None
    later = [dose for draft in drafts if isinstance(dose := draft.facts.get("dose"), Measure) and dose.kind != "none"]
    for draft in drafts:
        dose = draft.facts.get("dose")
        if not isinstance(dose, Measure) or not later:
            continue
        if dose.kind != "none":
            named = named or dose
        elif named or (not _has_rhythm(draft) and _is_counted_so(dose, later[0])):
            unit = named or later[0]
            draft.facts["dose"] = replace(dose, unit=unit.unit, kind=unit.kind)


def _has_rhythm(draft: Draft) -> bool:
    return "period" in draft.facts and "period" not in draft.carried


def _is_counted_so(dose: Measure, later: Measure) -> bool:
    return later.kind != "measure" or dose.count.low > _FEW_FORMS or not dose.count.whole


def count_forms(drafts: Sequence[Draft], form: str | None) -> None:
    """Bare numbers count the form that the text names for the product."""
    for draft in drafts:
        dose = draft.facts.get("dose")
        if form and isinstance(dose, Measure) and dose.kind == "none":
            draft.facts["dose"] = replace(dose, unit=form, kind="form")


def count_sprays(reader: Reader, drafts: Sequence[Draft]) -> None:
    """What a pump gives at one press (`<pumped>`) is a puff of an inhaler, but in the nose it is a spray."""
    for draft in drafts:
        dose, way, site = draft.facts.get("dose"), route(draft), draft.facts.get("site")
        nasal = (way is not None and way[0] == "nasal") or str(getattr(site, "name", "")).endswith(_NOSE)
        if nasal and isinstance(dose, Measure) and dose.unit == "puff" and reader.ends("<pumped>", dose.unit_start):
            draft.facts["dose"] = replace(dose, unit="spray")


def count_acts(drafts: Sequence[Draft]) -> None:
    """A bare number of what is applied or washed counts the acts: "apply 5 a day" is 5 per day, no dose."""
    for draft in drafts:
        dose, frequency = draft.facts.get("dose"), draft.facts.get("frequency")
        bare = isinstance(dose, Measure) and dose.kind == "none" and dose.count.whole and dose.count.low >= 1
        if bare and draft.facts.get("method") in _ACTS and frequency == Count.of(1):
            draft.facts["frequency"] = draft.facts.pop("dose").count
            draft.sources["frequency"] = draft.sources["dose"]


def merge_equal(drafts: Sequence[Draft]) -> list[Draft]:
    """Concurrent amounts that differ only in their event, clock time or weekday are one dosage."""
    merged: list[Draft] = []
    for draft in drafts:
        twin = next((one for one in merged if _differs_in(one, draft)), None)
        if twin is None:
            merged.append(draft)
            continue
        name = _differs_in(twin, draft)
        twin.facts[str(name)] = tuple(dict.fromkeys((*twin.facts[str(name)], *draft.facts[str(name)])))
        twin.items += draft.items
    return merged


def _differs_in(one: Draft, two: Draft) -> str | None:
    """The one kind of event in which two drafts differ, None where they differ in more or in nothing."""
    if one.facts.keys() != two.facts.keys() or "dose" not in one.facts or one.stage != two.stage:
        return None
    different = [name for name in one.facts if not same(one.facts[name], two.facts[name])]
    return different[0] if len(different) == 1 and different[0] in EVENTS else None
