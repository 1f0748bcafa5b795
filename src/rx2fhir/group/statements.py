"""From the items and drug names of a text to its statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from rx2fhir.codes import is_countable, is_product
from rx2fhir.group.aliases import merge_aliases
from rx2fhir.group.alternatives import (
    alternative_issues,
    doubled_issues,
    other_drug_issues,
    other_product_issues,
    possible_issues,
)
from rx2fhir.group.ambiguous import crossed_issues, drop_day_numbers, eye_issues, hour_issues, once_issues
from rx2fhir.group.bare import bare_issues
from rx2fhir.group.boxes import box_issues
from rx2fhir.group.build import dosage, medication
from rx2fhir.group.changes import end_course, keep_changes, keep_step_widths, take_new_dose
from rx2fhir.group.clauses import clauses
from rx2fhir.group.conditions import condition_issues, scale_issues
from rx2fhir.group.counts import count_acts, count_daily, count_forms, count_sprays, with_counted_doses
from rx2fhir.group.day_lists import part_days
from rx2fhir.group.dispense import dispense, evidence, handed, of_one_drug
from rx2fhir.group.dispensed import drop_dispensed, drop_handed_out, drop_packs
from rx2fhir.group.dosages import fold_clauses
from rx2fhir.group.doubts import (
    alternated_strengths,
    conflict_issues,
    counted_masses,
    drop_carried_doses,
    drop_mixed_units,
    persons_issues,
    ranged_strengths,
    second_strengths,
    settle_doubts,
)
from rx2fhir.group.draft import Draft
from rx2fhir.group.lawful import settle_ceilings, settle_dates, settle_hours, unlawful_issues
from rx2fhir.group.leads import scope_issues
from rx2fhir.group.mentions import ToldOf, told_of
from rx2fhir.group.segment import Drug, Segment
from rx2fhir.group.segments import segments
from rx2fhir.group.stopped import IDLE, is_regular, without_others_status
from rx2fhir.group.strength import settle
from rx2fhir.group.titration import jump_issues, titration_issues
from rx2fhir.group.weekdays import keep_days_apart
from rx2fhir.normalize.item import AS_NEEDED, Item
from rx2fhir.normalize.reader import Reader
from rx2fhir.normalize.values import Measure
from rx2fhir.statement import Issue, Statement, Status

_TOLD_OF: dict[ToldOf, Status] = {"past": "completed", "earlier": "unknown"}
"""What a drug is that a text tells of: of what was taken before, whether it goes on is not said."""

_LEAST_READ = 0.5
"""Of a text that names no drug, this share of the words must be read for it to be a sig."""

_SAYS = frozenset("dose dose_max rate scheme as_needed as_needed_for max_dose max_per_administration".split())
"""Facts that make a text without a drug a sig."""

_LITTLE = frozenset(("method", "site"))
_HOW = _LITTLE | {"route"}


_COURSE = frozenset(("bounds", "bounds_max", "bounds_start", "bounds_end", "step", "count", "each"))


def read_statements(
    reader: Reader, items: Sequence[Item], drugs: Sequence[Drug]
) -> tuple[list[Statement], list[Segment], list[Issue]]:
    """The statements of a text in text order, the segments they were made from, and what was doubtful in them."""
    sure, issues = settle_doubts(reader, items)
    sure, dispensed = drop_handed_out(reader, sure)
    issues += dispensed
    found, used = [], []
    merged = merge_aliases(reader, sure, drugs)
    mentioned = told_of(reader, sure, merged, "mentioned")
    told = {at: status for how, status in _TOLD_OF.items() for at in told_of(reader, sure, merged, how)}
    for segment in segments(reader, sure, merged):
        if segment.drug and segment.drug.first in mentioned and _status(reader, segment) == "active":
            continue
        unpacked, packs = drop_packs(reader, segment)
        own = with_counted_doses(reader, without_others_status(reader, unpacked))
        dosed = keep_step_widths(reader, take_new_dose(reader, end_course(own)))
        changed = part_days(reader, keep_changes(reader, dosed))
        settled, mixed = drop_mixed_units(_without_idle_status(reader, settle(reader, changed)))
        over = told.get(segment.drug.first, "active") if segment.drug else "active"
        statement, conflicts = _statement(reader, settled, over, alone=not merged)
        if statement:
            found.append(statement)
            used.append(settled)
            issues += packs + mixed + conflicts
    dispensed_of, doubled = _dispensed(reader, found, used)
    taken = [segment for statement, segment in zip(found, used, strict=True) if statement.status == "active"]
    issues += doubled + other_drug_issues(reader, taken) + (box_issues(reader) if found else [])
    return dispensed_of, used, issues


def _dispensed(
    reader: Reader, statements: Sequence[Statement], segments: Sequence[Segment]
) -> tuple[list[Statement], list[Issue]]:
    """The statements with what is to be dispensed of each."""
    said = [handed(reader, segment) for segment in segments]
    parts = of_one_drug(reader, [part for part, _ in said], segments)
    pairs = zip(statements, parts, strict=True)
    told = [
        replace(one, dispense=dispense(part), evidence=tuple(evidence(part))) if part else one for one, part in pairs
    ]
    return told, [issue for _, issues in said for issue in issues]


def _without_idle_status(reader: Reader, segment: Segment) -> Segment:
    """Without words like "stop" that stop nothing here: they are not read, and so reported."""
    if _status(reader, segment) != "active":
        return segment
    kept = tuple(item for item in segment.items if item.facts.get("status") not in IDLE)
    return segment if len(kept) == len(segment.items) else replace(segment, items=kept)


def _statement(reader: Reader, segment: Segment, over: Status, alone: bool) -> tuple[Statement | None, list[Issue]]:
    """over: what the words before or above the drug say of it, where its own say nothing else."""
    said = _status(reader, segment)
    drafts = [] if said != "active" else fold_clauses(reader, clauses(reader, segment.items))
    drafts, dispensed = drop_dispensed([draft for draft in drafts if draft.items])
    status = over if said == "active" else said
    if not _prescribes(reader, segment, drafts, status, alone):
        return None, []
    drop_carried_doses(reader, drafts)
    count_forms(drafts, _countable(segment))
    count_acts(drafts)
    count_daily(reader, drafts)
    count_sprays(reader, drafts)
    settle_ceilings(drafts)
    settle_hours(drafts)
    settle_dates(drafts)
    issues = (
        _conditional_issues(segment, said)
        + dispensed
        + second_strengths(segment, drafts)
        + alternated_strengths(segment, drafts)
        + ranged_strengths(segment)
        + counted_masses(segment)
        + bare_issues(segment, drafts)
        + scale_issues(drafts)
        + condition_issues(reader, drafts)
        + titration_issues(reader, drafts)
        + jump_issues(segment.items)
        + conflict_issues(drafts)
        + alternative_issues(reader, drafts)
        + possible_issues(reader, drafts)
        + other_product_issues(reader, segment)
        + doubled_issues(reader, drafts)
        + hour_issues(reader, drafts)
        + crossed_issues(reader, drafts)
        + eye_issues(reader, drafts)
        + drop_day_numbers(reader, drafts)
        + once_issues(drafts)
        + persons_issues(reader, segment, drafts)
        + unlawful_issues(drafts)
        + keep_days_apart(drafts)
        + scope_issues(drafts)
    )
    stepped = any(draft.stage for draft in drafts)
    dosages = tuple(dosage(reader, draft, draft.stage + 1 if stepped else None) for draft in drafts)
    drug = medication(reader, segment, drafts)
    spans = [(one.start, one.end) for one in dosages] + ([(drug.start, drug.end)] if drug else [])
    own = [item for item in segment.items if not ("background" in item.facts or item.apart)]
    spans += [(item.start, item.end) for item in own]
    return Statement(drug, dosages, status, min(spans)[0], max(end for _, end in spans)), issues


def _conditional_issues(segment: Segment, status: Status) -> list[Issue]:
    if status != "unknown":
        return []
    item = next(item for item in segment.items if "status" in item.facts)
    message = "stopped or paused under a condition; the status is left open"
    return [Issue("warning", "conditional-status", message, item.start, item.end)]


def _countable(segment: Segment) -> str | None:
    """The form that bare numbers of a segment count: of the product, or of its maximum ("at most 3 tablets a day")."""
    forms = [str(item.facts["form"]) for item in segment.items if item.kind == "form"]
    tops = [
        item.facts[name]
        for item in segment.items
        for name in ("max_dose", "max_per_administration")
        if name in item.facts
    ]
    forms += [str(top.unit) for top in tops if top.kind == "form"]
    return next((form for form in forms if is_countable(form)), None)


def _status(reader: Reader, segment: Segment) -> Status:
    """Stopped, paused or not to be given where a word before the drug says so, or nothing else is said of it."""
    for item in _statuses(segment):
        before = segment.drug is not None and item.last <= segment.drug.first
        alone = not any(is_regular(other) for other in segment.items)
        if before or alone or item.kind in ("switch", "switched") or _ends_regimen(reader, segment, item):
            return "unknown" if _is_conditional(segment, item) else cast(Status, item.facts["status"])
    return "active"


def _statuses(segment: Segment) -> list[Item]:
    """What is said of a drug's status: the words before it, then those behind it; of each, the last rules."""
    name = segment.drug.first if segment.drug else 0
    said = [item for item in segment.items if segment.drug and "status" in item.facts]
    before = [item for item in said if item.last <= name]
    return [*reversed(before), *reversed(said[len(before) :])]


def _ends_regimen(reader: Reader, segment: Segment, status: Item) -> bool:
    """ "5 mg 1-0-0 abgesetzt": the last that is said, behind how it was taken; not of a course, "5 days, stop"."""
    said = [item for item in segment.items if "background" not in item.facts]
    if len(said) < 2 or said[-1] is not status or any(item.facts.keys() & _COURSE for item in said):
        return False
    between = reader.words[said[-2].last : status.first]
    return is_regular(said[-2]) and len(between) <= 1 and between != ["\n"]


def _is_conditional(segment: Segment, status: Item) -> bool:
    """ "Hold if the pulse is below 60": whether it is on hold, the text does not know."""
    return status.facts["status"] != "active" and any("as_needed_for" in item.facts for item in segment.items)


def _prescribes(reader: Reader, segment: Segment, drafts: Sequence[Draft], status: str, alone: bool) -> bool:
    """A drug with anything said of it, or a sig: most of its words are read, and they say an amount or a time.

    alone: the text names no drug; where it does, words apart from them are a sig only with an amount and its time.
    """
    if segment.drug is not None:
        described = any("strength" in item.facts or item.kind == "form" for item in segment.items)
        return any(map(_says, drafts)) or described or status != "active"
    if alone and _is_as_directed(reader, segment):
        return True
    says = any(item.is_timing or item.facts.keys() & _SAYS for item in segment.items)
    told = [item for item in segment.items if "background" not in item.facts]
    if not says or all(_is_bare(item) or item.facts.get("form") == "dose" for item in told) or not drafts:
        return False
    if any(_is_counted(item) for item in segment.items) and any(_is_when(item) for item in segment.items):
        return True
    if not alone and not any(_is_measured(item) for item in segment.items):
        return False
    noise = sum(_words(reader, item.first, item.last) for item in segment.items if "background" in item.facts)
    read = sum(_words(reader, item.first, item.last) for item in segment.items if "background" not in item.facts)
    return read >= _LEAST_READ * (_words(reader, segment.first, segment.last) - noise)


def _is_as_directed(reader: Reader, segment: Segment) -> bool:
    """ "Take as directed", and nothing else: the prescriber has said the sig elsewhere."""
    directed = [item for item in segment.items if item.facts.get("instruction") == "as directed"]
    told = [*directed, *(item for item in segment.items if item.facts.keys() <= _HOW)]
    whole = _words(reader, segment.first, segment.last)
    return bool(directed) and sum(_words(reader, item.first, item.last) for item in told) == whole


def _says(draft: Draft) -> bool:
    """More than where or by what verb: "his father took warfarin" gives no statement."""
    return bool(draft.facts.keys() - _LITTLE or draft.instructions)


def _is_counted(item: Item) -> bool:
    """An amount of a product: 1 tablet."""
    dose = item.facts.get("dose")
    return isinstance(dose, Measure) and dose.kind == "form" and is_product(str(dose.unit))


def _is_measured(item: Item) -> bool:
    dose = item.facts.get("dose")
    return "scheme" in item.facts or (isinstance(dose, Measure) and dose.kind != "none")


def _is_when(item: Item) -> bool:
    return item.is_timing or bool(item.facts.keys() & AS_NEEDED)


def _is_bare(item: Item) -> bool:
    """A number alone: it could count anything."""
    return item.kind == "amount" and getattr(item.facts.get("dose"), "kind", None) == "none"


def _words(reader: Reader, first: int, last: int) -> int:
    return sum(token.text.isalnum() for token in reader.tokens[first:last])
