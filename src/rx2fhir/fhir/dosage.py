"""Dosage: https://hl7.org/fhir/R4/dosage.html and https://hl7.org/fhir/R5/dosage.html."""

from __future__ import annotations

from rx2fhir.fhir.concept import concept
from rx2fhir.fhir.element import Json, string
from rx2fhir.fhir.quantity import amount_range, quantity, ratio
from rx2fhir.fhir.release import Release
from rx2fhir.fhir.timing import timing
from rx2fhir.statement import Amount, DosageInstruction, Quantity, Range, Rate


def dosage(value: DosageInstruction, release: Release) -> Json:
    """One Dosage, with only the fields that the text gave."""
    fields = {
        "sequence": value.sequence,
        "text": string(value.text),
        "additionalInstruction": list(map(concept, value.additional_instructions)),
        "patientInstruction": string(value.patient_instruction),
        "timing": value.timing and timing(value.timing),
        **release.as_needed(value),
        "site": value.site and concept(value.site),
        "route": value.route and concept(value.route),
        "method": value.method and concept(value.method),
        **_dose_and_rate(value),
        **_maxima(value, release),
    }
    return {name: field for name, field in fields.items() if field}


def _dose_and_rate(value: DosageInstruction) -> Json:
    """Dose and rate belong to one intake, so they stand in one element."""
    fields: Json = {}
    if value.dose is not None:
        fields.update(_amount("dose", value.dose))
    if value.rate is not None:
        fields.update(_amount("rate", value.rate))
    return {"doseAndRate": [fields]} if fields else {}


def _amount(name: str, value: Amount | Rate) -> Json:
    """Choice element: doseQuantity, doseRange, rateQuantity, rateRange or rateRatio."""
    if isinstance(value, Quantity):
        return {name + "Quantity": quantity(value)}
    if isinstance(value, Range):
        return {name + "Range": amount_range(value)}
    return {name + "Ratio": ratio(value)}


def _maxima(value: DosageInstruction, release: Release) -> Json:
    fields: Json = {}
    if value.max_dose_per_period is not None:
        fields.update(release.max_dose_per_period(ratio(value.max_dose_per_period)))
    if value.max_dose_per_administration is not None:
        fields["maxDosePerAdministration"] = quantity(value.max_dose_per_administration)
    if value.max_dose_per_lifetime is not None:
        fields["maxDosePerLifetime"] = quantity(value.max_dose_per_lifetime)
    return fields
