"""Which clauses of a statement open a dosage of their own."""

from __future__ import annotations

from rx2fhir.group.clauses import Clause, is_dose
from rx2fhir.group.draft import EVENTS, RHYTHM, Draft, same
from rx2fhir.group.timing import merge_meals
from rx2fhir.normalize.item import AS_NEEDED, TIMING
from rx2fhir.normalize.values import MEALS, PARTS, Count, Measure, Slots

_BEFORE = "AC"
_WITH_NEED = frozenset("as_needed as_needed_for max_dose max_per max_per_unit instruction".split())


def opens(current: Draft, clause: Clause) -> bool:
    """A clause opens a dosage when it is a step, or brings an amount where there is one already."""
    if clause.then:
        begun = current.has_dose or any(name in current.facts for name in (*RHYTHM, *EVENTS, "bounds"))
        return begun and any(item.facts.keys() - {"step", "after", "instruction", "method"} for item in clause.items)
    if not (clause.has_dose and current.has_dose):
        others = (
            _other_site,
            _other_event,
            _other_clock,
            _other_rhythm,
            _rhythm_if_needed,
            _event_if_needed,
            _and_if_needed,
        )
        return not clause.has_dose and any(other(current, clause) for other in others)
    if _is_top(clause):
        return False
    schemes = [item.facts["scheme"] for item in clause.items if "scheme" in item.facts]
    spread = bool(schemes) and (_counts_forms(current) or says_when(current, schemes[0]))
    return not spread and not _restates(current, clause)


def _is_top(clause: Clause) -> bool:
    """`10 mg as needed, up to 80 mg`: "up to" behind a dose, with no time of its own, is a maximum of some time."""
    timed = any(item.is_timing or item.facts.keys() & AS_NEEDED for item in clause.items)
    return not timed and all("dose_max" in item.facts for item in clause.items if is_dose(item))


def _counts_forms(current: Draft) -> bool:
    """The amount so far is a counted form with no time: a scheme behind it says when."""
    dose = current.facts.get("dose")
    return isinstance(dose, Measure) and dose.kind == "form" and not any(name in current.facts for name in EVENTS)


def says_when(current: Draft, scheme: Slots) -> bool:
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
    meals = MEALS.intersection(when)
    return len(merge_meals(when)) == 1 or (len(meals) == 1 and set(when) <= meals | PARTS)


def _other_rhythm(current: Draft, clause: Clause) -> bool:
    """Another rhythm for so long, behind one for so long: "four times daily for a week, twice daily for a week"."""
    said = {name: value for item in clause.items for name, value in item.facts.items() if name in RHYTHM}
    other = any(not same(current.facts.get(name), value) for name, value in said.items())
    return other and "period" in current.facts and is_step(current, clause)


def _rhythm_if_needed(current: Draft, clause: Clause) -> bool:
    """Another rhythm under a condition, set apart: "once daily, twice daily if symptoms" are two dosages."""
    said = {name: value for item in clause.items for name, value in item.facts.items() if name in RHYTHM}
    other = any(not same(current.facts.get(name), value) for name, value in said.items())
    when = any(item.facts.keys() & AS_NEEDED for item in clause.items)
    plain = not current.facts.keys() & AS_NEEDED
    return clause.apart and other and when and plain and "period" in current.facts


def _event_if_needed(current: Draft, clause: Clause) -> bool:
    """A further time of the day under a condition: "1 in the morning, if needed also in the evening"."""
    needed = bool(clause.items[0].facts.keys() & AS_NEEDED)
    if not needed or not current.has_dose or current.facts.keys() & AS_NEEDED:
        return False
    said = [code for item in clause.items for code in item.facts.get("when", ()) if code not in MEALS]
    daily = clause.beside and current.facts.get("period_unit") == "d"
    return bool(said) and (daily or any(name in current.facts for name in (*EVENTS, "scheme")))


def _and_if_needed(current: Draft, clause: Clause) -> bool:
    """ "2 puffs twice a day and as needed": each day, and besides; "every 4 hours and as needed" is one rhythm."""
    first = clause.items[0].facts.keys() <= AS_NEEDED
    needed = first and all(item.facts.keys() <= _WITH_NEED for item in clause.items)
    plain = not current.facts.keys() & AS_NEEDED
    daily = current.facts.get("period_unit") == "d" or any(name in current.facts for name in EVENTS)
    return clause.beside and needed and plain and daily and "frequency_max" not in current.facts


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


def is_step(last: Draft, clause: Clause) -> bool:
    """Two amounts, each for so long, are steps without "then"."""
    return "bounds" in last.facts and any("bounds" in item.facts for item in clause.items)
