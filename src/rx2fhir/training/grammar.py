"""A small context-free grammar of labelled text: the rows of `mappings/training/*.yaml`.

A row is text with `{rule}` (a row of that rule), `{LABEL}` and `{LABEL:rule}` (the same, marked as an entity),
`[optional]` and `(one|other)`. ` @5` at its end makes the row five times as frequent as the others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import yaml

from rx2fhir.entities import LABELS
from rx2fhir.errors import MappingError

Pieces = list[tuple[str, str | None]]
Builtin = Callable[[Random], str]

_WEIGHT = re.compile(r"\s@(\d+)$")
_TOKEN = re.compile(r"\{([^{}]*)\}|([\[\]()|])|([^\[\](){}|]+)")
MAX_DEPTH = 40


@dataclass(frozen=True, slots=True)
class Slot:
    """`{rule}`, or `{LABEL:rule}` where label is given."""

    rule: str
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several sequences, all as likely."""

    options: tuple[tuple[Node, ...], ...]


Node = str | Slot | Choice


class Grammar:
    """Rules by name; each rule has rows and their summed weights.

    builtins: rules made by code (drug names); they take a random generator and return plain text.
    Raises MappingError where a row names a rule that does not exist.
    """

    def __init__(self, rules: Mapping[str, Sequence[str]], builtins: Mapping[str, Builtin]) -> None:
        self._builtins = dict(builtins)
        self._rows: dict[str, list[tuple[Node, ...]]] = {}
        self._weights: dict[str, list[int]] = {}
        for name, rows in rules.items():
            self._add(name, rows)
        self._check()

    def _add(self, name: str, rows: Sequence[str]) -> None:
        parsed, total, weights = [], 0, []
        for row in rows:
            weight = _WEIGHT.search(row)
            total += int(weight[1]) if weight else 1
            parsed.append(parse_row(row[: weight.start()] if weight else row, name))
            weights.append(total)
        self._rows[name], self._weights[name] = parsed, weights

    def _check(self) -> None:
        known = self._rows.keys() | self._builtins.keys()
        for name, rows in self._rows.items():
            missing = {slot.rule for row in rows for slot in _slots(row)} - known
            if missing:
                raise MappingError(f"training rule {name!r}: unknown slot {', '.join(sorted(missing))}")

    def expand(self, rule: str, random: Random) -> Pieces:
        """Random text of a rule as (text, label) pieces; equal neighbours with a label are one entity."""
        pieces: Pieces = []
        self._expand_slot(Slot(rule), None, random, pieces, 0)
        return pieces

    def _expand_slot(self, slot: Slot, label: str | None, random: Random, out: Pieces, depth: int) -> None:
        if depth > MAX_DEPTH:
            raise MappingError(f"training rule {slot.rule!r} never ends")
        if slot.label and not label:
            inner: Pieces = []
            self._expand_slot(Slot(slot.rule), slot.label, random, inner, depth + 1)
            out.append(("".join(text for text, _ in inner), slot.label))
        elif slot.rule in self._builtins:
            out.append((self._builtins[slot.rule](random), None))
        else:
            rows = random.choices(self._rows[slot.rule], cum_weights=self._weights[slot.rule])[0]
            self._expand(rows, label, random, out, depth + 1)

    def _expand(self, nodes: tuple[Node, ...], label: str | None, random: Random, out: Pieces, depth: int) -> None:
        for node in nodes:
            if isinstance(node, str):
                out.append((node, None))
            elif isinstance(node, Slot):
                self._expand_slot(node, label, random, out, depth)
            else:
                self._expand(random.choice(node.options), label, random, out, depth)


def _slots(nodes: tuple[Node, ...]) -> list[Slot]:
    found = [node for node in nodes if isinstance(node, Slot)]
    for node in nodes:
        if isinstance(node, Choice):
            found += [slot for option in node.options for slot in _slots(option)]
    return found


def parse_row(row: str, where: str) -> tuple[Node, ...]:
    """The nodes of a row. `where` names the rule in the MappingError for an unbalanced row.

    Brackets without `|` are the brackets of the text, and so are a lone `)` and a `|` outside all brackets.
    """
    tokens = list(_TOKEN.finditer(row))
    if "".join(token[0] for token in tokens) != row:
        raise MappingError(f"training rule {where!r}: stray brace in {row!r}")
    options, rest = _parse_options(tokens, 0, "")
    if rest != len(tokens):
        raise MappingError(f"training rule {where!r}: unbalanced brackets in {row!r}")
    return _joined(options)


def _parse_options(tokens: list[re.Match[str]], at: int, closing: str) -> tuple[list[tuple[Node, ...]], int]:
    """The options up to the closing bracket, and the index of that bracket (-1 where it is missing)."""
    options: list[list[Node]] = [[]]
    while at < len(tokens) and (tokens[at][0] != closing or not closing):
        slot, sign, text = tokens[at].groups()
        if sign == "|":
            options.append([])
        elif sign in ("(", "["):
            inner, at = _parse_options(tokens, at + 1, ")" if sign == "(" else "]")
            if at < 0:
                return [], -1
            options[-1] += _bracket(sign, inner)
        else:
            options[-1].append(_slot(slot) if slot is not None else text or sign)
        at += 1
    return [tuple(option) for option in options], (at if at < len(tokens) or not closing else -1)


def _bracket(sign: str, options: list[tuple[Node, ...]]) -> tuple[Node, ...]:
    if sign == "[":
        return (Choice((*options, ())),)
    return (Choice(tuple(options)),) if len(options) > 1 else ("(", *options[0], ")")


def _joined(options: list[tuple[Node, ...]]) -> tuple[Node, ...]:
    nodes = options[0]
    for option in options[1:]:
        nodes += ("|", *option)
    return nodes


def _slot(name: str) -> Slot:
    label, _, rule = name.partition(":")
    if label in LABELS:
        return Slot(rule or label.lower(), label)
    return Slot(name)


def read_rules(*paths: Path) -> dict[str, list[str]]:
    """The rules of several YAML files; a later file's rule replaces an earlier one of the same name.

    A rule named `+name` adds its rows to `name`. Raises MappingError where a row is not text.
    """
    rules: dict[str, list[str]] = {}
    for path in paths:
        for name, rows in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            if not isinstance(rows, list) or not all(isinstance(row, str) for row in rows):
                raise MappingError(f"{path}: rule {name!r} must be a list of quoted texts")
            rules[name.lstrip("+")] = rules.get(name[1:], []) + rows if name.startswith("+") else list(rows)
    return rules
