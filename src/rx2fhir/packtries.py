"""Compiles the rows of a language pack: a trie for each vocabulary and list, and for what is read on its own."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from rx2fhir.errors import MappingError
from rx2fhir.packrows import KEYED, Row
from rx2fhir.phrases import Spell, Trie
from rx2fhir.syntax import Group, Phrase, PhraseError, parse_phrase, slots
from rx2fhir.text import fold

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
    "count form site ordinal duration weekdays time times hour minute date year".split()
    + "amount single measure words reason".split()
)
_KINDS = READERS | SLOT_VOCABULARIES.keys()
_ENDLESS = {
    "durations": frozenset(("duration", "words", "reason")),
    "times": frozenset(("time", "times", "words", "reason")),
    **dict.fromkeys(("numbers", "ordinals", "units", "time_units", "months", "weekdays"), READERS),
    "forms": frozenset(("form", "amount", "single", "words", "reason")),
}
"""Slots that would read a vocabulary by itself."""


def compile_rows(rows: Sequence[Row], lists: Mapping[str, Sequence[Row]], spell: Spell) -> dict[str, Trie]:
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


def speller(digraphs: Mapping[str, str]) -> Spell:
    """Other spellings of a word of the pack, folded: täglich is also taeglich."""

    def spell(word: str) -> tuple[str, ...]:
        lower = word.lower()
        if not any(letter in lower for letter in digraphs):
            return ()
        for letter, digraph in digraphs.items():
            lower = lower.replace(letter, digraph)
        return (fold(lower),)

    return spell
