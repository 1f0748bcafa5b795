"""What the numbers of a dosage count: the form of the product, sprays, acts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from rx2fhir.group.draft import EVENTS, RHYTHM, Draft, is_daily
from rx2fhir.group.route import route
from rx2fhir.group.segment import Segment
from rx2fhir.normalize.item import Item
from rx2fhir.normalize.reader import Reader
from rx2fhir.normalize.values import Count, Length, Measure

_DOSES = "dose"
_NOSE = ("nose", "nostril", "nostrils")
_PUFFED = ("inhaler", "spray", "aerosol")
_ACTS = ("apply", "rub", "wash", "rinse", "gargle", "massage")


def with_counted_doses(reader: Reader, segment: Segment) -> Segment:
    """`1 g IM once daily 3 doses`: a number of doses behind the rhythm of a mass is how many."""
    items = list(segment.items)
    for at, item in enumerate(items):
        dose = item.facts.get("dose")
        if isinstance(dose, Measure) and dose.unit == _DOSES and at and _is_number_of_doses(reader, items, at, dose):
            items[at] = replace(item, kind="bounds", facts={"count": dose.count})
    return replace(segment, items=tuple(items))


def _is_number_of_doses(reader: Reader, items: Sequence[Item], at: int, dose: Measure) -> bool:
    amounts = [one.facts["dose"] for one in items[:at] if isinstance(one.facts.get("dose"), Measure)]
    several = dose.count.whole and dose.count.high is None and dose.count.low > 1
    between = reader.words[items[at - 1].last : items[at].first]
    behind = "period" in items[at - 1].facts and between in ([], [","])
    whole = several and behind and len(amounts) == 1 and amounts[0].kind == "measure"
    return whole and not _is_given_by_puffs(items, amounts[0], items[at - 1].facts.get("frequency"), dose.count)


def _is_given_by_puffs(items: Sequence[Item], mass: Measure, often: Count | None, count: Count) -> bool:
    """`inhaler 100 mcg bd 2 doses` is how much each time, as are no more doses than a day has of so few micrograms."""
    if any(item.facts.get("form") in _PUFFED or item.facts.get("method") == "inhale" for item in items):
        return True
    routed = any("route" in item.facts for item in items)
    return mass.unit == "ug" and not routed and often is not None and count.low <= often.low


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


def count_daily(reader: Reader, drafts: Sequence[Draft]) -> None:
    """ "3 sachets a day for 3 days, then 2 a day": the bare number of a step is what the step before counted.

    So it is behind an amount of a single day: "6 tablets on day 1, then 1 a day".
    """
    for before, draft in pairwise(drafts):
        dose, said = draft.facts.get("dose"), draft.sources.get("frequency")
        if not isinstance(dose, Measure) or dose.kind != "form" or "dose" not in draft.carried:
            continue
        each_day = draft.facts.get("period") == Count.of(1) and draft.facts.get("period_unit") == "d"
        if said is None or "frequency" in draft.carried or not (each_day and _is_of_day(before)):
            continue
        if any(reader.ends("<per>", end) for end, _ in reader.read("count", said.first)):
            draft.facts["dose"] = replace(dose, count=draft.facts["frequency"])
            draft.facts["frequency"] = Count.of(1)
            draft.sources["dose"] = said
            draft.carried.discard("dose")


def _is_of_day(draft: Draft) -> bool:
    """What is taken on a day: each day, or with no rhythm on a single one, or once."""
    single = draft.facts.get("bounds") == Length.of("1 d") or draft.facts.get("count") == Count.of(1)
    return is_daily(draft.facts) or (single and draft.facts.keys().isdisjoint((*RHYTHM, *EVENTS)))
