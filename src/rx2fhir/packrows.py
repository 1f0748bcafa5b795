"""Reads the rows of a language pack: its files of `key: [phrases]`, and of phrases and what they mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rx2fhir import codes
from rx2fhir.errors import MappingError
from rx2fhir.means import STATUSES, WEEKDAYS, mistakes
from rx2fhir.packfile import Line, read_file
from rx2fhir.syntax import PhraseError, parse_phrase, slots

KEYED: dict[str, tuple[str, str] | None] = {
    "numbers": None,
    "ordinals": None,
    "months": None,
    "units": ("units", "code"),
    "time_units": ("units", "code"),
    "forms": ("forms", "name"),
    "form_modifiers": None,
    "routes": ("routes", "name"),
    "sites": ("sites", "name"),
    "methods": ("methods", "name"),
    "instructions": ("instructions", "name"),
    "when": ("event_timing", "code"),
    "weekdays": None,
    "status": None,
    "background": None,
}
"""Files of `key: [phrases]`, and the code table and column their keys are from."""

ROWS = ("frequency", "durations", "times", "bounds", "as_needed", "maximum", "administration", "steps", "dispense")
"""Files of rows: a phrase and what it means."""

FREE_KEYS = {
    "months": {str(n) for n in range(1, 13)},
    "weekdays": set(WEEKDAYS),
    "status": set(STATUSES),
    "background": {"filler", "heading", "noise", "negation"},
    "form_modifiers": {"modifier"},
}

_NUMBERS = {"numbers": re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?"), "ordinals": re.compile("[0-9]{1,3}")}
CONTEXTS = ("eye", "unweighed", "known", "supper")
"""Where a row may hold only: beside an eye; in a line with no amount by mass; where no unread word follows; in a
text with a word of `<supper>`."""


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One phrase of a pack and what it means. `rule` is the file and line, for explanations."""

    concept: str
    key: str
    phrase: str
    means: Mapping[str, Any]
    rule: str
    slots: frozenset[str] = frozenset()
    context: str | None = None
    priority: int = 0


def read_rows(folder: Path, name: str) -> Iterator[Row]:
    """The rows of a file of a pack, none where it has no such file. Raises MappingError."""
    path = folder / f"{name}.yaml"
    if not path.exists():
        return
    content = read_file(path)
    if name in KEYED:
        for key, phrases in content.items():
            check_key(name, key, phrases)
            for phrase in phrases:
                yield Row(name, key, phrase.text(), _keyed_means(name, key), phrase.rule)
        return
    for entry in content:
        fields = dict(entry.items())
        unknown = fields.keys() - {"phrase", "phrases", "means", "context", "priority", "note"}
        if unknown or "means" not in fields:
            raise MappingError(
                f"{entry.rule}: a row has phrase(s), means, context, priority, note; not {unknown or 'no means'}"
            )
        yield from _row(name, entry, fields)


def _row(name: str, entry: Line, fields: dict[str, Line]) -> Iterator[Row]:
    means = fields["means"].plain()
    if not isinstance(means, dict):
        raise MappingError(f"{fields['means'].rule}: means: expected {{field: value}}")
    phrases = [fields["phrase"]] if "phrase" in fields else list(fields.get("phrases", ()))
    if not phrases or {"phrase", "phrases"} <= fields.keys():
        raise MappingError(f"{entry.rule}: a row needs a phrase, or phrases")
    context = _context(fields)
    for phrase in phrases:
        text, slots = phrase.text(), _slot_names(phrase)
        for mistake in mistakes(means, slots):
            raise MappingError(f"{phrase.rule}: {mistake}")
        # What is dispensed is no dosage: to all that reads dosages such a row is one of `background.yaml`.
        key = "noise" if name == "dispense" else ""
        yield Row(name, key, text, means, phrase.rule, slots, context, _priority(fields))


def _context(fields: dict[str, Line]) -> str | None:
    context = fields["context"].text() if "context" in fields else None
    if context not in (None, *CONTEXTS):
        choices = ", ".join(CONTEXTS)
        raise MappingError(f"{fields['context'].rule}: unknown context {context!r}; contexts: {choices}")
    return context


def _priority(fields: dict[str, Line]) -> int:
    value = fields["priority"].plain() if "priority" in fields else 0
    if not isinstance(value, int) or isinstance(value, bool):
        raise MappingError(f"{fields['priority'].rule}: priority: {value!r} is not a whole number")
    return value


def _slot_names(phrase: Line) -> frozenset[str]:
    try:
        return frozenset(slot.name for slot in slots(parse_phrase(phrase.text())) if slot.name)
    except PhraseError as error:
        raise MappingError(f"{phrase.rule}: {error}") from error


_ITEM_FIELDS: dict[str, Callable[[str], dict[str, Any]]] = {
    "when": lambda key: {"when": key},
    "weekdays": lambda key: {"day_of_week": key},
    "routes": lambda key: {"route": key},
    "sites": lambda key: {"site": key},
    "methods": lambda key: {"method": key},
    "instructions": lambda key: {"instruction": key},
    "status": lambda key: {"status": key},
}


def _keyed_means(name: str, key: str) -> dict[str, Any]:
    return _ITEM_FIELDS[name](key) if name in _ITEM_FIELDS else {"value": key}


def read_list(name: str, entries: Line) -> tuple[Row, ...]:
    """The entries of a list of `words.yaml`."""
    return tuple(Row("words", name, entry.text(), {}, entry.rule) for entry in entries)


def check_key(name: str, key: str, line: Line) -> None:
    """Raise MappingError where `key` is none of the keys of a file."""
    source = KEYED[name]
    allowed = codes.table(*source).keys() if source else FREE_KEYS.get(name)
    if name == "instructions" and key == "text":
        return
    if allowed is not None and key not in allowed:
        raise MappingError(f"{line.rule}: unknown key {key!r}; keys: {', '.join(sorted(allowed))}")
    if name in _NUMBERS and not _NUMBERS[name].fullmatch(key):
        raise MappingError(f"{line.rule}: {key!r} is not a number")
