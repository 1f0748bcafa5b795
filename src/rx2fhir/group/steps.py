"""Amounts that are taken one after the other, though no word like "then" stands between them."""

from __future__ import annotations

from collections.abc import Sequence

from rx2fhir.group.draft import EVENTS, RHYTHM, Draft


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
