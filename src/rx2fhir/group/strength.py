"""Decides which amounts of a statement are strengths of the product and which are doses.

CONVENTIONS: a mass after a drug with no other amount is the dose; with a count, a dash scheme or a product form beside
it, it is the strength; a bare number directly after a drug is the strength.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from rx2fhir.codes import is_product
from rx2fhir.group.beside import alternates, is_apart, is_taken, times
from rx2fhir.group.clauses import is_restated
from rx2fhir.group.held import with_held
from rx2fhir.group.patches import with_patches
from rx2fhir.group.segment import Drug, Segment
from rx2fhir.group.shared_units import with_shared_units
from rx2fhir.normalize.item import AS_NEEDED, Item
from rx2fhir.normalize.reader import Reader
from rx2fhir.normalize.values import Count, Measure, Part

_MASSES = frozenset(("g", "mg", "ug"))
_VOLUMES = ("mL", "L", "cL", "dL")
_SMALL = Decimal(4)
_COUNTS = ("none", "form")
_APART = 2
"""A second name follows the first with a bracket or the edge of a column between, or with nothing."""

_MOST_COUNTED = Decimal(20)

_BETWEEN = frozenset(("background", "instruction", "route"))
"""What may stand between two amounts of one course: "40 mg IV then 20 mg"."""

_DIALLED, _FILLED = ("pen", "cartridge"), 100
"""Forms of which a part is taken at a time, and how many units they hold at least."""

_LIMITED = frozenset("step bounds bounds_max bounds_start bounds_end as_needed as_needed_for scheme rate".split())
"""What is said of a dose besides its time."""


def settle(reader: Reader, segment: Segment) -> Segment:
    """The segment with every amount that is a strength turned into one."""
    items = with_held(reader, with_shared_units(reader, with_patches(reader, segment)), segment.drug)
    for at, item in enumerate(items):
        dose = item.facts.get("dose")
        plain = item.kind == "amount" and "scale" not in item.facts
        if plain and isinstance(dose, Measure) and _is_strength(reader, items, at, dose, segment.drug):
            items[at] = _as_strength(item, dose, segment.drug)
    return segment if tuple(items) == segment.items else replace(segment, items=tuple(items))


def _as_strength(item: Item, dose: Measure, drug: Drug | None) -> Item:
    """`10-20 mg` behind a name of two ingredients are their strengths; else it stays a range, which no product has."""
    counts: tuple[Count, ...] = (dose.count,)
    if drug is not None and drug.is_combination and dose.count.high is not None:
        counts = (Count(dose.count.low), Count(dose.count.high))
    return replace(item, kind="strength", facts={"strength": tuple(Part(count, dose.unit) for count in counts)})


def _is_strength(reader: Reader, items: Sequence[Item], at: int, dose: Measure, drug: Drug | None) -> bool:
    if dose.kind == "none":
        written = reader.tokens[items[at].first].is_word  # "half at night"
        return drug is not None and not written and _heads(items, at, drug) and _bare_strength(reader, items, at, dose)
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
    """`5 mg and 3 mg daily`, `4 mg then 2 mg`: "and" or "then" before the next amount of its kind, of no form."""
    said = (other for other in range(at + 1, len(items)) if not items[other].facts.keys() & _BETWEEN)
    later = next(said, at)
    two, formed = items[later].facts.get("dose"), later + 1 < len(items) and _is_form(items[later + 1])
    one = items[at].facts["dose"].unit
    if later == at or formed or not isinstance(two, Measure) or not (two.unit == one or {one, two.unit} <= _MASSES):
        return False
    between = range(items[at].last, items[later].first)
    joints = {end for name in ("<and>", "<then>") for one in between for end, _ in reader.ends(name, one)}
    return items[later].first in joints


def _is_told_elsewhere(behind: Sequence[Item]) -> bool:
    """`4 mg as in the plan`, and no time or length: how much is taken, the text does not say."""
    directed = any(item.facts.get("instruction") == "as directed" for item in behind)
    return directed and not any(item.is_timing or item.facts.keys() & _LIMITED for item in behind)


def _bare_strength(reader: Reader, items: Sequence[Item], at: int, dose: Measure) -> bool:
    if dose.count.fraction or dose.count.high is not None or any("alternate" in item.facts for item in items):
        return False
    if _is_counted_of(items, at, dose):
        return False
    if times(items[at + 1 : at + 2]) and any(_is_like(items, later, dose.count) for later in range(at + 1, len(items))):
        return False
    if _is_first_step(reader, items, at) or _is_one_of_doses(items, at, dose.count):
        return False
    if (
        at + 1 < len(items)
        and "bounds" in items[at + 1].facts
        and any(_lasts(items, later) for later in range(at + 1, len(items)))
    ):
        return False  # "40 for 5 days, then 20 for 5 days"
    at_once = any("count" in item.facts and item.first == items[at].last for item in items[at + 1 : at + 2])
    if at_once and dose.count.low <= _SMALL and any(is_taken(item) for item in items[at + 1 :]):
        return False  # "2 at once, then 1 after each loose stool"
    big = dose.count.low > _SMALL or not dose.count.whole
    return big or (any(is_taken(item) for item in items[at + 1 :]) and not _counts_products(items, at))


def _is_one_of_doses(items: Sequence[Item], at: int, head: Count) -> bool:
    """ "1 in the morning, 2 at night", "2.5 daily for a week, then 5 daily": like numbers, each with its own time."""
    if head.low <= _SMALL and alternates(items, at, _COUNTS):
        return True
    said = [item for item in items[at:] if "background" not in item.facts]
    later = [item.facts.get("dose") for item in said[1:] if is_taken(item)]
    alike = all(isinstance(dose, Measure) and dose.kind == "none" and _is_near(head, dose.count) for dose in later)
    told = (behind.is_timing or behind.facts.keys() & _LIMITED for one, behind in pairwise(said) if is_taken(one))
    return bool(later) and alike and not is_taken(said[-1]) and all(told)


def _is_first_step(reader: Reader, items: Sequence[Item], at: int) -> bool:
    """The 1.25 of "ramipril 1.25 then 2.5 mg": nothing but "then" before a mass."""
    after = items[at + 1] if at + 1 < len(items) else items[at]
    mass = getattr(after.facts.get("dose"), "kind", None) == "measure"
    then = after.facts.get("step") == "next" and after.first == items[at].last
    return mass and (then or any(end == after.first for end, _ in reader.ends("<then>", items[at].last)))


def _is_counted_of(items: Sequence[Item], at: int, dose: Measure) -> bool:
    """The 1 of "Lasilix 40 1 in the morning, half at noon": a small number directly behind a bare strength."""
    behind = at > 0 and items[at - 1].kind == "strength" and items[at - 1].last == items[at].first
    return behind and dose.count.low <= _SMALL and any(item.is_timing for item in items[at + 1 : at + 2])


def _counts_products(items: Sequence[Item], at: int) -> bool:
    """The 2 of "paracetamol 2 500 mg tablets": a strength and its form stand directly behind."""
    touching = [item for item in items[at + 1 : at + 3] if item.first == items[at].last or item.kind == "form"]
    return len(touching) == 2 and "dose" in touching[0].facts and _is_form(touching[1])


def _is_like(items: Sequence[Item], at: int, head: Count) -> bool:
    """An amount with its own time that is no count of forms: the 125 of "100 Mo-Fr, 125 Sa So" is a dose as the 100 is,
    and so is "1000 mg at night" behind "500 in the morning".
    """
    dose = items[at].facts.get("dose")
    if not isinstance(dose, Measure) or not times(items[at + 1 : at + 2]):
        return False
    mass = dose.count.low > _MOST_COUNTED or (not dose.count.whole and _is_near(head, dose.count))
    return dose.kind == "measure" or dose.unit == "unit" or (dose.kind == "none" and mass)


def _is_near(one: Count, two: Count) -> bool:
    """Numbers of one size: 2.5 and 1.25 are two doses, 40 and 0.5 are a strength and half a tablet."""
    return not two.fraction and two.low <= _SMALL * one.low and one.low <= _SMALL * two.low


def _lasts(items: Sequence[Item], at: int) -> bool:
    """A bare number that is said to be taken for so long."""
    behind = items[at + 1].facts if at + 1 < len(items) else ()
    return getattr(items[at].facts.get("dose"), "kind", None) == "none" and "bounds" in behind


def _has_count(reader: Reader, items: Sequence[Item], at: int) -> bool:
    """A counted form, a bare count, a scheme or a volume stands beside the mass, in the head or in its own clause."""
    for other, item in enumerate(items):
        dose = item.facts.get("dose")
        if "scheme" in item.facts and item.facts["scheme"].kind != "measure":
            return True
        counts = isinstance(dose, Measure) and (
            dose.kind == "form" or _is_bare(items, other, dose) or dose.unit in _VOLUMES
        )
        if other != at and counts and not is_apart(reader, items, at, other):
            return True
    return False


def _is_bare(items: Sequence[Item], at: int, dose: Measure) -> bool:
    return dose.kind == "none" and 0 < dose.count.low <= _MOST_COUNTED


def _beside_form(items: Sequence[Item], at: int) -> bool:
    """A product form directly before or behind (a comma may stand between), and no strength said before."""
    if _is_second_product(items, at) or _is_second_strength(items, at):
        return True
    if any(item.kind == "strength" for item in items[:at]) or _is_dialled(items, at):
        return False
    before = at > 0 and _is_form(items[at - 1]) and items[at].first - items[at - 1].last == 0
    behind = at + 1 < len(items) and _is_form(items[at + 1]) and items[at + 1].first - items[at].last <= 1
    return before or behind


def _is_dialled(items: Sequence[Item], at: int) -> bool:
    """`SoloStar 14 IU at 8 pm`: units behind a pen, with their own time, are what is set on it; it holds hundreds."""
    dose = items[at].facts.get("dose")
    pen = at > 0 and items[at - 1].facts.get("form") in _DIALLED
    few = isinstance(dose, Measure) and dose.unit in ("[iU]", "unit") and dose.count.low < _FILLED
    return pen and few and bool(items[at + 1 : at + 2]) and items[at + 1].is_timing


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
    return formed and not any(item.is_timing or is_taken(item) for item in items[at + 1 :])


def _of_form(items: Sequence[Item], at: int) -> bool:
    """`800 units tablets 1 daily`: the product's form directly behind, and what is taken with it or behind it."""
    behind = items[at + 1] if at + 1 < len(items) and items[at + 1].first == items[at].last else None
    if behind is None:
        return False
    return behind.kind == "form_count" or (_is_form(behind) and any(is_taken(item) for item in items[at + 2 :]))


def _is_form(item: Item) -> bool:
    return item.kind == "form" and is_product(str(item.facts["form"]))


def _is_one(item: Item) -> bool:
    """A mass in brackets behind one tablet is the tablet's; behind two it may be that of both."""
    dose = item.facts.get("dose")
    return not isinstance(dose, Measure) or dose.kind != "form" or dose.count == Count.of(1)


def _heads(items: Sequence[Item], at: int, drug: Drug | None) -> bool:
    """Stands directly behind the drug, or behind the form that does; the 1 of "Mon 1, Tue ½" has its own day."""
    if drug is None or (at > 0 and items[at - 1].first >= drug.last and "day_of_week" in items[at - 1].facts):
        return False
    ends = {drug.last, drug.last + 1}
    if drug.alias and drug.alias[0] - drug.last < _APART:
        ends |= {drug.alias[1], drug.alias[1] + 1}
    if at > 0 and items[at - 1].kind == "form" and items[at - 1].first in ends:
        ends = {items[at - 1].last, items[at - 1].last + 1}
    led = at > 0 and items[at - 1].is_timing and drug.last <= items[at - 1].first and not items[at - 1].bracketed
    return items[at].first in ends and not led  # "warfarin Mon 1, Tue 2": so many on that day


def _dose_follows(items: Sequence[Item], at: int) -> bool:
    """Another amount before any timing or reason: "500 mg 1000 mg 3x/j"; not of "20 mg, 15 mg for 3 days each"."""
    if any("each" in item.facts for item in items[at:]):
        return False
    for item in items[at + 1 :]:
        if item.is_timing or item.facts.keys() & {"step", "bounds", *AS_NEEDED, "alternate"}:
            return False
        if is_taken(item):
            return True
    return False
