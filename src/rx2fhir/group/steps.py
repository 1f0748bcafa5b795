"""Amounts that are taken one after the other, though no word like "then" stands between them."""

from __future__ import annotations

from collections.abc import Sequence

from rx2fhir.group.draft import EVENTS, RHYTHM, Draft
from rx2fhir.normalize.item import AS_NEEDED, Item
from rx2fhir.normalize.values import Length


def take_in_turn(drafts: Sequence[Draft]) -> None:
    """ "20 mg, 15 mg, 10 mg for 3 days each": amounts side by side, each so long, are steps of one after the other."""
    told = [at for at, draft in enumerate(drafts) if any("each" in item.facts for item in draft.items)]
    apart: set[int] = set()
    for last in told:
        first = _first(drafts, last)
        apart.update(range(first + 1, last + 1))
        for draft in drafts[first:last]:
            draft.carry(drafts[last], ("bounds", *RHYTHM))
    _renumber(drafts, apart)


def end_step(drafts: Sequence[Draft], items: Sequence[Item]) -> None:
    """ "20 mg in the morning, after 2 weeks 10 mg": the first step lasts two weeks; of a later one it is not clear."""
    after = next((item for item in items if "after" in item.facts), None)
    length = after.facts["after"] if after else None
    if after is None or not isinstance(length, Length) or drafts[-1].stage:
        return
    bounded = any(name.startswith("bounds") or name == "count" for draft in drafts for name in draft.facts)
    timed = any(name in draft.facts for draft in drafts for name in (*RHYTHM, *EVENTS, "scheme"))
    for draft in drafts if timed and not bounded else ():
        draft.facts["bounds"], draft.sources["bounds"] = length, after


def part_steps(drafts: Sequence[Draft], carried: Sequence[str]) -> None:
    """Amounts at the same times, each for so long or the one from when the other ends, are steps in a row.

    carried: facts of a step that hold for the next one too.
    """
    apart: set[int] = set()
    for at in range(1, len(drafts)):
        chained = drafts[at - 1].stage > 0 or at - 1 in apart
        if _follows(drafts[at - 1], drafts[at], chained):
            apart.add(at)
    for at in sorted(apart):
        drafts[at].carry(drafts[at - 1], carried)
    _renumber(drafts, apart)


def _follows(one: Draft, two: Draft, chained: bool) -> bool:
    """chained: the first is a later step already."""
    if one.stage != two.stage or not (one.has_dose and two.has_dose):
        return False
    timed = [(one.facts[name], two.facts[name]) for name in EVENTS if name in one.facts and name in two.facts]
    if any(set(first).isdisjoint(second) for first, second in timed):
        return False
    dated = "bounds_start" in two.facts and ("bounds_end" in one.facts or _starts_later(one, two))
    return dated or ("bounds" in one.facts and ("bounds" in two.facts or _goes_on(one, two, chained)))


def _goes_on(one: Draft, two: Draft, chained: bool) -> bool:
    """The last of "20 mg for 5 days, 10 mg for 5 days, 5 mg", or an amount at the very times of one that ends."""
    names = {*RHYTHM, *EVENTS}
    times = [{name: facts[name] for name in names & facts.keys()} for facts in (one.facts, two.facts)]
    told = two.facts.keys() & {*AS_NEEDED, "bounds_max", "bounds_end", "count"}
    return not told and (chained or (bool(times[0]) and times[0] == times[1] and not _same_dose(one, two)))


def _same_dose(one: Draft, two: Draft) -> bool:
    return bool(one.facts.get("dose") == two.facts.get("dose"))


def _starts_later(one: Draft, two: Draft) -> bool:
    """ "1-0-1, from 1 June 1-0-0": a first day before the later amount, and none before the first."""
    start, dose = two.sources["bounds_start"], two.sources.get("dose") or two.sources.get("scheme")
    return "bounds_start" not in one.facts and dose is not None and start.first < dose.first


def _first(drafts: Sequence[Draft], last: int) -> int:
    """The first of the amounts before `last` that have neither events nor a length of their own."""
    first = last
    while first >= 0 and _is_bare(drafts[first]) and (first == last or _takes_bounds(drafts[first])):
        first -= 1
    return min(first + 1, last)


def _is_bare(draft: Draft) -> bool:
    return draft.has_dose and not any(name in draft.facts for name in EVENTS)


def _takes_bounds(draft: Draft) -> bool:
    return "bounds" not in draft.facts or "bounds" in draft.carried


def _renumber(drafts: Sequence[Draft], apart: set[int]) -> None:
    """Steps in a row again, the drafts `apart` each one more than the draft before."""
    stage, before = 0, drafts[0].stage if drafts else 0
    for at, draft in enumerate(drafts):
        stage += at in apart or draft.stage != before
        before, draft.stage = draft.stage, stage
