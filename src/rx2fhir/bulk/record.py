"""One prescription of a file, and why one could not be taken."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import astuple, dataclass

from rx2fhir.language import languages

# FHIR's type `id`: https://hl7.org/fhir/R4/datatypes.html#id
_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
_REFERENCE = re.compile(r"[^\s#]\S*[/:]\S+")


class Unreadable(Exception):
    """What stands here is no record; the message is the reason that goes into the rejects file."""


@dataclass(frozen=True, slots=True)
class Record:
    """One text of a file. line: number of its (last) line, from 1. id: its name in the source system.

    subject: reference to the patient. language: ISO 639-1 of a pack; None where it is to be detected.
    authored_on, requester: when and by whom it was ordered, see `rx2fhir.fhir.order`.
    """

    line: int
    text: str
    id: str | None = None
    subject: str | None = None
    language: str | None = None
    authored_on: str | None = None
    requester: str | None = None


@dataclass(frozen=True, slots=True)
class Reject:
    """A line, or an entry of it, that gave nothing, and why. The reason never quotes the text."""

    line: int
    reason: str
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column of a table, or name of a JSON object, holds what; None: no column does."""

    text: str = "text"
    id: str | None = None
    subject: str | None = None
    language: str | None = None
    authored_on: str | None = None
    requester: str | None = None

    def names(self) -> list[str]:
        """The columns that must be there."""
        return [name for name in astuple(self) if name is not None]


def record(line: int, fields: Mapping[str, object], columns: Columns) -> Record:
    """The record out of the values of a row. Raises Unreadable with the reason where it is none."""
    text = _value(fields, columns.text)
    if text is None:
        raise Unreadable(f"no text in {columns.text!r}")
    source = _value(fields, columns.id)
    if columns.id is not None and source is None:
        raise Unreadable(f"no id in {columns.id!r}")
    return Record(
        line,
        text,
        source,
        _reference("subject", "Patient", _value(fields, columns.subject)),
        _language(_value(fields, columns.language)),
        _value(fields, columns.authored_on),
        _reference("requester", "Practitioner", _value(fields, columns.requester)),
    )


def _value(fields: Mapping[str, object], name: str | None) -> str | None:
    """A value as text, None where there is none. JSON gives ids as numbers too."""
    value = None if name is None else fields.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if value is not None and not isinstance(value, str):
        raise Unreadable(f"{name!r} holds no text but {type(value).__name__}")
    return None if value is None or not value.strip() else value


def _reference(name: str, kind: str, value: str | None) -> str | None:
    """A bare id is that of a resource of this kind."""
    if value is None or _REFERENCE.fullmatch(value):
        return value
    if _ID.fullmatch(value):
        return f"{kind}/{value}"
    raise Unreadable(f"the {name} is neither a reference such as {kind}/1 nor an id")


def _language(value: str | None) -> str | None:
    """fr-CH and FR are fr: a pack is one language in all its countries."""
    if value is None:
        return None
    code = re.split("[-_]", value.strip().lower())[0]
    if code not in languages():
        raise Unreadable(f"no pack for its language; packs: {', '.join(languages())}")
    return code
