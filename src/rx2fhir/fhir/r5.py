"""FHIR R5 (5.0.0), where it differs from R4; see `release.Release` for what each function gives."""

from __future__ import annotations

from rx2fhir.fhir.concept import concept
from rx2fhir.fhir.element import Json
from rx2fhir.statement import DosageInstruction

MODELS = "fhir.resources"

ADHERENCE = "http://hl7.org/fhir/CodeSystem/medication-statement-adherence"


def as_needed(dosage: DosageInstruction) -> Json:
    if dosage.as_needed_for is not None:
        return {"asNeeded": True, "asNeededFor": [concept(dosage.as_needed_for)]}
    return {"asNeeded": True} if dosage.as_needed else {}


def max_dose_per_period(limit: Json) -> Json:
    return {"maxDosePerPeriod": [limit]}


def dose_form(form: Json) -> Json:
    return {"doseForm": form}


def ingredient(item: Json, strength: Json | None) -> Json:
    fields = {"item": {"concept": item}}
    return fields if strength is None else {**fields, "strengthRatio": strength}


def medication_concept(concept: Json) -> Json:
    return {"medication": {"concept": concept}}


def medication_reference(reference: Json) -> Json:
    return {"medication": {"reference": reference}}


def statement_status(row: dict[str, str]) -> Json:
    """R5 keeps the status of the record alone; whether the medicine is taken is adherence."""
    if not row["r5_adherence"]:
        return {"status": row["r5_statement"]}
    adherence = {"coding": [{"system": ADHERENCE, "code": row["r5_adherence"]}]}
    return {"status": row["r5_statement"], "adherence": {"code": adherence}}
