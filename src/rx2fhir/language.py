"""Finds, reads and checks the language packs, `mappings/<lang>/*.yaml`.

The folder is the registration: no list names the languages. Every mistake in a pack is a MappingError that names file
and line. The format is described for editors in `mappings/README.md`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from rx2fhir import codes
from rx2fhir.errors import MappingError, UnknownLanguage
from rx2fhir.means import STATUSES, WEEKDAYS, mistakes
from rx2fhir.packfile import Line, read_file
from rx2fhir.phrases import Spell, Trie
from rx2fhir.settings import read_settings
from rx2fhir.syntax import Group, Phrase, PhraseError, parse_phrase, slots
from rx2fhir.text import fold

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

ITEMS: tuple[str, ...] = (
    "frequency",
    "bounds",
    "as_needed",
    "maximum",
    "administration",
    "steps",
    "when",
    "weekdays",
    "routes",
    "sites",
)
ITEMS += ("methods", "instructions", "status", "background", "dispense")
"""The files whose phrases are read on their own; the others fill slots."""

SLOT_VOCABULARIES = {
    "unit": "time_units",
    "when": "when",
    "weekday": "weekdays",
}
READERS = frozenset(
    "count form site ordinal duration weekdays time times hour minute date year amount measure words reason".split()
)
_KINDS = READERS | SLOT_VOCABULARIES.keys()
CONTEXTS = ("eye", "unweighed", "known")
"""Where a row may hold only: beside an eye; in a line with no amount by mass; where no unread word follows."""


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


@dataclass(frozen=True, slots=True, eq=False)
class LanguagePack:
    """A language: its settings, its word lists, and its phrases compiled for matching."""

    code: str
    name: str
    decimal: str
    thousands: tuple[str, ...]
    month_first: bool
    either_first: bool
    reviewed: tuple[str, ...]
    rows: tuple[Row, ...]
    lists: Mapping[str, tuple[Row, ...]]
    tries: Mapping[str, Trie] = field(repr=False)


@cache
def languages() -> tuple[str, ...]:
    """The codes of all packs that are there, sorted."""
    return tuple(sorted(path.parent.name for path in codes.mappings_dir().glob("*/language.yaml")))


@cache
def detected() -> tuple[str, ...]:
    """The languages that an unnamed text may be in: all but those whose pack says `detected: false`."""
    return tuple(code for code in languages() if read_settings(codes.mappings_dir() / code).get("detected", True))


@cache
def load(code: str) -> LanguagePack:
    """The pack of a language. Raises UnknownLanguage (the choices) or MappingError (file and line)."""
    if code not in languages():
        raise UnknownLanguage(f"no pack {code!r}; packs: {', '.join(languages())}")
    return read_pack(codes.mappings_dir() / code)


def read_pack(folder: Path) -> LanguagePack:
    """Read and compile one folder. Raises MappingError."""
    _check_files(folder)
    settings = read_settings(folder)
    lists = {name: _list(name, line) for name, line in read_file(folder / "words.yaml").items()}
    rows = tuple(row for name in (*KEYED, *ROWS) for row in _rows(folder, name))
    return LanguagePack(
        code=settings["code"],
        name=settings["name"],
        decimal=settings.get("decimal", "."),
        thousands=tuple(settings.get("thousands", ())),
        month_first=settings.get("date_order", "DMY") == "MDY",
        either_first=settings.get("date_order", "DMY") == "either",
        reviewed=tuple(settings.get("reviewed", ())),
        rows=rows,
        lists=lists,
        tries=_tries(rows, lists, _speller(settings.get("digraphs", {}))),
    )


def _check_files(folder: Path) -> None:
    known = {*KEYED, *ROWS, "language", "words", "text"}
    for path in sorted(folder.glob("*.yaml")):
        if path.stem not in known:
            raise MappingError(
                f"{folder.name}/{path.name}:1: no such file in a pack; files: {', '.join(sorted(known))}"
            )


def _rows(folder: Path, name: str) -> Iterator[Row]:
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


def _list(name: str, entries: Line) -> tuple[Row, ...]:
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


_NUMBERS = {"numbers": re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?"), "ordinals": re.compile("[0-9]{1,3}")}
_ENDLESS = {
    "durations": frozenset(("duration", "words", "reason")),
    "times": frozenset(("time", "times", "words", "reason")),
    **dict.fromkeys(("numbers", "ordinals", "units", "time_units", "months", "weekdays"), READERS),
    "forms": frozenset(("form", "amount", "words", "reason")),
}
"""Slots that would read a vocabulary by itself."""


def _tries(rows: Sequence[Row], lists: Mapping[str, Sequence[Row]], spell: Spell) -> dict[str, Trie]:
    """The compiled phrases: a trie for each vocabulary and `<list>`, and `closed` and `open` for what is read alone."""
    tries = {name: Trie(spell) for name in (*KEYED, "durations", "times", "closed", "open")}
    tries |= {f"<{name}>": Trie(spell) for name in lists}
    for name in lists:
        _check_cycle(name, lists, (name,))
    for row in (*rows, *(row for entries in lists.values() for row in entries)):
        try:
            phrase = parse_phrase(row.phrase)
            _check_slots(row, phrase, tries.keys())
            for name in _homes(row, phrase):
                tries[name].add(phrase, row)
        except PhraseError as error:
            raise MappingError(f"{row.rule}: {error}") from error
    return tries


def _check_cycle(name: str, lists: Mapping[str, Sequence[Row]], path: tuple[str, ...]) -> None:
    """Raise MappingError where a list holds itself, directly or through others."""
    for entry in lists[name]:
        for inner in _lists_in(entry):
            if inner in path:
                raise MappingError(f"{entry.rule}: list <{inner}> holds itself")
            if inner in lists:
                _check_cycle(inner, lists, (*path, inner))


def _lists_in(entry: Row) -> list[str]:
    try:
        return [slot.kind[1:-1] for slot in slots(parse_phrase(entry.phrase)) if slot.kind.startswith("<")]
    except PhraseError as error:
        raise MappingError(f"{entry.rule}: {error}") from error


def _homes(row: Row, phrase: Phrase) -> Iterator[str]:
    """The tries that a row is matched by."""
    if row.concept == "words":
        yield f"<{row.key}>"
    if (row.concept in KEYED and row.concept != "background") or row.concept in ("durations", "times"):
        yield row.concept
    if row.concept in ITEMS:
        yield "open" if _is_open(phrase) else "closed"


def _is_open(phrase: Phrase) -> bool:
    return any(slot.kind in ("words", "reason") for slot in slots(phrase))


def _open_last(phrase: Phrase) -> bool:
    """Free words, where there are any, are the last step."""
    if _is_open(phrase[:-1]):
        return False
    last = phrase[-1] if phrase else None
    return not isinstance(last, Group) or all(_open_last(way) for way in last.ways)


def _check_slots(row: Row, phrase: Phrase, tries: Collection[str]) -> None:
    for slot in slots(phrase):
        if slot.label:
            raise PhraseError(f"{{{slot.label}}}: labels belong in the training grammars")
        is_list = slot.kind.startswith("<")
        known = tries if is_list else _KINDS
        if slot.kind not in known:
            choices = (
                sorted(name for name in tries if name[0] == "<") if is_list else sorted(_KINDS - {"count"} | {"n", "m"})
            )
            raise PhraseError(
                f"unknown {slot.kind if is_list else '{' + slot.name + '}'}; choices: {', '.join(choices)}"
            )
    if not _open_last(phrase):
        raise PhraseError("free words must stand last")
    nested = {slot.kind for slot in slots(phrase)} & _ENDLESS.get(row.concept, frozenset())
    if nested:
        raise PhraseError(f"{row.concept} cannot be told by {{{nested.pop()}}}")


def _speller(digraphs: Mapping[str, str]) -> Spell:
    """Other spellings of a word of the pack, folded: täglich is also taeglich."""

    def spell(word: str) -> tuple[str, ...]:
        lower = word.lower()
        if not any(letter in lower for letter in digraphs):
            return ()
        for letter, digraph in digraphs.items():
            lower = lower.replace(letter, digraph)
        return (fold(lower),)

    return spell
