"""What a dosage says, without where it was read: two texts of one meaning have the same facts."""

from __future__ import annotations

from dataclasses import fields

from rx2fhir.statement import Concept, DosageInstruction

Facts = dict[str, object]
_PLACE = frozenset(("text", "start", "end", "sequence", "evidence"))


def facts(dosage: DosageInstruction) -> Facts:
    """The facts by field; concepts by their codes, or by their words where they have none."""
    named = {field.name: getattr(dosage, field.name) for field in fields(dosage) if field.name not in _PLACE}
    return {name: _comparable(value) for name, value in named.items()}


def differing(one: DosageInstruction, two: DosageInstruction) -> list[str]:
    """The fields in which two dosages differ."""
    left, right = facts(one), facts(two)
    return [name for name in left if left[name] != right[name]]


def _comparable(value: object) -> object:
    if isinstance(value, Concept):
        return [(code.system, code.code) for code in value.codings] or value.display or value.text.casefold()
    if isinstance(value, tuple):
        return sorted((_comparable(part) for part in value), key=str)
    return value
