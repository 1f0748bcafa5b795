"""A dosage in words: its parts in the order of the language."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from rx2fhir.errors import CannotSay
from rx2fhir.statement import DosageInstruction, Duration, Ratio, Timing
from rx2fhir.wording.amounts import amount_words, bounds_words, dose_words, duration_words, rate_words
from rx2fhir.wording.timing import (
    clock_words,
    count_words,
    day_words,
    frequency_words,
    runs_words,
    when_words,
)
from rx2fhir.wording.words import Words

Part = Callable[[Words, DosageInstruction], str]


def dosage_words(words: Words, dosage: DosageInstruction) -> str:
    """All that the dosage says, as one sig. Raises CannotSay, which names the first fact that has no words."""
    clauses = [_clause(words, dosage, parts) for parts in words.frame.clauses]
    said = _instructions(words, dosage)
    return ", ".join(clause for clause in (*clauses, *said) if clause)


def _clause(words: Words, dosage: DosageInstruction, parts: tuple[str, ...]) -> str:
    return " ".join(said for part in parts if (said := _PARTS[part](words, dosage)))


def _timed(wording: Callable[[Words, Timing], str]) -> Part:
    return lambda words, dosage: wording(words, dosage.timing) if dosage.timing else ""


def _dose(words: Words, dosage: DosageInstruction) -> str:
    return dose_words(words, dosage.dose) if dosage.dose else ""


def _rate(words: Words, dosage: DosageInstruction) -> str:
    return rate_words(words, dosage.rate) if dosage.rate else ""


def _frequency(words: Words, dosage: DosageInstruction) -> str:
    return frequency_words(words, dosage.timing, dosage.rate) if dosage.timing else ""


def _plain_when(words: Words, timing: Timing) -> str:
    return when_words(words, timing) if timing.offset is None else ""


def _offset_when(words: Words, timing: Timing) -> str:
    return "" if timing.offset is None else when_words(words, timing)


def _bounds(words: Words, timing: Timing) -> str:
    return bounds_words(words, timing.bounds) if timing.bounds else ""


def _as_needed(words: Words, dosage: DosageInstruction) -> str:
    if dosage.as_needed_for is not None:
        return words.frame.say("as_needed_for", reason=dosage.as_needed_for.text)
    return words.frame.phrases["as_needed"] if dosage.as_needed else ""


def _most(words: Words, dosage: DosageInstruction) -> str:
    return _most_per_period(words, dosage.max_dose_per_period) if dosage.max_dose_per_period else ""


def _most_per_period(words: Words, limit: Ratio) -> str:
    """at most 8 tablets a day; at most 8 tablets in 24 hours."""
    amount, per = amount_words(words, limit.numerator), limit.denominator
    if not per.unit:
        raise CannotSay(f"{words.frame.language}: no words for an amount per {per.value}")
    if per.value == 1:
        return words.frame.say("most", amount=amount, per=words.own("per", per.unit)[0])
    return words.frame.say("most_in", amount=amount, duration=duration_words(words, Duration(per.value, per.unit)))


def _most_each(words: Words, dosage: DosageInstruction) -> str:
    limit = dosage.max_dose_per_administration
    return words.frame.say("most_each", amount=amount_words(words, limit)) if limit else ""


def _most_ever(words: Words, dosage: DosageInstruction) -> str:
    limit = dosage.max_dose_per_lifetime
    return words.frame.say("most_ever", amount=amount_words(words, limit)) if limit else ""


def _named(field: str, table: str) -> Part:
    def part(words: Words, dosage: DosageInstruction) -> str:
        value = getattr(dosage, field)
        return words.named(table, value) if value else ""

    return part


def _instructions(words: Words, dosage: DosageInstruction) -> list[str]:
    said = [words.named("instructions", one) for one in dosage.additional_instructions]
    return [*said, dosage.patient_instruction or ""]


_PARTS: Mapping[str, Part] = {
    "method": _named("method", "methods"),
    "dose": _dose,
    "rate": _rate,
    "route": _named("route", "routes"),
    "site": _named("site", "sites"),
    "duration": _timed(runs_words),
    "frequency": _frequency,
    "offset": _timed(_offset_when),
    "when": _timed(_plain_when),
    "day_of_week": _timed(day_words),
    "time_of_day": _timed(clock_words),
    "bounds": _timed(_bounds),
    "count": _timed(count_words),
    "as_needed": _as_needed,
    "max_dose_per_period": _most,
    "max_dose_per_administration": _most_each,
    "max_dose_per_lifetime": _most_ever,
}
