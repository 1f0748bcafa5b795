"""A small context-free grammar of labelled text: the rows of `mappings/training/*.yaml`.

A row is a phrase (`syntax.py`) whose slots are rules: `{rule}` (a row of that rule), `{LABEL}` and `{LABEL:rule}` (the
same, marked as an entity). ` @5` at its end makes the row five times as frequent as the others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from random import Random

import yaml

from rx2fhir.errors import MappingError
from rx2fhir.syntax import Group, Phrase, PhraseError, Slot, Text, parse_phrase, slots

Pieces = list[tuple[str, str | None]]
Builtin = Callable[[Random], str]

_WEIGHT = re.compile(r"\s@(\d+)$")
MAX_DEPTH = 40


@dataclass(frozen=True, slots=True)
class Row:
    """One way to fill a rule, taken `weight` times as often as a row of weight 1."""

    phrase: Phrase
    weight: int = 1


Rules = Mapping[str, Sequence[Row]]


class Grammar:
    """Rules by name; each rule has rows and their summed weights.

    builtins: rules made by code (drug names); they take a random generator and return plain text.
    Raises MappingError where a row names a rule that does not exist.
    """

    def __init__(self, rules: Rules, builtins: Mapping[str, Builtin]) -> None:
        self._builtins = dict(builtins)
        self._rows = {name: [row.phrase for row in rows] for name, rows in rules.items()}
        self._weights = {name: list(accumulate(row.weight for row in rows)) for name, rows in rules.items()}
        self._check()

    def _check(self) -> None:
        known = self._rows.keys() | self._builtins.keys()
        for name, rows in self._rows.items():
            missing = {slot.name for row in rows for slot in slots(row)} - known
            if missing:
                raise MappingError(f"training rule {name!r}: unknown slot {', '.join(sorted(missing))}")

    def expand(self, rule: str, random: Random) -> Pieces:
        """Random text of a rule as (text, label) pieces; equal neighbours with a label are one entity."""
        pieces: Pieces = []
        self._expand_rule(rule, None, random, pieces, 0)
        return pieces

    def _expand_rule(self, rule: str, label: str | None, random: Random, out: Pieces, depth: int) -> None:
        if depth > MAX_DEPTH:
            raise MappingError(f"training rule {rule!r} never ends")
        if rule in self._builtins:
            out.append((self._builtins[rule](random), None))
        else:
            row = random.choices(self._rows[rule], cum_weights=self._weights[rule])[0]
            self._expand(row, label, random, out, depth + 1)

    def _expand_slot(self, slot: Slot, label: str | None, random: Random, out: Pieces, depth: int) -> None:
        if not slot.label or label:
            self._expand_rule(slot.name, label, random, out, depth)
            return
        inner: Pieces = []
        self._expand_rule(slot.name, slot.label, random, inner, depth + 1)
        out.append(("".join(text for text, _ in inner), slot.label))

    def _expand_group(self, group: Group, label: str | None, random: Random, out: Pieces, depth: int) -> None:
        """One of the ways; brackets that offer no choice are brackets of the text."""
        if group.is_choice:
            way = random.choice((*group.ways, ()) if group.optional else group.ways)
        else:
            way = (Text("("), *group.ways[0], Text(")"))
        self._expand(way, label, random, out, depth)

    def _expand(self, phrase: Phrase, label: str | None, random: Random, out: Pieces, depth: int) -> None:
        for node in phrase:
            if isinstance(node, Text):
                out.append((node.value, None))
            elif isinstance(node, Slot):
                self._expand_slot(node, label, random, out, depth)
            else:
                self._expand_group(node, label, random, out, depth)


def parse_row(text: str, where: str) -> Row:
    """A row as it is written. `where` names the rule in the MappingError for broken syntax."""
    weight = _WEIGHT.search(text)
    try:
        phrase = parse_phrase(text[: weight.start()] if weight else text)
    except PhraseError as error:
        raise MappingError(f"training rule {where!r}: {error}") from error
    return Row(phrase, int(weight[1]) if weight else 1)


def read_rules(*paths: Path) -> dict[str, list[Row]]:
    """The rules of several YAML files; a later file's rule replaces an earlier one of the same name.

    A rule named `+name` adds its rows to `name`. Raises MappingError where a row is not text or breaks the syntax.
    """
    rules: dict[str, list[Row]] = {}
    for path in paths:
        for name, texts in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
                raise MappingError(f"{path}: rule {name!r} must be a list of quoted texts")
            rows = [parse_row(text, name) for text in texts]
            rules[name.lstrip("+")] = rules.get(name[1:], []) + rows if name.startswith("+") else rows
    return rules
