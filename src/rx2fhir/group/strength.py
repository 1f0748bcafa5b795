"""Decides which amounts of a statement are strengths of the product and which are doses.

CONVENTIONS: a mass after a drug with no other amount is the dose; with a count, a dash scheme or a product form beside
it, it is the strength; a bare number directly after a drug is the strength.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from rx2fhir.codes import is_product
from rx2fhir.group.clauses import is_restated
from rx2fhir.group.draft import EVENTS
from rx2fhir.group.segment import Drug, Segment
from rx2fhir.normalize.item import Item
from rx2fhir.normalize.reader import Reader
from rx2fhir.normalize.values import Count, Measure, Part

_VOLUMES = ("mL", "L", "cL", "dL")
_SMALL = Decimal(4)
_APART = 2
"""A second name follows the first with a bracket or the edge of a column between, or with nothing."""

_MOST_COUNTED = Decimal(20)

_LIMITED = frozenset("step bounds bounds_max bounds_start bounds_end as_needed as_needed_for scheme rate".split())
"""What is said of a dose besides its time."""


def settle(reader: Reader, segment: Segment) -> Segment:
    """The segment with every amount that is a strength turned into one."""
    items = _with_patches(reader, segment.items) if _has_patch(segment) else list(segment.items)
    for at, item in enumerate(items):
        dose = item.facts.get("dose")
        plain = item.kind == "amount" and "scale" not in item.facts
        if plain and isinstance(dose, Measure) and _is_strength(reader, items, at, dose, segment.drug):
            items[at] = _as_strength(item, dose, segment.drug)
    return segment if tuple(items) == segment.items else replace(segment, items=tuple(items))


def _has_patch(segment: Segment) -> bool:
    forms = [other.facts.get("form") for other in segment.items]
    return "patch" in forms or any(getattr(item.facts.get("dose"), "unit", None) == "patch" for item in segment.items)


def _with_patches(reader: Reader, items: Sequence[Item]) -> list[Item]:
    """A patch names what it gives off in an hour or a day: 12 ug/h and 5 mg/24 h are its strength, no rate."""
    found: list[Item] = []
    for item in items:
        last = found[-1] if found else None
        if "rate" in item.facts:
            rate: Measure = item.facts["rate"]
            unit, _, per = str(rate.unit).rpartition("/")
            found.append(_patch(item, item, Part(rate.count, unit, Measure(Count.of(1), per))))
        elif last is not None and _is_per_hours(reader, last, item):
            dose: Measure = last.facts["dose"]
            per_hours = Measure(item.facts["period"], item.facts["period_unit"])
            found[-1] = _patch(last, item, Part(dose.count, dose.unit, per_hours))
        else:
            found.append(item)
    return found


def _is_per_hours(reader: Reader, last: Item, item: Item) -> bool:
    """`5 mg` and `/24 h`, with nothing between."""
    dose = last.facts.get("dose")
    slashed = last.last == item.first and reader.tokens[item.first].text == "/"
    return slashed and isinstance(dose, Measure) and dose.kind == "measure" and item.facts.get("period_unit") == "h"


def _patch(first: Item, last: Item, part: Part) -> Item:
    return replace(first, kind="strength", facts={"strength": (part,)}, end=last.end, last=last.last)


def _as_strength(item: Item, dose: Measure, drug: Drug | None) -> Item:
    """`10-20 mg` behind a name of two ingredients are their strengths; else it stays a range, which no product has."""
    counts: tuple[Count, ...] = (dose.count,)
    if drug is not None and drug.is_combination and dose.count.high is not None:
        counts = (Count(dose.count.low), Count(dose.count.high))
    return replace(item, kind="strength", facts={"strength": tuple(Part(count, dose.unit) for count in counts)})


def _is_strength(reader: Reader, items: Sequence[Item], at: int, dose: Measure, drug: Drug | None) -> bool:
    if dose.kind == "none":
        written = reader.tokens[items[at].first].is_word  # "half at night"
        return drug is not None and not written and _heads(items, at, drug) and _bare_strength(items, at, dose)
    if dose.kind == "form":
        return dose.unit == "unit" and _heads(items, at, drug) and _of_form(items, at)
    if (
        dose.kind != "measure"
        or "/" in str(dose.unit)
        or (dose.count.high is not None and not _has_count(reader, items, at))
    ):
        return False
    before = next((item for item in reversed(items[:at]) if "background" not in item.facts), None)
    again = before is not None and (items[at].bracketed or is_restated(reader, before, items[at]))
    after = next((item for item in items[at + 1 :] if "background" not in item.facts), None)
    if before is not None and again and not _is_one(before):
        return False
    if after is not None and is_restated(reader, items[at], after) and not _is_one(after):
        return False
    if dose.unit == "%":
        return True
    if dose.unit in _VOLUMES:
        return False
    return (
        _has_count(reader, items, at)
        or _beside_form(items, at)
        or (_heads(items, at, drug) and _dose_follows(items, at) and not _is_added(reader, items, at))
        or (_heads(items, at, drug) and _is_told_elsewhere(items[at + 1 :]))
    )


def _is_added(reader: Reader, items: Sequence[Item], at: int) -> bool:
    """`5 mg and 3 mg daily`, `4 mg then 2 mg`: "and" or "then" before the next amount in its unit, of no form."""
    later = next((other for other in range(at + 1, len(items)) if "background" not in items[other].facts), at)
    two, formed = items[later].facts.get("dose"), later + 1 < len(items) and _is_form(items[later + 1])
    if later == at or formed or not isinstance(two, Measure) or two.unit != items[at].facts["dose"].unit:
        return False
    between = range(items[at].last, items[later].first)
    joints = {end for name in ("<and>", "<then>") for one in between for end, _ in reader.ends(name, one)}
    return items[later].first in joints


def _is_told_elsewhere(behind: Sequence[Item]) -> bool:
    """`4 mg as in the plan`, and no time or length: how much is taken, the text does not say."""
    directed = any(item.facts.get("instruction") == "as directed" for item in behind)
    return directed and not any(item.is_timing or item.facts.keys() & _LIMITED for item in behind)


def _bare_strength(items: Sequence[Item], at: int, dose: Measure) -> bool:
    if dose.count.fraction or dose.count.high is not None or any("alternate" in item.facts for item in items):
        return False
    if _times(items[at + 1 : at + 2]) and any(_is_like(items, later) for later in range(at + 1, len(items))):
        return False
    at_once = any("count" in item.facts and item.first == items[at].last for item in items[at + 1 : at + 2])
    if at_once and dose.count.low <= _SMALL and any(_is_taken(item) for item in items[at + 1 :]):
        return False  # "2 at once, then 1 after each loose stool"
    big = dose.count.low > _SMALL or not dose.count.whole
    return big or (any(_is_taken(item) for item in items[at + 1 :]) and not _counts_products(items, at))


def _counts_products(items: Sequence[Item], at: int) -> bool:
    """The 2 of "paracetamol 2 500 mg tablets": a strength and its form stand directly behind."""
    touching = [item for item in items[at + 1 : at + 3] if item.first == items[at].last or item.kind == "form"]
    return len(touching) == 2 and "dose" in touching[0].facts and _is_form(touching[1])


def _is_like(items: Sequence[Item], at: int) -> bool:
    """An amount with its own time that is no count of forms: the 125 of "100 Mo-Fr, 125 Sa So" is a dose as the 100 is,
    and so is "1000 mg at night" behind "500 in the morning".
    """
    dose = items[at].facts.get("dose")
    if not isinstance(dose, Measure) or not _times(items[at + 1 : at + 2]):
        return False
    return dose.kind == "measure" or dose.unit == "unit" or (dose.kind == "none" and dose.count.low > _MOST_COUNTED)


def _is_taken(item: Item) -> bool:
    return "scheme" in item.facts or isinstance(item.facts.get("dose"), Measure)


def _has_count(reader: Reader, items: Sequence[Item], at: int) -> bool:
    """A counted form, a bare count, a scheme or a volume stands beside the mass, in the head or in its own clause."""
    for other, item in enumerate(items):
        dose = item.facts.get("dose")
        if "scheme" in item.facts and item.facts["scheme"].kind != "measure":
            return True
        counts = isinstance(dose, Measure) and (
            dose.kind == "form" or _is_bare(items, other, dose) or dose.unit in _VOLUMES
        )
        own = any(told(items, at, other) for told in (_own_time, _says_again))
        own = own or _own_dose(reader, items, at, other) or _next_dose(reader, items, at, other)
        own = own or _counts_again(items, other)
        if other != at and counts and not own:
            return True
    return False


def _is_bare(items: Sequence[Item], at: int, dose: Measure) -> bool:
    return dose.kind == "none" and 0 < dose.count.low <= _MOST_COUNTED


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
    counted = any(_is_taken(item) for item in between)
    return timed and not counted and any(reader.ends("<then>", at) for at in range(items[at].last, items[other].first))


def _said_behind(items: Sequence[Item], at: int) -> set[str]:
    """The facts between an amount and the next one."""
    following = next((later for later in range(at + 1, len(items)) if _is_taken(items[later])), len(items))
    return {name for item in items[at + 1 : following] for name in item.facts}


def _says_again(items: Sequence[Item], at: int, other: int) -> bool:
    """Behind a strength, "10 mg (4 tablets)" is a dose and its count."""
    return other == at + 1 and items[other].bracketed and any(item.kind == "strength" for item in items[:at])


def _counts_again(items: Sequence[Item], at: int) -> bool:
    """`15 mg weekly (6 tablets)`: forms in brackets, behind a mass with a time of its own, which is what all hold."""
    count = items[at].facts.get("dose")
    mass = next(
        (other for other in range(at - 1, -1, -1) if _is_taken(items[other]) or items[other].kind == "strength"), at
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
    if not (_trails(items, other) or _alternates(items, at)):
        return False
    following = next((later for later in range(other + 1, len(items)) if _is_taken(items[later])), len(items))
    mine, theirs = _times(items[at + 1 : other]), _times(items[other + 1 : following])
    if "day_of_week" in theirs and any("period" in item.facts for item in items[at + 1 : other]):
        return True
    return any(name in mine and mine[name].isdisjoint(codes) for name, codes in theirs.items() if name != "period")


def _own_days(items: Sequence[Item], one: int, two: int) -> bool:
    """The two amounts have each their weekdays: "1 tablet Mon Wed Fri and 2.5 mg on the other days"."""
    return all("day_of_week" in _said_behind(items, at) for at in (one, two))


def _alternates(items: Sequence[Item], at: int) -> bool:
    """Amounts with no forms, each with its event directly behind: "4 units breakfast 6 lunch 6 dinner"."""
    said = [item for item in items[at:] if "background" not in item.facts]
    amounts, events = said[::2], said[1::2]
    bare = all(getattr(item.facts.get("dose"), "kind", None) == "none" for item in amounts[1:])
    timed = all(
        item.facts.keys() & set(EVENTS) and one.last == item.first for one, item in zip(amounts, events, strict=False)
    )
    return bare and timed and len(amounts) == len(events) > 1


def _trails(items: Sequence[Item], at: int) -> bool:
    """The time of an amount stands directly behind it, and none directly before it: "8 am 2 tablets" is led by it."""
    said = [item for item in items[:at] if "background" not in item.facts]
    after = next((item for item in items[at + 1 :] if "background" not in item.facts), None)
    led = not said or said[-1].colon or said[-1].last == items[at].first
    return not led and after is not None and after.is_timing


def _times(items: Sequence[Item]) -> dict[str, set[str]]:
    """The parts of the day, clock times and weekdays that items name; period: a rhythm of weeks."""
    found: dict[str, set[str]] = {}
    for item in items:
        for name in EVENTS:
            if name in item.facts:
                found.setdefault(name, set()).update(item.facts[name])
        if item.facts.get("period_unit") == "wk":
            found["period"] = {"wk"}
    return found


def _beside_form(items: Sequence[Item], at: int) -> bool:
    """A product form directly before or behind (a comma may stand between), and no strength said before."""
    if _is_second_product(items, at) or _is_second_strength(items, at):
        return True
    if any(item.kind == "strength" for item in items[:at]):
        return False
    before = at > 0 and _is_form(items[at - 1]) and items[at].first - items[at - 1].last == 0
    behind = at + 1 < len(items) and _is_form(items[at + 1]) and items[at + 1].first - items[at].last <= 1
    return before or behind


def _is_second_product(items: Sequence[Item], at: int) -> bool:
    """`1 mg tablets and 0.5 mg tablets`: a strength with its form behind another one."""
    before = [item for item in items[max(at - 3, 0) : at] if "background" not in item.facts][-2:]
    if len(before) < 2 or not (before[0].kind == "strength" and _is_form(before[1]) and at + 1 < len(items)):
        return False
    behind = _is_form(items[at + 1]) and items[at + 1].first == items[at].last
    return behind and items[at].first - before[1].last <= 1


def _is_second_strength(items: Sequence[Item], at: int) -> bool:
    """`5 mg and 10 mg tablets`: behind a strength and before the form of both, with nothing said of taking."""
    before = next((item for item in reversed(items[:at]) if "background" not in item.facts), None)
    if before is None or before.kind != "strength" or items[at].first - before.last != 1:
        return False
    formed = at + 1 < len(items) and _is_form(items[at + 1]) and items[at + 1].first == items[at].last
    return formed and not any(item.is_timing or _is_taken(item) for item in items[at + 1 :])


def _of_form(items: Sequence[Item], at: int) -> bool:
    """`800 units tablets 1 daily`: the product's form directly behind, and what is taken with it or behind it."""
    behind = items[at + 1] if at + 1 < len(items) and items[at + 1].first == items[at].last else None
    if behind is None:
        return False
    return behind.kind == "form_count" or (_is_form(behind) and any(_is_taken(item) for item in items[at + 2 :]))


def _is_form(item: Item) -> bool:
    return item.kind == "form" and is_product(str(item.facts["form"]))


def _is_one(item: Item) -> bool:
    """A mass in brackets behind one tablet is the tablet's; behind two it may be that of both."""
    dose = item.facts.get("dose")
    return not isinstance(dose, Measure) or dose.kind != "form" or dose.count == Count.of(1)


def _heads(items: Sequence[Item], at: int, drug: Drug | None) -> bool:
    """Stands directly behind the drug, or behind the form that does."""
    if drug is None:
        return False
    ends = {drug.last, drug.last + 1}
    if drug.alias and drug.alias[0] - drug.last < _APART:
        ends |= {drug.alias[1], drug.alias[1] + 1}
    if at > 0 and items[at - 1].kind == "form" and items[at - 1].first in ends:
        ends = {items[at - 1].last, items[at - 1].last + 1}
    return items[at].first in ends


def _dose_follows(items: Sequence[Item], at: int) -> bool:
    """Another amount before any timing or reason: "500 mg 1000 mg 3x/j"; not of "20 mg, 15 mg for 3 days each"."""
    if any("each" in item.facts for item in items[at:]):
        return False
    for item in items[at + 1 :]:
        if item.is_timing or item.facts.keys() & {"step", "bounds", "as_needed", "as_needed_for", "alternate"}:
            return False
        if _is_taken(item):
            return True
    return False
