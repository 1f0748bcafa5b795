"""Statements as FHIR resources, R4 and R5."""

from rx2fhir.fhir.check import check
from rx2fhir.fhir.resource import to_dicts, to_models

__all__ = ["check", "to_dicts", "to_models"]
