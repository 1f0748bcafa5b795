"""The text of all dosages of a resource: an element in R5, an extension in R4."""

from __future__ import annotations

RENDERED = "http://hl7.org/fhir/5.0/StructureDefinition/extension-{type}.renderedDosageInstruction"
"""R5's element as R4 holds it: https://hl7.org/fhir/R5/versions.html#extensions. Its value is markdown, as in R5."""
