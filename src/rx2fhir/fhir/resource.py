"""Statements as FHIR resources: MedicationStatement or MedicationRequest, R4 or R5."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import Any, TypeVar

from rx2fhir.codes import table
from rx2fhir.errors import InvalidResource, UsageError
from rx2fhir.fhir import r4, r5
from rx2fhir.fhir.check import check
from rx2fhir.fhir.dosage import dosage
from rx2fhir.fhir.element import Json, string, unknown
from rx2fhir.fhir.medication import medication_fields
from rx2fhir.fhir.release import Release
from rx2fhir.statement import Statement

RELEASES: dict[str, Release] = {"R4": r4, "R5": r5}

MEDICATIONS = {"contained": True, "concept": False}

T = TypeVar("T")


def to_dicts(
    statements: Iterable[Statement],
    *,
    release: str = "R4",
    resource: str = "MedicationStatement",
    subject: str | None = None,
    medication: str = "contained",
) -> list[Json]:
    """One resource per statement, in their order, as JSON-ready dicts.

    release: "R4" or "R5". resource: "MedicationStatement" or "MedicationRequest".
    subject: reference to the patient (`Patient/1`); without one the subject is marked as unknown
    (extension data-absent-reason), since both resources must have one.
    medication: "contained" puts strength and form into a contained Medication; "concept" keeps to one CodeableConcept.
    Raises UsageError for any other of these, InvalidResource where a statement contradicts FHIR's rules (see `check`).
    """
    build = choose("resource", resource, RESOURCES)
    chosen = choose("release", release, RELEASES)
    contained = choose("medication", medication, MEDICATIONS)
    _check_subject(subject)
    return [_checked(build(statement, chosen, subject, contained), release) for statement in statements]


def to_models(
    statements: Iterable[Statement],
    *,
    release: str = "R4",
    resource: str = "MedicationStatement",
    subject: str | None = None,
    medication: str = "contained",
) -> list[Any]:
    """`to_dicts` as models of the package fhir.resources: R4B's for "R4", R5's for "R5"."""
    dicts = to_dicts(statements, release=release, resource=resource, subject=subject, medication=medication)
    module = import_module(f"{RELEASES[release].MODELS}.{resource.lower()}")
    model = getattr(module, resource)
    return [model.model_validate(fields) for fields in dicts]


def choose(name: str, value: str, choices: dict[str, T]) -> T:
    """The choice called `value`. Raises UsageError that names the choices."""
    if value not in list(choices):
        raise UsageError(f"{name} {value!r} is not one of {', '.join(choices)}")
    return choices[value]


def _check_subject(reference: object) -> None:
    """A reference to a contained resource (#...) cannot stand: nothing but the Medication is contained."""
    sound = isinstance(reference, str) and reference.strip() and not reference.startswith("#")
    if not (reference is None or sound):
        raise UsageError(f"subject {reference!r} is not a reference such as 'Patient/1'")


def _subject(reference: str | None) -> Json:
    return unknown() if reference is None else {"reference": string(reference)}


def _statement(value: Statement, release: Release, subject: str | None, contained: bool) -> Json:
    return {
        "resourceType": "MedicationStatement",
        **release.statement_status(table("status", "status")[value.status]),
        **medication_fields(value.medication, release, contained),
        "subject": _subject(subject),
        **_dosages("dosage", value, release),
    }


def _request(value: Statement, release: Release, subject: str | None, contained: bool) -> Json:
    row = table("status", "status")[value.status]
    return {
        "resourceType": "MedicationRequest",
        "status": row["request"],
        "intent": row["request_intent"],
        **({"doNotPerform": True} if row["do_not_perform"] == "true" else {}),
        **medication_fields(value.medication, release, contained),
        "subject": _subject(subject),
        **_dosages("dosageInstruction", value, release),
    }


def _dosages(name: str, value: Statement, release: Release) -> Json:
    parts = [fields for part in value.dosages if (fields := dosage(part, release))]
    return {name: parts} if parts else {}


RESOURCES = {"MedicationStatement": _statement, "MedicationRequest": _request}


def _checked(resource: Json, release: str) -> Json:
    if problems := check(resource, release):
        raise InvalidResource("; ".join(problems))
    return resource
