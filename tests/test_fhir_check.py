"""The check of FHIR output: each rule lets sound resources pass and finds a broken one."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from fhir_examples import FULL, PLAIN, statement
from rx2fhir.fhir import check, to_dicts
from rx2fhir.fhir.invariants import BY_NAME

REFERENCE = Path(__file__).resolve().parents[2] / "shared" / "reference"

Json = dict[str, Any]


def sound(release: str, resource: str = "MedicationStatement") -> Json:
    """A resource with every element that is made, free to be broken."""
    [fields] = to_dicts(
        [statement(FULL, medication=PLAIN.medication)],
        release=release,
        resource=resource,
        subject="Patient/1",
    )
    return dict(json.loads(json.dumps(fields)))


def broken(path: str, value: Any, release: str = "R4", resource: str = "MedicationStatement") -> list[str]:
    """The keys of what `check` finds once the element at `path` is set to `value` (None takes it away)."""
    fields = sound(release, resource)
    *parents, last = path.split(".")
    element: Any = fields
    for step in parents:
        element = element[int(step)] if step.isdigit() else element[step]
    if value is None:
        del element[last]
    else:
        element[last] = value
    return [problem.split()[0] for problem in check(fields, release)]


REPEAT = "dosage.0.timing.repeat."
DOSE = "dosage.0.doseAndRate.0."


@pytest.mark.parametrize("release", ["R4", "R5"])
@pytest.mark.parametrize("resource", ["MedicationStatement", "MedicationRequest"])
def test_sound_resources_pass(release: str, resource: str) -> None:
    assert check(sound(release, resource), release) == []


@pytest.mark.parametrize("release", ["R4", "R5"])
@pytest.mark.parametrize(
    ("key", "path", "value"),
    [
        ("tim-1", REPEAT + "durationUnit", None),
        ("tim-2", REPEAT + "periodUnit", None),
        ("tim-4", REPEAT + "duration", -1),
        ("tim-5", REPEAT + "period", -1),
        ("tim-6", REPEAT + "period", None),
        ("tim-7", REPEAT + "duration", None),
        ("tim-8", REPEAT + "count", None),
        ("tim-9", REPEAT + "when", None),
        ("tim-9", REPEAT + "when", ["ACM", "C"]),
        ("tim-9", REPEAT + "when", ["ACM", "CM"]),
        ("tim-9", REPEAT + "when", ["ACM", "CD"]),
        ("tim-9", REPEAT + "when", ["ACM", "CV"]),
        ("tim-10", REPEAT + "timeOfDay", ["08:00:00"]),
        ("rx-2", REPEAT + "boundsPeriod", {"start": "2025-01-01"}),
        ("rx-3", REPEAT + "frequency", 0),
        ("rx-3", REPEAT + "count", 1.5),
        ("rx-3", REPEAT + "offset", -5),
        ("qty-3", DOSE + "doseRange.low.code", "mg"),
        ("sqty-1", DOSE + "doseRange.low.comparator", "<"),
        ("rng-2", DOSE + "doseRange.low.value", 3),
        ("rx-2", DOSE + "doseQuantity", {"value": 1}),
        ("rx-2", DOSE + "rateQuantity", {"value": 1}),
        ("rat-1", DOSE + "rateRatio.denominator", None),
        ("rat-1", DOSE + "rateRatio", {"id": "empty"}),
        ("drt-1", REPEAT + "boundsDuration.code", "mg"),
        ("drt-1", REPEAT + "boundsDuration.value", None),
        ("drt-1", REPEAT + "boundsDuration", {"value": 3}),
        ("ele-1", "dosage.0.text", ""),
        ("ele-1", "dosage.0.route", {}),
        ("ele-1", "dosage", [{}]),
        ("ele-1", "dosage.0.timing.event", [""]),
        ("ele-1", "dosage.0.additionalInstruction", []),
        ("ext-1", "dosage.0.extension", [{"url": "http://example.org/nothing"}]),
        ("ref-1", "subject.reference", "#someone"),
        ("dom-3", "contained.0.id", "other"),
        ("dom-2", "contained.0.contained", [{"resourceType": "Medication", "id": "x"}]),
        ("dom-4,", "contained.0.meta", {"versionId": "1"}),
        ("dom-4,", "contained.0.meta", {"security": [{"code": "R"}]}),
        ("required", "subject", None),
        ("binding", "status", "banana"),
        ("binding", "status", None),
        ("binding", REPEAT + "periodUnit", "day"),
        ("binding", REPEAT + "durationUnit", "hours"),
        ("binding", REPEAT + "when", ["ACM", "MORNING"]),
        ("binding", REPEAT + "dayOfWeek", ["Mon"]),
    ],
)
def test_each_rule_finds_a_broken_example(release: str, key: str, path: str, value: Any) -> None:
    assert key in broken(path, value, release)


@pytest.mark.parametrize("release", ["R4", "R5"])
def test_backward_period(release: str) -> None:
    fields = sound(release)
    repeat = fields["dosage"][0]["timing"]["repeat"]
    del repeat["boundsDuration"]
    repeat["boundsPeriod"] = {"start": "2025-03-02", "end": "2025-03-01"}
    assert check(fields, release) == [
        "per-1 MedicationStatement.dosage.timing.repeat.boundsPeriod: start is later than end"
    ]


@pytest.mark.parametrize("name", ["frequency", "frequencyMax"])
def test_frequency_of_nothing(name: str) -> None:
    fields = sound("R4")
    fields["dosage"][0]["timing"]["repeat"] = {name: 3}
    assert [problem.split()[0] for problem in check(fields, "R4")] == ["rx-1"]


@pytest.mark.parametrize(
    ("key", "path", "value", "release", "resource"),
    [
        ("rx-2", "dosage.0.asNeededBoolean", True, "R4", "MedicationStatement"),
        ("dos-1", "dosage.0.asNeeded", False, "R5", "MedicationStatement"),
        ("required", "medicationReference", None, "R4", "MedicationStatement"),
        ("required", "medicationCodeableConcept", {"text": "a"}, "R4", "MedicationRequest"),
        ("required", "intent", None, "R4", "MedicationRequest"),
        ("binding", "intent", "banana", "R5", "MedicationRequest"),
        ("binding", "status", "recorded", "R4", "MedicationStatement"),
        ("binding", "status", "active", "R5", "MedicationStatement"),
        ("binding", "status", "ended", "R4", "MedicationRequest"),
        ("binding", REPEAT + "when", ["IMD"], "R4", "MedicationStatement"),
    ],
)
def test_rules_of_one_release_or_resource(key: str, path: str, value: Any, release: str, resource: str) -> None:
    assert key in broken(path, value, release, resource)


@pytest.mark.parametrize(
    ("path", "value", "release", "resource"),
    [
        (REPEAT + "when", ["ACM", "MORN.early"], "R4", "MedicationStatement"),
        (REPEAT + "when", ["IMD"], "R5", "MedicationStatement"),
        ("status", "ended", "R5", "MedicationRequest"),
        (DOSE + "doseRange.low", None, "R4", "MedicationStatement"),
        (DOSE + "doseRange.low.unit", "capsule", "R4", "MedicationStatement"),
        ("subject.reference", "urn:uuid:1", "R4", "MedicationStatement"),
    ],
)
def test_what_is_allowed_passes(path: str, value: Any, release: str, resource: str) -> None:
    assert broken(path, value, release, resource) == []


def test_messages_name_the_choices() -> None:
    fields = sound("R4")
    fields["status"] = "banana"
    [problem] = check(fields, "R4")
    assert problem.startswith("binding MedicationStatement.status: 'banana' is not one of active, completed")


@pytest.mark.skipif(not REFERENCE.is_dir(), reason="no ../shared/reference here")
def test_no_invariant_of_these_types_is_left_out() -> None:
    types = ("Timing", "Dosage", "Ratio", "Quantity", "SimpleQuantity", "Range", "Period", "Duration")
    with (REFERENCE / "invariants.csv").open(encoding="utf-8", newline="") as lines:
        published = {row["key"] for row in csv.DictReader(lines) if row["type"] in types}
    assert published <= {rule.key for rules in BY_NAME.values() for rule in rules}
