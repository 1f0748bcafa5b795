"""The dosages of a statement as a profile wants them: hints as patientInstruction, what cannot be said as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from rx2fhir.errors import CannotSay
from rx2fhir.profiles.profile import Profile
from rx2fhir.profiles.rules import reasons
from rx2fhir.statement import DosageInstruction, Issue, Statement
from rx2fhir.wording import sentence, words_of
from rx2fhir.wording.facts import differing
from rx2fhir.wording.words import Words

_TABLES = {"method": "methods", "route": "routes", "site": "sites", "additional_instructions": "instructions"}
_SHARED = ("as_needed", "as_needed_for", "route", "site", "method", "additional_instructions", "patient_instruction")


def fitted(statement: Statement, profile: Profile) -> Statement:
    """The statement with dosages that the profile can hold; all of them as one text, where one cannot be said."""
    if any(issues([statement], profile)):
        return replace(statement, dosages=(_as_text(statement.dosages),))
    dosages = statement.dosages
    if profile.hints and profile.language:
        dosages = tuple(_with_hints(one, profile.hints, words_of(profile.language)) for one in dosages)
    if profile.uncoded:
        dosages = tuple(_uncoded(one, profile.uncoded) for one in dosages)
    return replace(statement, dosages=_numbered(dosages) if profile.split else dosages)


def issues(statements: Sequence[Statement], profile: Profile) -> Iterator[Issue]:
    """An issue for each dosage that the profile cannot say; its statement is written as text."""
    for dosage in (dosage for statement in statements for dosage in statement.dosages):
        why = list(dict.fromkeys([*reasons(dosage, profile), *_unworded(dosage, profile)]))
        if why:
            message = f"{profile.name} has {', '.join(why)}; the dosage is written as text"
            yield Issue("information", "profile-cannot-say", message, dosage.start, dosage.end)


def rendered(dosages: Sequence[DosageInstruction], language: str) -> str:
    """The text that a structure is told in: its own words, whatever the language of the source."""
    return sentence(words_of(language), dosages)


def _unworded(dosage: DosageInstruction, profile: Profile) -> Iterator[str]:
    """A hint or a fact that has no words in the language of the profile."""
    if profile.language is None:
        return
    try:
        words = words_of(profile.language)
        rendered([_with_hints(dosage, profile.hints, words)], profile.language)
    except CannotSay as error:
        yield str(error)


def _as_text(dosages: Sequence[DosageInstruction]) -> DosageInstruction:
    text = "; ".join(dict.fromkeys(dosage.text for dosage in dosages))
    return DosageInstruction(text, min(one.start for one in dosages), max(one.end for one in dosages))


def _with_hints(dosage: DosageInstruction, names: Sequence[str], words: Words) -> DosageInstruction:
    said = [hint for name in names for hint in _hints(dosage, name, words)]
    if dosage.patient_instruction:
        said.append(dosage.patient_instruction)
    emptied = {name: () if name == "additional_instructions" else None for name in names}
    return replace(dosage, **emptied, patient_instruction=", ".join(said) or None)  # type: ignore[arg-type]


def _hints(dosage: DosageInstruction, name: str, words: Words) -> Iterator[str]:
    value = getattr(dosage, name)
    for concept in value if isinstance(value, tuple) else [value] if value else []:
        yield words.named(_TABLES[name], concept)


def _uncoded(dosage: DosageInstruction, names: Sequence[str]) -> DosageInstruction:
    """Concepts in their words alone."""
    kept = {name: getattr(dosage, name) for name in names if getattr(dosage, name)}
    return replace(dosage, **{name: replace(value, codings=()) for name, value in kept.items()})


def _numbered(dosages: tuple[DosageInstruction, ...]) -> tuple[DosageInstruction, ...]:
    """Amounts of one day as 1, 2, ...: what the first says for all stands in it alone. Steps stay as they are."""
    if len(dosages) < 2 or any(dosage.sequence is not None for dosage in dosages):
        return dosages
    first, *others = dosages
    empty = DosageInstruction("", 0, 0)
    found = [replace(first, sequence=1)]
    for number, one in enumerate(others, start=2):
        shared = set(_SHARED) - set(differing(one, first))
        found.append(replace(one, sequence=number, **{name: getattr(empty, name) for name in shared}))
    return tuple(found)
