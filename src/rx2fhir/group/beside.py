"""A mass and a count in one statement: are they strength and dose, or two amounts, each taken at its own time?"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from rx2fhir.group.draft import EVENTS
from rx2fhir.normalize.item import AS_NEEDED, Item
from rx2fhir.normalize.reader import Reader
from rx2fhir.normalize.values import Measure

_EVENTS = AS_NEEDED.union(EVENTS)


def is_taken(item: Item) -> bool:
    """An amount or a scheme; a ceiling alone is none."""
    return "scheme" in item.facts or isinstance(item.facts.get("dose"), Measure)


def is_apart(reader: Reader, items: Sequence[Item], at: int, other: int) -> bool:
    """The count at `other` does not count what the mass at `at` is the strength of."""
    if _own_time(items, at, other) or _says_again(items, at, other) or _counts_again(items, other):
        return True
    if _so_long(items, at, other) or _is_extra(items, at, other):
        return True
    return _own_dose(reader, items, at, other) or _next_dose(reader, items, at, other)


def _is_extra(items: Sequence[Item], at: int, other: int) -> bool:
    """`10 mg twice daily (1 tablet prn extra)`: in brackets and as needed, behind a mass with its own rhythm."""
    inside = [item for item in items[other + 1 :] if item.bracketed]
    needed = any(item.facts.keys() & AS_NEEDED for item in inside)
    timed = any(item.is_timing and not item.bracketed for item in items[at + 1 : other])
    return other > at and items[other].bracketed and needed and timed


def _so_long(items: Sequence[Item], at: int, other: int) -> bool:
    """Bare numbers behind a mass, each of them and the mass for so long: "20 mg for 5 days, 10 for 5 days"."""
    bare = getattr(items[other].facts.get("dose"), "kind", None) == "none"
    return other > at and bare and all("bounds" in _said_behind(items, one) for one in (at, other))


def _own_dose(reader: Reader, items: Sequence[Item], at: int, other: int) -> bool:
    """The mass stands in a later step with its own timing, apart from the count: behind "then", or for so long."""
    if other > at:
        return False
    then = any(reader.ends("<then>", token) for token in range(items[other].last, items[at].first))
    if then or any(item.facts.get("step") for item in items[other:at]):
        return True
    return any("bounds" in item.facts for item in items[other:at]) and "bounds" in _said_behind(items, at)


def _next_dose(reader: Reader, items: Sequence[Item], at: int, other: int) -> bool:
    """The count is of a later step: behind "then", where the mass has its own time: "5 mg daily, then 1 tablet"."""
    between = items[at + 1 : other]
    timed = any(item.is_timing or "bounds" in item.facts for item in between)
    counted = any(is_taken(item) and getattr(item.facts.get("dose"), "kind", "form") != "none" for item in between)
    return timed and not counted and any(reader.ends("<then>", at) for at in range(items[at].last, items[other].first))


def _said_behind(items: Sequence[Item], at: int) -> set[str]:
    """The facts between an amount and the next one."""
    following = next((later for later in range(at + 1, len(items)) if is_taken(items[later])), len(items))
    return {name for item in items[at + 1 : following] for name in item.facts}


def _says_again(items: Sequence[Item], at: int, other: int) -> bool:
    """Behind a strength, "10 mg (4 tablets)" is a dose and its count."""
    return other == at + 1 and items[other].bracketed and any(item.kind == "strength" for item in items[:at])


def _counts_again(items: Sequence[Item], at: int) -> bool:
    """`15 mg weekly (6 tablets)`: forms in brackets, behind a mass with a time of its own, which is what all hold."""
    count = items[at].facts.get("dose")
    mass = next(
        (other for other in range(at - 1, -1, -1) if is_taken(items[other]) or items[other].kind == "strength"), at
    )
    dose = items[mass].facts.get("dose")
    if not (isinstance(count, Measure) and isinstance(dose, Measure)) or (dose.kind, count.kind) != ("measure", "form"):
        return False
    between = items[mass + 1 : at]
    alone = at + 1 == len(items) or not items[at + 1].bracketed
    single = items[at].bracketed and alone and count.count.high is None
    return single and bool(between) and between[0].is_timing and not between[0].bracketed


def _own_time(items: Sequence[Item], at: int, other: int) -> bool:
    """The mass and the count have each their own time: "850 mg in the morning and 2 tablets in the evening"."""
    if other < at:
        return _own_days(items, other, at)
    if not (_trails(items, other) or alternates(items, at)):
        return False
    following = next((later for later in range(other + 1, len(items)) if is_taken(items[later])), len(items))
    mine, theirs = times(items[at + 1 : other]), times(items[other + 1 : following])
    if "day_of_week" in theirs and any("period" in item.facts for item in items[at + 1 : other]):
        return True
    return any(name in mine and mine[name].isdisjoint(codes) for name, codes in theirs.items() if name != "period")


def _own_days(items: Sequence[Item], one: int, two: int) -> bool:
    """The two amounts have each their weekdays: "1 tablet Mon Wed Fri and 2.5 mg on the other days"."""
    return all("day_of_week" in _said_behind(items, at) for at in (one, two))


def alternates(items: Sequence[Item], at: int, kinds: Collection[str] = ("none",)) -> bool:
    """Amounts, each with its event directly behind: "4 units breakfast 6 lunch 6 dinner", "1 prn".

    kinds: what those behind the first may be.
    """
    said = [item for item in items[at:] if "background" not in item.facts]
    amounts = [one for one, item in enumerate(said) if is_taken(item)]
    fitting = all(getattr(said[one].facts.get("dose"), "kind", None) in kinds for one in amounts[1:])
    return fitting and len(amounts) > 1 and all(_has_event(said, one) for one in amounts)


def _has_event(items: Sequence[Item], at: int) -> bool:
    behind = items[at + 1 : at + 2]
    return any(item.facts.keys() & _EVENTS and items[at].last == item.first for item in behind)


def _trails(items: Sequence[Item], at: int) -> bool:
    """The time of an amount stands directly behind it, and none directly before it: "8 am 2 tablets" is led by it."""
    said = [item for item in items[:at] if "background" not in item.facts]
    after = next((item for item in items[at + 1 :] if "background" not in item.facts), None)
    led = not said or said[-1].colon or said[-1].last == items[at].first
    return not led and after is not None and after.is_timing


def times(items: Sequence[Item]) -> dict[str, set[str]]:
    """The parts of the day, clock times and weekdays that items name; period: a rhythm of weeks."""
    found: dict[str, set[str]] = {}
    for item in items:
        for name in EVENTS:
            if name in item.facts:
                found.setdefault(name, set()).update(item.facts[name])
        if item.facts.get("period_unit") == "wk":
            found["period"] = {"wk"}
    return found
