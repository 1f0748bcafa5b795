"""Makes the frozen parts of a statement out of drafts: dosages, medication, concepts with their codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from rx2fhir import codes
from rx2fhir.codes import is_product
from rx2fhir.group.draft import Draft
from rx2fhir.group.evidence import evidence
from rx2fhir.group.route import route
from rx2fhir.group.segment import Drug, Segment
from rx2fhir.group.timing import timing
from rx2fhir.normalize.item import Item
from rx2fhir.normalize.reader import Reader
from rx2fhir.normalize.values import Count, Measure, Part, Words
from rx2fhir.statement import (
    Amount,
    Coding,
    Concept,
    DosageInstruction,
    Form,
    Medication,
    Quantity,
    Range,
    Rate,
    Ratio,
    Strength,
)

SNOMED = "http://snomed.info/sct"


def dosage(reader: Reader, draft: Draft, sequence: int | None) -> DosageInstruction:
    """The dosage of a draft; `text` is the source from its first word to its last."""
    facts = draft.facts
    own = [item for item in draft.items if not item.apart] or draft.items
    start, end = min(item.start for item in own), max(item.end for item in own)
    dose: Measure | None = facts.get("dose")
    whole_day = dose is not None and _is_divided(draft) and "rate" not in facts
    return DosageInstruction(
        text=reader.text[start:end],
        start=start,
        end=end,
        sequence=sequence,
        dose=None if whole_day else _dose(dose, facts.get("dose_max")),
        rate=_rate(facts, dose if whole_day else None),
        timing=timing(facts),
        as_needed=bool(facts.get("as_needed") or facts.get("as_needed_for")),
        as_needed_for=_reason(reader, facts.get("as_needed_for")),
        route=_route(reader, draft),
        site=_concept(reader, draft, "site", "sites"),
        method=_concept(reader, draft, "method", "methods"),
        additional_instructions=tuple(_instruction(reader, item) for item in draft.instructions),
        max_dose_per_period=_max_dose(facts, dose),
        max_dose_per_administration=_top(facts.get("max_per_administration"), dose),
        max_dose_per_lifetime=_top(facts.get("max_per_lifetime"), dose),
        evidence=evidence(draft, sequence),
    )


def amount(dose: Measure) -> Amount:
    """The Quantity, or the Range of a count like 1-2."""
    low = Quantity(dose.count.low, dose.unit)
    return low if dose.count.high is None else Range(low, Quantity(dose.count.high, dose.unit))


def _dose(dose: Measure | None, dose_max: Measure | None) -> Amount | None:
    """The dose, or a range that is open below: "up to 2 tablets"."""
    if dose is None and dose_max is not None:
        return Range(high=Quantity(dose_max.count.high or dose_max.count.low, dose_max.unit))
    return amount(dose) if dose else None


def _is_divided(draft: Draft) -> bool:
    """The parts are those of the amount before them: "2 g a day in 2 doses, that is 1 tablet" divides no tablet."""
    parts, dose = draft.sources.get("divided"), draft.sources.get("dose")
    return bool(draft.facts.get("divided")) and (parts is None or dose is None or dose.first <= parts.first)


def _rate(facts: Mapping[str, Any], whole_day: Measure | None) -> Rate | None:
    """A rate as said; "400 mg daily in 2 divided doses" is 400 mg per day, not 400 mg each time."""
    if whole_day is None:
        return amount(facts["rate"]) if "rate" in facts else None
    if whole_day.kind == "measure":
        return amount(replace(whole_day, unit=f"{whole_day.unit}/d"))
    count = whole_day.count
    return Ratio(Quantity(count.high or count.low, whole_day.unit), Quantity(Decimal(1), "d"))


def _top(dose: Measure | None, like: Measure | None) -> Quantity | None:
    """The greatest amount of a maximum; a bare number is counted as the dose is."""
    if dose is None:
        return None
    unit = dose.unit if dose.kind != "none" else like.unit if like and like.kind == "form" else None
    return Quantity(dose.count.high or dose.count.low, unit)


def _max_dose(facts: Mapping[str, Any], dose: Measure | None) -> Ratio | None:
    top = _top(facts.get("max_dose"), dose)
    per = facts.get("max_per", Count.of(1))
    return Ratio(top, Quantity(per.low, facts.get("max_per_unit", "d"))) if top else None


def _reason(reader: Reader, words: Any) -> Concept | None:
    if not isinstance(words, Words):
        return None
    last = words.end - 1
    while last > words.start and (reader.ends("<and>", last) or not reader.tokens[last].text.isalnum()):
        last -= 1
    start, end = reader.tokens[words.start].start, reader.tokens[last].end
    return Concept(reader.text[start:end].strip(" ,:"), start=start, end=end)


def _route(reader: Reader, draft: Draft) -> Concept | None:
    name, source = route(draft) or (None, None)
    return _coded("routes", name, reader.text[source.start : source.end], source) if name and source else None


def _concept(reader: Reader, draft: Draft, fact: str, table: str) -> Concept | None:
    value = draft.facts.get(fact)
    if value is None:
        return None
    source = draft.sources[fact]
    return _coded(table, getattr(value, "name", value), reader.text[source.start : source.end], source)


def _coded(table: str, name: str, text: str, source: Item) -> Concept:
    row = codes.table(table, "name").get(name, {})
    codings = (Coding(SNOMED, row["sct"], row["display"]),) if row.get("sct") else ()
    return Concept(text, codings, row.get("display"), source.start, source.end)


def _instruction(reader: Reader, item: Item) -> Concept:
    return _coded("instructions", str(item.facts["instruction"]), reader.text[item.start : item.end], item)


def medication(reader: Reader, segment: Segment, drafts: Sequence[Draft]) -> Medication | None:
    """The product of a segment: drug, strengths and form; None where the text names none of them."""
    drug, items = segment.drug, segment.items
    parts = [(item, part) for item in items for part in item.facts.get("strength", ())[:8]]
    strengths = tuple(_strength(item, part) for item, part in parts if part.count.high is None)
    form = _form(reader, items)
    if drug is None and not strengths and form is None:
        return None
    spans = [(drug.start, drug.end)] if drug else [(part.start, part.end) for part in (*strengths, form) if part]
    start, end = min(spans)[0], max(end for _, end in spans)
    text = reader.text[drug.start : drug.end] if drug else None
    return Medication(text, _first_product(strengths), form, alias=_alias(reader, drug), start=start, end=end)


def _alias(reader: Reader, drug: Drug | None) -> str | None:
    """The second name of the product, as written."""
    if drug is None or drug.alias is None:
        return None
    first, last = drug.alias
    return reader.text[reader.tokens[first].start : reader.tokens[last - 1].end]


def _first_product(strengths: tuple[Strength, ...]) -> tuple[Strength, ...]:
    """The strengths said first; the same product is not described twice."""
    return tuple(part for part in strengths if part.start == strengths[0].start)


def _strength(item: Item, part: Part) -> Strength:
    per = Quantity(part.per.count.low, part.per.unit) if part.per else None
    return Strength(part.count.low, part.unit or "", per, item.start, item.end)


def _form(reader: Reader, items: Sequence[Item]) -> Form | None:
    """The first form that says what the product is."""
    for item in items:
        if item.kind == "form" and is_product(item.facts["form"]):
            return Form(_counted_as(reader, items, item), reader.text[item.start : item.end], item.start, item.end)
    for item in items:
        unit = next((value for value in (item.facts.get("dose"), item.facts.get("scheme")) if value), None)
        if unit is not None and unit.kind == "form" and is_product(str(unit.unit)):
            start, end = reader.tokens[unit.unit_start].start, reader.tokens[unit.unit_end - 1].end
            return Form(str(unit.unit), reader.text[start:end], start, end)
    return None


def _counted_as(reader: Reader, items: Sequence[Item], named: Item) -> str:
    """The form that the same word stands for where it is counted: "20 MG GEL 1 GEL" are two gélules."""
    words = [token.text for token in reader.tokens[named.first : named.last]]
    doses = [dose for item in items if isinstance(dose := item.facts.get("dose"), Measure) and dose.kind == "form"]
    for dose in doses:
        if is_product(str(dose.unit)) and words == [
            token.text for token in reader.tokens[dose.unit_start : dose.unit_end]
        ]:
            return str(dose.unit)
    return str(named.facts["form"])
