"""Reports amounts that are taken under a condition: instead of another one, or besides?"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from rx2fhir.group.draft import EVENTS, RHYTHM, Draft
from rx2fhir.group.weekdays import OTHER_DAYS
from rx2fhir.normalize.item import AS_NEEDED
from rx2fhir.normalize.reader import Reader
from rx2fhir.normalize.values import Measure, Words
from rx2fhir.statement import Issue

_SMALL = 4
"""More of a form are seldom taken at once."""


def scale_issues(drafts: Sequence[Draft]) -> list[Issue]:
    """An amount that hangs on a measured value is given for that value, and reported: nobody takes all of them."""
    message = "the amount hangs on a measured value, which is kept as the reason to take it"
    found = [item for draft in drafts for item in draft.items if "scale" in item.facts]
    return [Issue("warning", "conditional-dose", message, found[0].start, found[-1].end)] if found else []


def condition_issues(reader: Reader, drafts: Sequence[Draft]) -> list[Issue]:
    """ "40 mg daily (20 mg if eGFR < 30)": an amount for a condition beside one for none may be instead of it.

    Of "1 tablet if below 50 kg, 2 tablets if above 50 kg" nobody takes both.
    """
    always = any(draft.has_dose and not draft.facts.keys() & AS_NEEDED for draft in drafts)
    most = max((draft.facts["dose"].count.low for draft in drafts if _is_regular(draft)), default=None)
    otherwise = any(OTHER_DAYS in item.facts.get("day_of_week", ()) for draft in drafts for item in draft.items)
    always = always or sum("dose" in draft.sources and _is_special(reader, draft) for draft in drafts) > 1
    message = "an amount for a condition beside another: instead of it, or besides?"
    return [
        Issue("warning", "conditional-dose", message, draft.items[0].start, draft.items[-1].end)
        for draft in drafts
        if (always and "dose" in draft.sources and (_is_special(reader, draft, otherwise) or _is_more(draft, most)))
        or _ends_in_amount(reader, draft)
        or _is_reached(draft)
        or _tops_regular(reader, draft)
    ]


def _ends_in_amount(reader: Reader, draft: Draft) -> bool:
    """ "1 tablet, for severe pain 2": the small number behind the reason may be the amount for it."""
    words = draft.facts.get("as_needed_for")
    if not isinstance(words, Words) or words.end - words.start < 2 or not reader.tokens[words.end - 2].is_word:
        return False
    last = next((count for end, count in reader.read("number", words.end - 1) if end == words.end), None)
    compared = any(
        end == words.end - 1 for at in range(words.start, words.end) for end, _ in reader.ends("<compared>", at)
    )
    return last is not None and last.low <= _SMALL and not compared


def _tops_regular(reader: Reader, draft: Draft) -> bool:
    """ "2 puffs bd, in an attack up to 8 puffs a day": the maximum may be that of the attack, and the dose regular."""
    rhythm, reason, top = (draft.sources.get(name) for name in ("frequency", "as_needed_for", "max_dose"))
    if rhythm is None or reason is None or top is None:
        return False
    return rhythm.last < reason.first and reader.words[reason.first - 1] in ",;" and top.first == reason.last


def _is_reached(draft: Draft) -> bool:
    """ "Reduce to once daily when bowels open": the condition may be that of the step, and not of each dose."""
    stepped = any("step" in item.facts for item in draft.items)
    return stepped and isinstance(draft.facts.get("as_needed_for"), Words) and "as_needed_for" not in draft.carried


def _is_regular(draft: Draft) -> bool:
    dose = draft.facts.get("dose")
    return isinstance(dose, Measure) and not draft.facts.keys() & AS_NEEDED


def _is_more(draft: Draft, most: Decimal | None) -> bool:
    """ "One at night, two if you can't sleep": nobody takes all three; with a time of its own it is besides."""
    dose, events = draft.facts.get("dose"), (*EVENTS, *RHYTHM)
    if most is None or not isinstance(dose, Measure) or not draft.facts.keys() & AS_NEEDED:
        return False
    return dose.count.low > most and not any(name in draft.facts for name in events)


def _is_special(reader: Reader, draft: Draft, otherwise: bool = False) -> bool:
    """Its reason holds a number, it stands in brackets, or another amount is said to be taken otherwise."""
    words = draft.facts.get("as_needed_for")
    if not isinstance(words, Words) or "scale" in draft.sources["dose"].facts:
        return False
    figures = any(reader.tokens[at].is_number for at in range(words.start, words.end))
    return figures or otherwise or draft.sources["dose"].bracketed
