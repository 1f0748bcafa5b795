"""Codes that FHIR requires (bindings of strength "required") in the elements that are made here.

Source: FHIR R4 4.0.1 and R5 5.0.0, value sets event-timing, units-of-time, days-of-week,
medication-statement-status, medicationrequest-status, medicationrequest-intent.
"""

from __future__ import annotations

from functools import cache

from rx2fhir.codes import table

UNITS_OF_TIME = frozenset({"s", "min", "h", "d", "wk", "mo", "a"})
DAYS_OF_WEEK = frozenset({"mon", "tue", "wed", "thu", "fri", "sat", "sun"})

_REQUEST_INTENT = frozenset(
    "proposal plan order original-order reflex-order filler-order instance-order option".split(" ")
)
_REQUEST_STATUS = frozenset("active on-hold cancelled completed entered-in-error stopped draft unknown".split(" "))
_STATEMENT_STATUS = frozenset("active completed entered-in-error intended stopped on-hold unknown not-taken".split(" "))

# By release and type of resource.
STATUS = {
    "R4": {"MedicationStatement": _STATEMENT_STATUS, "MedicationRequest": _REQUEST_STATUS},
    "R5": {
        "MedicationStatement": frozenset({"recorded", "entered-in-error", "draft"}),
        "MedicationRequest": _REQUEST_STATUS | {"ended"},
    },
}


@cache
def required_codes(release: str) -> dict[str, frozenset[str]]:
    """The codes that each element, by its name, may hold in a release."""
    return {
        "periodUnit": UNITS_OF_TIME,
        "durationUnit": UNITS_OF_TIME,
        "dayOfWeek": DAYS_OF_WEEK,
        "when": event_timing(release),
        "intent": _REQUEST_INTENT,
    }


def event_timing(release: str) -> frozenset[str]:
    """Codes of `Timing.repeat.when`; R5 added IMD (immediate)."""
    added = {"IMD"} if release == "R5" else set()
    return frozenset(table("event_timing", "code")) | added
