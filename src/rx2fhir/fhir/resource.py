"""Statements as FHIR resources: MedicationStatement or MedicationRequest, R4 or R5."""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import replace
from importlib import import_module
from typing import Any, TypeVar

from rx2fhir.codes import table
from rx2fhir.errors import InvalidResource, UsageError
from rx2fhir.fhir import r4, r5
from rx2fhir.fhir.check import check
from rx2fhir.fhir.dispense import dispense_request
from rx2fhir.fhir.dosage import dosage
from rx2fhir.fhir.element import Json, unknown
from rx2fhir.fhir.medication import medication_fields
from rx2fhir.fhir.order import order_fields, reference
from rx2fhir.fhir.release import Release
from rx2fhir.statement import Statement, Status

RELEASES: dict[str, Release] = {"R4": r4, "R5": r5}

MEDICATIONS = {"contained": True, "concept": False}

STATUSES: dict[str, Status] = {
    "active": "active",
    "intended": "intended",
    "completed": "completed",
    "unknown": "unknown",
}

T = TypeVar("T")


def to_dicts(
    statements: Iterable[Statement],
    *,
    release: str = "R4",
    resource: str = "MedicationStatement",
    subject: str | None = None,
    medication: str = "contained",
    authored_on: str | None = None,
    requester: str | None = None,
    status: str = "active",
) -> list[Json]:
    """One resource per statement, in their order, as JSON-ready dicts.

    release: "R4" or "R5". resource: "MedicationStatement" or "MedicationRequest".
    subject: reference to the patient (`Patient/1`); without one the subject is marked as unknown
    (extension data-absent-reason), since both resources must have one.
    medication: "contained" puts strength and form into a contained Medication; "concept" keeps to one CodeableConcept.
    authored_on, requester: of a MedicationRequest alone, see `order_fields`.
    status: of the statements that the text calls neither stopped, paused nor past: "active", as in a prescription,
    "intended" for a plan, "completed" for a history, "unknown" where nobody knows if the drug is taken.
    Raises UsageError for any other of these, InvalidResource where a statement contradicts FHIR's rules (see `check`).
    """
    build = choose("resource", resource, RESOURCES)
    chosen = choose("release", release, RELEASES)
    contained = choose("medication", medication, MEDICATIONS)
    patient = unknown() if subject is None else {"reference": reference("subject", subject, "Patient/1")}
    order = order_fields(resource, authored_on, requester)
    default = choose("status", status, STATUSES)
    parts = (replace(part, status=default) if part.status == "active" else part for part in statements)
    return [_checked({**build(part, chosen, patient, contained), **order}, release) for part in parts]


def to_models(
    statements: Iterable[Statement],
    *,
    release: str = "R4",
    resource: str = "MedicationStatement",
    subject: str | None = None,
    medication: str = "contained",
    authored_on: str | None = None,
    requester: str | None = None,
    status: str = "active",
) -> list[Any]:
    """`to_dicts` as models of the package fhir.resources: R4B's for "R4", R5's for "R5"."""
    dicts = to_dicts(
        statements,
        release=release,
        resource=resource,
        subject=subject,
        medication=medication,
        authored_on=authored_on,
        requester=requester,
        status=status,
    )
    module = import_module(f"{RELEASES[release].MODELS}.{resource.lower()}")
    model = getattr(module, resource)
    return [model.model_validate(fields) for fields in dicts]


def choose(name: str, value: str, choices: dict[str, T]) -> T:
    """The choice called `value`. Raises UsageError that names the choices."""
    if value not in list(choices):
        raise UsageError(f"{name} {value!r} is not one of {', '.join(choices)}")
    return choices[value]


def _statement(value: Statement, release: Release, subject: Json, contained: bool) -> Json:
    return {
        "resourceType": "MedicationStatement",
        **release.statement_status(table("status", "status")[value.status]),
        **medication_fields(value.medication, release, contained),
        "subject": deepcopy(subject),
        **_dosages("dosage", value, release),
    }


def _request(value: Statement, release: Release, subject: Json, contained: bool) -> Json:
    row = table("status", "status")[value.status]
    return {
        "resourceType": "MedicationRequest",
        "status": row["request"],
        "intent": row["request_intent"],
        **({"doNotPerform": True} if row["do_not_perform"] == "true" else {}),
        **medication_fields(value.medication, release, contained),
        "subject": deepcopy(subject),
        **_dosages("dosageInstruction", value, release),
        **dispense_request(value.dispense),
    }


def _dosages(name: str, value: Statement, release: Release) -> Json:
    parts = [fields for part in value.dosages if (fields := dosage(part, release))]
    return {name: parts} if parts else {}


RESOURCES = {"MedicationStatement": _statement, "MedicationRequest": _request}


def _checked(resource: Json, release: str) -> Json:
    if problems := check(resource, release):
        raise InvalidResource("; ".join(problems))
    return resource
