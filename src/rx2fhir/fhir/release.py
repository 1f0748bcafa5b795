"""What differs between FHIR R4 and R5: each release is a module (`r4`, `r5`) with the same functions."""

from __future__ import annotations

from typing import Protocol

from rx2fhir.fhir.element import Json
from rx2fhir.statement import DosageInstruction


class Release(Protocol):
    """The functions in which releases differ; each returns the fields to put into the element."""

    MODELS: str
    """Package of fhir.resources that holds this release's models."""

    def as_needed(self, dosage: DosageInstruction) -> Json:
        """Dosage: whether the dose is taken as needed, and for what."""

    def max_dose_per_period(self, limit: Json) -> Json:
        """Dosage: the most in a period, `limit` being a Ratio."""

    def dose_form(self, form: Json) -> Json:
        """Medication: its form, a CodeableConcept."""

    def ingredient(self, item: Json, strength: Json | None) -> Json:
        """Medication.ingredient: a CodeableConcept and its strength, a Ratio, where that is known."""

    def medication_concept(self, concept: Json) -> Json:
        """MedicationStatement, MedicationRequest: the medication as a CodeableConcept."""

    def medication_reference(self, reference: Json) -> Json:
        """MedicationStatement, MedicationRequest: the medication as a Reference."""

    def statement_status(self, row: dict[str, str]) -> Json:
        """MedicationStatement: status out of a row of status.csv."""
