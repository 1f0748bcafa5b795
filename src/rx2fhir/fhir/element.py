"""What every FHIR element is made of here: plain dicts, and strings that FHIR allows."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

# "The value is expected to exist but is not known": what a text does not say is marked so, never invented.
UNKNOWN: Json = {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}

_ALLOWED_CONTROLS = "\t\n\r"


def unknown() -> Json:
    """An element that must be there but that the text does not give: extension data-absent-reason."""
    return {"extension": [dict(UNKNOWN)]}


def string(text: str | None) -> str:
    """`text` as a FHIR string: what FHIR and UTF-8 bar (controls, lone surrogates) becomes U+FFFD.

    Empty where there is no text but blanks: FHIR has no blank strings, the element is left out.
    """
    if not text or text.isspace():
        return ""
    return text if text.isprintable() else "".join(map(_allowed, text))


def _allowed(char: str) -> str:
    barred = (char < " " and char not in _ALLOWED_CONTROLS) or "\ud800" <= char <= "\udfff"
    return "\ufffd" if barred else char
