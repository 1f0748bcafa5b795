"""Prescription text in, FHIR medication resources out."""

from __future__ import annotations

from rx2fhir.entities import Entity
from rx2fhir.errors import (
    CannotSay,
    InvalidResource,
    MappingError,
    ModelUnavailable,
    PrescriptionError,
    UnknownLanguage,
    UsageError,
)
from rx2fhir.parser import Parser
from rx2fhir.prescription import Prescription
from rx2fhir.read_back import to_text
from rx2fhir.recognize import model_path
from rx2fhir.statement import Issue, Statement

__all__ = [
    "CannotSay",
    "Entity",
    "InvalidResource",
    "Issue",
    "MappingError",
    "ModelUnavailable",
    "Parser",
    "Prescription",
    "PrescriptionError",
    "Statement",
    "UnknownLanguage",
    "UsageError",
    "model_path",
    "to_text",
]
