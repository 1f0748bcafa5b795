"""MedicationRequest.dispenseRequest: https://hl7.org/fhir/R4/medicationrequest.html (R5 has the same elements)."""

from __future__ import annotations

from rx2fhir.fhir.element import Json
from rx2fhir.fhir.quantity import duration, period, quantity
from rx2fhir.statement import Dispense, Period


def dispense_request(value: Dispense | None) -> Json:
    """`dispenseRequest` with what the text says; empty where it says nothing of it.

    A MedicationStatement has no such element: it says what is taken, not what is handed out.
    """
    if value is None:
        return {}
    fields = {
        "validityPeriod": value.valid_until and period(Period(end=value.valid_until)),
        "numberOfRepeatsAllowed": value.repeats,
        "quantity": value.quantity and quantity(value.quantity),
        "expectedSupplyDuration": value.supply and duration(value.supply),
    }
    return {"dispenseRequest": {name: field for name, field in fields.items() if field is not None}}
