"""Who ordered a medicine, and when: what the caller knows of a MedicationRequest and the text need not say."""

from __future__ import annotations

from datetime import date, datetime

from rx2fhir.errors import UsageError
from rx2fhir.fhir.element import Json, string


def order_fields(resource: str, authored_on: str | None, requester: str | None) -> Json:
    """`authoredOn` and `requester` of a MedicationRequest, only those that are given.

    authored_on: a date, or a time with its zone (FHIR dateTime). requester: a reference ("Practitioner/1").
    Raises UsageError for anything else, and for another type of resource, which has no such elements.
    """
    given = {"authoredOn": authored_on, "requester": requester}
    fields = {name: value for name, value in given.items() if value is not None}
    if fields and resource != "MedicationRequest":
        raise UsageError(f"authored_on and requester belong to a MedicationRequest, not to a {resource}")
    if authored_on is not None and not _is_date_time(authored_on):
        raise UsageError(f"authored_on {authored_on!r} is no date such as '2025-03-15', nor a time with its zone")
    if requester is not None:
        return {**fields, "requester": {"reference": reference("requester", requester, "Practitioner/1")}}
    return fields


def reference(name: str, value: object, example: str) -> str:
    """`value` as Reference.reference; not one to a contained resource (#...): only the Medication is contained.

    Raises UsageError for what is none.
    """
    if isinstance(value, str) and value.strip() and not value.startswith("#"):
        return string(value)
    raise UsageError(f"{name} {value!r} is not a reference such as {example!r}")


def _is_date_time(text: str) -> bool:
    """https://hl7.org/fhir/R4/datatypes.html#dateTime; years and months alone are no day of an order."""
    try:
        if len(text) == len("2025-03-15"):
            return date.fromisoformat(text).isoformat() == text
        return "T" in text and datetime.fromisoformat(text.replace("Z", "+00:00")).tzinfo is not None
    except ValueError:
        return False
