"""Whatever a statement says within the model's rules, FHIR output is sound in every release and resource."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rx2fhir.codes import table
from rx2fhir.fhir import check, to_dicts, to_models
from rx2fhir.statement import (
    Bounds,
    Coding,
    Concept,
    DosageInstruction,
    Duration,
    DurationRange,
    Form,
    Medication,
    Period,
    Quantity,
    Range,
    Ratio,
    Statement,
    Strength,
    Timing,
)

texts = st.text(max_size=30)
words = st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=20)
values = st.decimals("0.001", "99999", places=3)
units = st.sampled_from([None, "tablet", "drop", "unit", "mg", "mL", "[iU]", "%", "mg/kg/d", "mL/h"])
time_units = st.sampled_from(["s", "min", "h", "d", "wk", "mo", "a"])
counts = st.integers(1, 99)
dates = st.dates(date(2000, 1, 1), date(2099, 12, 31))
quantities = st.builds(Quantity, values, units)
ratios = st.builds(Ratio, quantities, st.builds(Quantity, values, time_units))
codings = st.builds(Coding, st.just("http://snomed.info/sct"), st.just("26643006"), st.none() | words)
concepts = st.builds(Concept, words, st.lists(codings, max_size=2).map(tuple))
event_codes = st.sampled_from(sorted(table("event_timing", "code")))
days = st.sampled_from(["mon", "tue", "wed", "thu", "fri", "sat", "sun"])
times = st.times().map(lambda time: time.strftime("%H:%M:00"))


@st.composite
def ordered(draw: st.DrawFn) -> tuple[Decimal, Decimal]:
    low, high = sorted([draw(values), draw(values)])
    return low, high


@st.composite
def ranges(draw: st.DrawFn) -> Range:
    (low, high), unit = draw(ordered()), draw(units)
    both = Range(Quantity(low, unit), Quantity(high, unit))
    return draw(st.sampled_from([both, Range(low=both.low), Range(high=both.high)]))


@st.composite
def bounds(draw: st.DrawFn) -> Bounds:
    (low, high), unit = draw(ordered()), draw(time_units)
    start, end = sorted([draw(dates), draw(dates)])
    lengths = DurationRange(Duration(low, unit), Duration(high, unit))
    choices = [
        Duration(low, unit),
        lengths,
        DurationRange(high=lengths.high),
        Period(start, end),
        Period(start),
    ]
    return draw(st.sampled_from(choices))


@st.composite
def timings(draw: st.DrawFn) -> Timing:
    """Any of the facts of a timing, in the combinations that FHIR allows."""
    facts: dict[str, object] = {"bounds": draw(st.none() | bounds())}
    if draw(st.booleans()):
        low, high = draw(ordered())
        facts.update(period=low, period_max=draw(st.sampled_from([None, high])), period_unit=draw(time_units))
        facts.update(frequency=draw(st.none() | counts), frequency_max=draw(st.none() | counts))
    if draw(st.booleans()):
        facts.update(count=draw(counts), count_max=draw(st.none() | counts))
    if draw(st.booleans()):
        facts.update(duration=draw(values), duration_unit=draw(time_units))
    if draw(st.booleans()):
        facts.update(time_of_day=tuple(draw(st.lists(times, max_size=4))))
    else:
        facts.update(draw(events()))
    return Timing(day_of_week=tuple(draw(st.lists(days, unique=True))), **facts)  # type: ignore[arg-type]


@st.composite
def events(draw: st.DrawFn) -> dict[str, object]:
    when = tuple(draw(st.lists(event_codes, max_size=4, unique=True)))
    may_have_offset = bool(when) and not {"C", "CM", "CD", "CV"} & set(when)
    return {"when": when, "offset": draw(st.none() | st.integers(0, 240)) if may_have_offset else None}


dosages = st.builds(
    DosageInstruction,
    texts,
    st.just(0),
    st.just(30),
    sequence=st.none() | counts,
    dose=st.none() | quantities | ranges(),
    rate=st.none() | quantities | ranges() | ratios,
    timing=st.none() | timings(),
    as_needed=st.booleans(),
    as_needed_for=st.none() | concepts,
    route=st.none() | concepts,
    site=st.none() | concepts,
    method=st.none() | concepts,
    additional_instructions=st.lists(concepts, max_size=2).map(tuple),
    patient_instruction=st.none() | texts,
    max_dose_per_period=st.none() | ratios,
    max_dose_per_administration=st.none() | quantities,
    max_dose_per_lifetime=st.none() | quantities,
)
medications = st.builds(
    Medication,
    st.none() | texts,
    st.lists(st.builds(Strength, values, units, st.none() | quantities), max_size=3).map(tuple),
    st.none() | st.builds(Form, st.sampled_from(sorted(table("forms", "name"))), texts),
    st.lists(codings, max_size=1).map(tuple),
)
statements = st.builds(
    Statement,
    st.none() | medications,
    st.lists(dosages, max_size=3).map(tuple),
    st.sampled_from(sorted(table("status", "status"))),
    st.just(0),
    st.just(30),
)


@pytest.mark.parametrize("release", ["R4", "R5"])
@pytest.mark.parametrize("resource", ["MedicationStatement", "MedicationRequest"])
@settings(max_examples=60, deadline=None)
@given(value=statements, subject=st.none() | words.map("Patient/{}".format))
def test_output_is_sound(release: str, resource: str, value: Statement, subject: str | None) -> None:
    [fields] = to_dicts([value], release=release, resource=resource, subject=subject)
    [model] = to_models([value], release=release, resource=resource, subject=subject)
    assert check(fields, release) == []
    assert json.loads(model.model_dump_json()) == json.loads(orjson.dumps(fields))
