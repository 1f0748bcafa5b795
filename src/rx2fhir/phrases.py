"""The phrases of language packs: their syntax, and a trie that matches all rows of a pack at once.

A phrase is words with `{slots}`, `[optional]` parts, `(one|of these)` and `<lists>`; there are no regular
expressions. Matching visits each token of the text a bounded number of times, so it is linear in the text's length.
The syntax is described for editors in `mappings/README.md`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from rx2fhir.text import Token, tokenize

_JOINED = re.compile(r"([^\W\d_]+-[^\W\d_]+(?![\w-]))")
SKIPPABLE = frozenset(".-")
_PART = re.compile(
    r"\{(?P<slot>[a-z_0-9]+)\}|<(?P<list>[a-z_0-9]+)>|(?P<sign>[\[\]()|])|(?P<words>[^{}<>\[\]()|]+)|(?P<bad>.)"
)


class PhraseError(ValueError):
    """A phrase breaks the syntax; the message says where."""


@dataclass(frozen=True, slots=True)
class Word:
    """A literal: as written, and its folded spellings. soft: a dot or hyphen, which may be missing in a text."""

    written: str
    spellings: tuple[str, ...]
    soft: bool = False


@dataclass(frozen=True, slots=True)
class Slot:
    """A gap that another reader fills: `kind` names the reader, `name` the value; a `<list>` is a slot with no name."""

    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Group:
    """One of several ways to go on, or none of them where it is optional."""

    ways: tuple[Phrase, ...]
    optional: bool = False


Step = Word | Slot | Group
Phrase = tuple[Step, ...]
Spell = Callable[[str], tuple[str, ...]]
_Parts = list[tuple[str, str]]


def slot_kind(name: str) -> str:
    """`unit2` is a second `unit`; `n` and `m` are counts."""
    bare = name.rstrip("0123456789")
    return {"n": "count", "m": "count"}.get(bare, bare)


def parse_phrase(text: str, spell: Spell = lambda word: ()) -> Phrase:
    """The steps of a phrase. spell: other spellings of a raw word (ä as ae). Raises PhraseError."""
    parts = [(str(match.lastgroup), match.group(str(match.lastgroup))) for match in _PART.finditer(text)]
    if any(kind == "bad" for kind, _ in parts):
        raise PhraseError(f"{text!r}: stray {next(value for kind, value in parts if kind == 'bad')!r}")
    steps, rest = _sequence(parts, spell)
    if rest:
        raise PhraseError(f"{text!r}: {rest[0][1]!r} closes nothing")
    if not steps:
        raise PhraseError("a phrase is empty")
    return steps


def _sequence(parts: _Parts, spell: Spell) -> tuple[Phrase, _Parts]:
    """The steps up to a closing sign, and the parts left."""
    steps: list[Step] = []
    while parts and (parts[0][0] != "sign" or parts[0][1] in "[("):
        kind, value = parts[0]
        if kind == "sign":
            group, parts = _group(value, parts[1:], spell)
            steps.append(group)
            continue
        parts = parts[1:]
        if kind == "words":
            steps.extend(_words(value, spell))
        else:
            steps.append(Slot(value, slot_kind(value)) if kind == "slot" else Slot("", f"<{value}>"))
    return tuple(steps), parts


def _group(opening: str, parts: _Parts, spell: Spell) -> tuple[Group, _Parts]:
    closing = {"[": "]", "(": ")"}[opening]
    way, parts = _sequence(parts, spell)
    ways = [way]
    while parts and parts[0] == ("sign", "|"):
        way, parts = _sequence(parts[1:], spell)
        ways.append(way)
    if not parts or parts[0] != ("sign", closing):
        raise PhraseError(f"{opening!r} is never closed")
    return Group(tuple(ways), optional=opening == "["), parts[1:]


def _words(value: str, spell: Spell) -> Iterator[Step]:
    """Words and signs; two words with a hyphen may also be written as one."""
    for piece in _JOINED.split(value):
        steps = tuple(_single(piece, spell))
        joined = tuple(_single(piece.replace("-", ""), spell))
        yield from (Group((steps, joined)),) if _JOINED.fullmatch(piece) else steps


def _single(value: str, spell: Spell) -> Iterator[Word]:
    for token in tokenize(value):
        raw = value[token.start : token.end]
        yield Word(raw, (token.text, *spell(raw)), soft=token.text in SKIPPABLE)


def slots(phrase: Phrase) -> Iterator[Slot]:
    """All slots and lists of a phrase, those in groups included."""
    for step in phrase:
        if isinstance(step, Slot):
            yield step
        elif isinstance(step, Group):
            for way in step.ways:
                yield from slots(way)


@dataclass(slots=True, eq=False)
class Node:
    """A point in the trie: where a word or slot leads, what may be skipped to, and which rows end here."""

    words: dict[str, Node] = field(default_factory=dict)
    slots: dict[tuple[str, str], Node] = field(default_factory=dict)
    skips: list[Node] = field(default_factory=list)
    rows: list[Any] = field(default_factory=list)
    view: View | None = None


Edge = tuple[str, str, "Node"]
Firsts = Callable[[str], "frozenset[str] | None"]
"""Slot kind -> the words it can begin with, None where it can begin with others than words."""


@dataclass(frozen=True, slots=True)
class View:
    """All that can follow a node, its skips included; built once, so that a match follows only ways that fit.

    words: next word -> nodes. opening: next word -> the slots that can begin with it. slots: those to try always.
    """

    words: dict[str, list[Node]]
    opening: dict[str, list[Edge]]
    slots: list[Edge]
    rows: list[Any]


Values = tuple[tuple[str, Any], ...]
ReadSlot = Callable[[str, int], Sequence[tuple[int, Any]]]
"""(slot kind, token index) -> the possible (end index, value)."""


class Trie:
    """All phrases of a pack or a vocabulary; `match` finds every row that starts at a token."""

    def __init__(self) -> None:
        self.root = Node()
        self.firsts: Firsts = lambda kind: None

    def add(self, phrase: Phrase, row: Any) -> None:
        """Register a row under a phrase."""
        self._insert(self.root, phrase).rows.append(row)

    def _insert(self, node: Node, phrase: Phrase) -> Node:
        for step in phrase:
            if isinstance(step, Group):
                node = self._insert_group(node, step)
            elif isinstance(step, Slot):
                node = node.slots.setdefault((step.name, step.kind), Node())
            else:
                node = _insert_word(node, step)
        return node

    def _insert_group(self, node: Node, group: Group) -> Node:
        """All ways of a group meet again in one node."""
        joint = Node()
        for way in group.ways:
            self._insert(node, way).skips.append(joint)
        if group.optional:
            node.skips.append(joint)
        return joint

    def words(self) -> set[str]:
        """All literal words of all phrases."""
        found: set[str] = set()
        seen: set[int] = set()
        stack = [self.root]
        while stack:
            node = stack.pop()
            if id(node) not in seen:
                seen.add(id(node))
                found.update(node.words)
                stack += [*node.words.values(), *node.slots.values(), *node.skips]
        return found

    def first_words(self) -> frozenset[str] | None:
        """The words a phrase of the trie can begin with; None where one begins with a slot that reads more."""
        view = self.view(self.root)
        return None if view.slots else frozenset((*view.words, *view.opening))

    def view(self, node: Node) -> View:
        """What can follow a node; built when first needed."""
        if node.view is None:
            node.view = self._build(node)
        return node.view

    def _build(self, node: Node) -> View:
        view = View({}, {}, [], [])
        seen: set[int] = set()
        stack = [node]
        while stack:
            one = stack.pop()
            if id(one) in seen:
                continue
            seen.add(id(one))
            stack.extend(one.skips)
            view.rows.extend(one.rows)
            for word, child in one.words.items():
                view.words.setdefault(word, []).append(child)
            for (name, kind), child in one.slots.items():
                self._add_slot(view, (name, kind, child))
        return view

    def _add_slot(self, view: View, edge: Edge) -> None:
        firsts = self.firsts(edge[1])
        if firsts is None:
            view.slots.append(edge)
        else:
            for word in firsts:
                view.opening.setdefault(word, []).append(edge)

    def match(self, tokens: Sequence[Token], start: int, read: ReadSlot) -> list[tuple[int, Any, Values]]:
        """Every (end, row, slot values) whose phrase stands at token `start`."""
        found: list[tuple[int, Any, Values]] = []
        stack: list[tuple[Node, int, Values]] = [(self.root, start, ())]
        size = len(tokens)
        while stack:
            node, at, values = stack.pop()
            view = node.view or self.view(node)
            if at > start:
                for row in view.rows:
                    found.append((at, row, values))
            if at >= size:
                continue
            word = tokens[at].text
            for child in view.words.get(word, ()):
                stack.append((child, at + 1, values))
            for edges in (view.slots, view.opening.get(word, ())):
                for name, kind, child in edges:
                    for end, value in read(kind, at):
                        stack.append((child, end, (*values, (name, value)) if name else values))
        return found


def _insert_word(node: Node, word: Word) -> Node:
    child = node.words.get(word.spellings[0]) or Node()
    for spelling in word.spellings:
        # A second spelling that leads elsewhere already keeps its own way; both go on to the same child.
        if node.words.setdefault(spelling, child) is not child:
            node.words[spelling].skips.append(child)
    if word.soft and child not in node.skips:
        node.skips.append(child)
    return child
