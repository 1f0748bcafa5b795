"""A trie of phrases, which matches all rows of a pack at once.

Matching visits each token of the text a bounded number of times, so it is linear in the text's length.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from rx2fhir.syntax import Group, Phrase, PhraseError, Slot, Text
from rx2fhir.text import tokenize

_JOINED = re.compile(r"([^\W\d_]+-[^\W\d_]+(?![\w-]))")
SKIPPABLE = frozenset(".-")
Spell = Callable[[str], tuple[str, ...]]
"""Other spellings of a raw word, folded (ä as ae)."""


@dataclass(slots=True, eq=False)
class Node:
    """A point in the trie: where a word or slot leads, what may be skipped to, and which rows end here."""

    words: dict[str, Node] = field(default_factory=dict)
    slots: dict[tuple[str, str], Node] = field(default_factory=dict)
    skips: list[Node] = field(default_factory=list)
    rows: list[Any] = field(default_factory=list)
    view: View | None = None


Edge = tuple[str, str, "Node"]
Fitting = list[tuple[str, list[tuple[str, "Node"]]]]
"""Slot kind -> the names that it has here, and where each leads."""


@dataclass(frozen=True, slots=True)
class View:
    """All that can follow a node, its skips included; built once, so that a match follows only ways that fit.

    words: next word -> nodes. slots: every slot that can come next; fitting: those of them whose kinds are in a set.
    """

    words: dict[str, list[Node]]
    slots: list[Edge]
    rows: list[Any]
    fitting: dict[frozenset[str], Fitting]

    def fit(self, kinds: frozenset[str]) -> Fitting:
        """The slots of these kinds, by kind and remembered: the words of a language begin few sets of kinds."""
        found: dict[str, list[tuple[str, Node]]] = {}
        for name, kind, child in self.slots:
            if kind in kinds:
                found.setdefault(kind, []).append((name, child))
        return self.fitting.setdefault(kinds, list(found.items()))


Values = tuple[tuple[str, Any], ...]
ReadSlot = Callable[[str, int], Sequence[tuple[int, Any]]]
"""(slot kind, token index) -> the possible (end index, value)."""


class Trie:
    """All phrases of a pack or a vocabulary; `match` finds every row that starts at a token."""

    def __init__(self, spell: Spell = lambda word: ()) -> None:
        self.spell = spell
        self.root = Node()

    def add(self, phrase: Phrase, row: Any) -> None:
        """Register a row under a phrase. Raises PhraseError for a phrase without words and slots."""
        if all(isinstance(step, Text) and not _pieces(step.value) for step in phrase):
            raise PhraseError("a phrase is empty")
        self._insert(self.root, phrase).rows.append(row)

    def _insert(self, node: Node, phrase: Phrase) -> Node:
        for step in phrase:
            if isinstance(step, Group):
                node = self._insert_group(node, step)
            elif isinstance(step, Slot):
                node = node.slots.setdefault((step.name, step.kind), Node())
            else:
                node = self._insert_text(node, step.value)
        return node

    def _insert_group(self, node: Node, group: Group) -> Node:
        """All ways of a group meet again in one node."""
        joint = _joint(self._insert_way(node, way) for way in group.ways)
        if group.optional:
            node.skips.append(joint)
        return joint

    def _insert_way(self, node: Node, way: Phrase) -> Node:
        """A way that is nothing but a dot or hyphen must stand in the text: it would be no choice else."""
        sign = way[0].value.strip() if len(way) == 1 and isinstance(way[0], Text) else ""
        return _insert_word(node, (sign,), soft=False) if sign in SKIPPABLE else self._insert(node, way)

    def _insert_text(self, node: Node, text: str) -> Node:
        """Words and signs; two words with a hyphen may also be written as one."""
        for piece in _JOINED.split(text):
            ways = (piece, piece.replace("-", "")) if _JOINED.fullmatch(piece) else (piece,)
            ends = [self._insert_words(node, way) for way in ways]
            node = _joint(ends) if len(ends) > 1 else ends[0]
        return node

    def _insert_words(self, node: Node, text: str) -> Node:
        for word, written in _pieces(text):
            node = _insert_word(node, (word, *self.spell(written)), soft=word in SKIPPABLE)
        return node

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

    def view(self, node: Node) -> View:
        """What can follow a node; built when first needed."""
        if node.view is None:
            node.view = _build(node)
        return node.view

    def match(
        self, words: Sequence[str], start: int, read: ReadSlot, kinds: Sequence[frozenset[str]]
    ) -> list[tuple[int, Any, Values]]:
        """Every (end, row, slot values) whose phrase stands at token `start`.

        words: the folded tokens; kinds: what can begin at each. Both end in an empty one that stands for the end.
        """
        found: list[tuple[int, Any, Values]] = []
        stack: list[tuple[View, int, Values]] = [(self.view(self.root), start, ())]
        while stack:
            view, at, values = stack.pop()
            if view.rows and at > start:
                found += [(at, row, values) for row in view.rows]
            for child in view.words.get(words[at], ()):
                after, end = child.view or self.view(child), at + 1
                # A way is followed only where something can come next.
                if after.rows or words[end] in after.words or (after.slots and after.fitting.get(kinds[end], True)):
                    stack.append((after, end, values))
            if not view.slots:
                continue
            fitting = view.fitting.get(kinds[at])
            for kind, ways in view.fit(kinds[at]) if fitting is None else fitting:
                for end, value in read(kind, at):
                    for name, child in ways:
                        after = child.view or self.view(child)
                        if (
                            after.rows
                            or words[end] in after.words
                            or (after.slots and after.fitting.get(kinds[end], True))
                        ):
                            stack.append((after, end, (*values, (name, value)) if name else values))
        return found


@lru_cache(maxsize=65_536)
def _pieces(text: str) -> tuple[tuple[str, str], ...]:
    """The words and signs of a text, folded and as written; phrases repeat each other's words."""
    return tuple((token.text, text[token.start : token.end]) for token in tokenize(text))


def _build(node: Node) -> View:
    """The view of a node: its own ways, and those of all nodes that it skips to."""
    view = View({}, [], [], {})
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
        view.slots.extend((name, kind, child) for (name, kind), child in one.slots.items())
    # `match` follows the last first: words of the pack before free words, so that "for pain" gives the reason "pain".
    view.slots.sort(key=lambda edge: edge[1].startswith("<"))
    return view


def _joint(ends: Iterable[Node]) -> Node:
    """A new node that goes on where several ways end."""
    joint = Node()
    for end in ends:
        end.skips.append(joint)
    return joint


def _insert_word(node: Node, spellings: Sequence[str], soft: bool) -> Node:
    """The node behind a word. soft: a dot or hyphen, which may be missing in a text."""
    child = node.words.get(spellings[0]) or Node()
    for spelling in spellings:
        # A second spelling that leads elsewhere already keeps its own way; both go on to the same child.
        if node.words.setdefault(spelling, child) is not child:
            node.words[spelling].skips.append(child)
    return _insert_skip(node, child) if soft else child


def _insert_skip(node: Node, child: Node) -> Node:
    """The node where a phrase goes on with the sign or without it; those that need the sign go on at the child."""
    after = next((one for one in node.skips if one in child.skips), None)
    if after is None:
        after = Node()
        node.skips.append(after)
        child.skips.append(after)
    return after
