"""Why a dosage cannot be said in a profile: each reason names the fact."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import fields

from rx2fhir.profiles.profile import Profile
from rx2fhir.statement import DosageInstruction, Quantity, Ratio, Timing

_PLACE = frozenset(("text", "start", "end", "sequence", "evidence"))


def reasons(dosage: DosageInstruction, profile: Profile) -> Iterator[str]:
    """What a profile has no place for, in words; nothing where it can say all."""
    if profile.dosage:
        yield from (f"no {name}" for name in _facts(dosage) if name not in (*profile.dosage, *profile.hints))
    if not profile.steps and dosage.sequence is not None:
        yield "no dosages one after the other"
    yield from _dose(dosage, profile)
    yield from _timing(dosage.timing, profile) if dosage.timing else ()
    yield from _maximum(dosage, profile) if dosage.max_dose_per_period and profile.max_periods else ()


def _facts(dosage: DosageInstruction) -> list[str]:
    return [field.name for field in fields(dosage) if field.name not in _PLACE and getattr(dosage, field.name)]


def _dose(dosage: DosageInstruction, profile: Profile) -> Iterator[str]:
    dose = dosage.dose
    if dose is None:
        if profile.dose and not _facts(dosage):
            yield "no structure"
        return
    if not _allows(profile.dose, type(dose).__name__):
        yield f"no dose that is a {type(dose).__name__}"
    elif isinstance(dose, Quantity) and profile.units is not None and dose.unit not in profile.units:
        yield f"no code for the unit {dose.unit or 'of a bare number'}"


def _timing(timing: Timing, profile: Profile) -> Iterator[str]:
    said = [field.name for field in fields(timing) if getattr(timing, field.name)]
    yield from (f"no timing.{name}" for name in said if not _allows(profile.timing, name))
    yield from (f"no event {event}" for event in timing.when if not _allows(profile.when, event))
    if timing.bounds and not _allows(profile.bounds, type(timing.bounds).__name__):
        yield "no length of time that is a range"
    if timing.period_unit and not _allows(profile.period_units, timing.period_unit):
        yield f"no period in the unit {timing.period_unit}"
    if timing.period and profile.period_units and timing.period != timing.period.to_integral_value():
        yield "no period that is no whole number"


def _maximum(dosage: DosageInstruction, profile: Profile) -> Iterator[str]:
    limit = dosage.max_dose_per_period
    if isinstance(limit, Ratio) and not _allows(profile.max_periods, _length(limit.denominator)):
        yield f"no maximum per {_length(limit.denominator)}"
    if isinstance(limit, Ratio) and profile.units is not None and limit.numerator.unit not in profile.units:
        yield f"no code for the unit {limit.numerator.unit or 'of a bare number'}"
    if not dosage.as_needed or dosage.as_needed_for:
        yield "no maximum but beside an as-needed dose without a reason"


def _length(quantity: Quantity) -> str:
    return f"{quantity.value.normalize():f} {quantity.unit}"


def _allows(choices: Collection[str], name: str) -> bool:
    return not choices or name in choices
