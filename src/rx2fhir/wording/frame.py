"""How a language words a dosage: `mappings/<lang>/text.yaml`, read and checked.

The order of the parts, the phrases that join them, and the words to prefer where the first ones of the pack are not
what is written back. The format is described for editors in `mappings/README.md`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter

from rx2fhir.codes import mappings_dir
from rx2fhir.errors import MappingError, UnknownLanguage
from rx2fhir.language import languages
from rx2fhir.packfile import Line, read_file
from rx2fhir.packrows import KEYED, check_key

PARTS = frozenset(
    "method dose rate route site duration frequency offset when day_of_week time_of_day bounds count as_needed "
    "max_dose_per_period max_dose_per_administration max_dose_per_lifetime".split()
)
"""The parts of a dosage, by the fields of the model; each stands once in `clauses`. Instructions come last."""

PHRASES: Mapping[str, frozenset[str]] = {
    name: frozenset(slots.split())
    for name, slots in {
        "range": "low high",
        "up_to": "high",
        "bare": "amount",
        "at_most": "times",
        "within": "duration",
        "divided": "n",
        "ratio": "amount duration",
        "offset": "duration when",
        "days": "days",
        "clock": "times",
        "hour": "h",
        "hour_minute": "h m",
        "date": "d dd mm month y",
        "bounds": "duration",
        "bounds_most": "duration",
        "bounds_from": "date",
        "bounds_until": "date",
        "bounds_period": "start end",
        "count_one": "",
        "count": "n",
        "runs": "duration",
        "as_needed": "",
        "as_needed_for": "reason",
        "most": "amount per",
        "most_in": "amount duration",
        "most_each": "amount",
        "most_ever": "amount",
        "and": "",
        "then": "",
    }.items()
}
"""The phrases of a frame, and the slots that each may have."""

TABLES = frozenset(KEYED) - {"numbers", "ordinals", "background", "status", "form_modifiers"} | {
    "times",
    "per",
    "every",
    "offset_when",
    "rate_time",
}
"""What `words` may hold: a vocabulary of the pack, or one of the frame's own."""


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """The wording of a language.

    clauses: parts that stand together, and are parted from the next ones by a comma. words: table -> key -> singular,
    plural. plural_from: the least number that takes the plural.
    """

    language: str
    plural_from: int
    clauses: tuple[tuple[str, ...], ...]
    phrases: Mapping[str, str]
    words: Mapping[str, Mapping[str, tuple[str, ...]]]
    rules: Mapping[str, Mapping[str, str]]

    def say(self, phrase: str, **slots: str) -> str:
        """A phrase of the frame with its slots filled."""
        return self.phrases[phrase].format(**slots)


@cache
def worded() -> tuple[str, ...]:
    """The languages that dosages can be written back in: those whose pack has a `text.yaml`."""
    return tuple(code for code in languages() if (mappings_dir() / code / "text.yaml").exists())


@cache
def load_frame(code: str) -> Frame:
    """The frame of a language. Raises UnknownLanguage (the choices) or MappingError (file and line)."""
    if code not in worded():
        raise UnknownLanguage(f"no wording for {code!r}; languages: {', '.join(worded())}")
    return read_frame(mappings_dir() / code)


def read_frame(folder: Path) -> Frame:
    """Read one `text.yaml`. Raises MappingError."""
    content = read_file(folder / "text.yaml")
    fields = dict(content.items())
    wanted = {"plural_from", "clauses", "phrases", "words"}
    if fields.keys() != wanted:
        raise MappingError(f"{content.rule}: a wording has {', '.join(sorted(wanted))}; not {', '.join(fields)}")
    words = {name: dict(lines.items()) for name, lines in fields["words"].items()}
    _check_words(content, words)
    return Frame(
        language=folder.name,
        plural_from=int(fields["plural_from"].plain()),
        clauses=_clauses(fields["clauses"]),
        phrases=_phrases(fields["phrases"]),
        words={name: {key: _forms(line) for key, line in lines.items()} for name, lines in words.items()},
        rules={name: {key: line.rule for key, line in lines.items()} for name, lines in words.items()},
    )


def _check_words(content: Line, words: Mapping[str, Mapping[str, Line]]) -> None:
    for name, lines in words.items():
        if name not in TABLES:
            raise MappingError(f"{content.rule}: words: unknown {name}; choices: {', '.join(sorted(TABLES))}")
        for key, line in lines.items():
            if name in KEYED:
                check_key(name, key, line)


def _forms(line: Line) -> tuple[str, ...]:
    """One word, or singular and plural."""
    plain = line.plain()
    forms = tuple(one.text() for one in line) if isinstance(plain, list) else (line.text(),)
    if not 1 <= len(forms) <= 2:
        raise MappingError(f"{line.rule}: expected a word, or singular and plural")
    return forms


def _clauses(line: Line) -> tuple[tuple[str, ...], ...]:
    clauses = tuple(tuple(part.text() for part in clause) for clause in line)
    parts = [part for clause in clauses for part in clause]
    if sorted(parts) != sorted(PARTS):
        wrong = ", ".join(sorted(PARTS ^ set(parts))) or "one stands twice"
        raise MappingError(f"{line.rule}: clauses: each part stands once: {wrong}")
    return clauses


def _phrases(line: Line) -> dict[str, str]:
    found = {}
    for name, phrase in line.items():
        if name not in PHRASES:
            raise MappingError(f"{phrase.rule}: unknown phrase {name}; phrases: {', '.join(PHRASES)}")
        found[name] = _checked(phrase, PHRASES[name])
    if missing := PHRASES.keys() - found.keys():
        raise MappingError(f"{line.rule}: phrases: missing {', '.join(sorted(missing))}")
    return found


def _checked(line: Line, slots: frozenset[str]) -> str:
    """A phrase whose slots are the ones that it may have. Raises MappingError."""
    text = line.text()
    try:
        names = {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError as error:
        raise MappingError(f"{line.rule}: {text!r}: {error}") from error
    if unknown := names - slots:
        choices = ", ".join(sorted(slots)) or "none"
        raise MappingError(f"{line.rule}: unknown slot {{{unknown.pop()}}}; slots: {choices}")
    return text
