"""Statements for the tests of FHIR output: a plain one, and one that says everything a dosage can say."""

from __future__ import annotations

from decimal import Decimal

from rx2fhir.statement import (
    Coding,
    Concept,
    DosageInstruction,
    Duration,
    Form,
    Medication,
    Quantity,
    Range,
    Ratio,
    Statement,
    Strength,
    Timing,
)

SNOMED = "http://snomed.info/sct"


def amount(value: str, unit: str | None = None) -> Quantity:
    return Quantity(Decimal(value), unit)


def dosage(**facts: object) -> DosageInstruction:
    return DosageInstruction(**{"text": "words of the dosage", "start": 0, "end": 19, **facts})  # type: ignore[arg-type]


def statement(*dosages: DosageInstruction, medication: Medication | None = None, status: str = "active") -> Statement:
    return Statement(medication, dosages, status, 0, 19)  # type: ignore[arg-type]


PLAIN = statement(
    dosage(dose=amount("1", "tablet"), timing=Timing(frequency=2, period=Decimal(1), period_unit="d")),
    medication=Medication("Amoxil", (Strength(Decimal(500), "mg"),), Form("capsule", "gél")),
)

FULL = dosage(
    sequence=2,
    dose=Range(amount("1", "tablet"), amount("2", "tablet")),
    rate=Ratio(amount("100", "mL"), amount("1", "h")),
    timing=Timing(
        frequency=1,
        frequency_max=3,
        period=Decimal("1.5"),
        period_max=Decimal(2),
        period_unit="d",
        when=("ACM", "HS"),
        offset=30,
        day_of_week=("mon", "fri"),
        bounds=Duration(Decimal(10), "d"),
        count=5,
        count_max=6,
        duration=Decimal("0.5"),
        duration_max=Decimal(1),
        duration_unit="h",
    ),
    as_needed=True,
    as_needed_for=Concept("toothache"),
    route=Concept("by mouth", (Coding(SNOMED, "26643006"),)),
    site=Concept("left eye", (Coding(SNOMED, "8966001", "Left eye"),)),
    method=Concept("swallow", (Coding(SNOMED, "421521009"),)),
    additional_instructions=(Concept("with plenty of water", (Coding(SNOMED, "419303009"),)),),
    patient_instruction="keep the box",
    max_dose_per_period=Ratio(amount("8"), amount("24", "h")),
    max_dose_per_administration=amount("2", "tablet"),
    max_dose_per_lifetime=amount("1.2", "g"),
)
