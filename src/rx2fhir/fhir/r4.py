"""FHIR R4 (4.0.1), where it differs from R5; see `release.Release` for what each function gives."""

from __future__ import annotations

from rx2fhir.fhir.concept import concept
from rx2fhir.fhir.element import Json
from rx2fhir.statement import DosageInstruction

# fhir.resources has no R4; R4B (4.3.0) is the same, element by element, for the resources made here.
MODELS = "fhir.resources.R4B"


def as_needed(dosage: DosageInstruction) -> Json:
    if dosage.as_needed_for is not None:
        return {"asNeededCodeableConcept": concept(dosage.as_needed_for)}
    return {"asNeededBoolean": True} if dosage.as_needed else {}


def max_dose_per_period(limit: Json) -> Json:
    return {"maxDosePerPeriod": limit}


def dose_form(form: Json) -> Json:
    return {"form": form}


def ingredient(item: Json, strength: Json | None) -> Json:
    fields = {"itemCodeableConcept": item}
    return fields if strength is None else {**fields, "strength": strength}


def medication_concept(concept: Json) -> Json:
    return {"medicationCodeableConcept": concept}


def medication_reference(reference: Json) -> Json:
    return {"medicationReference": reference}


def statement_status(row: dict[str, str]) -> Json:
    return {"status": row["r4_statement"]}
