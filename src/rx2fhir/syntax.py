"""The syntax of phrases: the rows of the language packs and of the training grammars, as one kind of tree.

A phrase is words with `{slots}`, `[optional]` parts, `(one|of these)` and `<lists>`; a backslash makes a sign a word.
There are no regular expressions in it. `phrases.py` builds matchers of such trees, `training/grammar.py` draws texts.
The syntax is described for editors in `mappings/README.md`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from rx2fhir.entities import LABELS

_PART = re.compile(
    rf"\{{(?:(?P<label>{'|'.join(LABELS)})(?::(?P<rule>[a-z_0-9]+))?|(?P<slot>[a-z_0-9]+))\}}|<(?P<list>[a-z_0-9]+)>"
    r"|(?P<sign>[\[\]()|])|\\(?P<escaped>.)|(?P<text>[^{}<>\[\]()|\\]+)|(?P<bad>.)",
    re.DOTALL,
)
_DEEPEST = 8


class PhraseError(ValueError):
    """A phrase breaks the syntax; the message says where."""


@dataclass(frozen=True, slots=True)
class Text:
    """Words, signs and blanks, as written."""

    value: str


@dataclass(frozen=True, slots=True)
class Slot:
    """A gap that another reader or rule fills.

    `kind` names the reader, `name` the value; a `<list>` has no name. `label` marks what fills it as an entity.
    """

    name: str
    kind: str
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """One of several ways to go on, or none of them where it is optional."""

    ways: tuple[Phrase, ...]
    optional: bool = False

    @property
    def is_choice(self) -> bool:
        """There is more than one way; else its brackets can be brackets of the text."""
        return self.optional or len(self.ways) > 1


Node = Text | Slot | Group
Phrase = tuple[Node, ...]
_Parts = list[re.Match[str]]


def slot_kind(name: str) -> str:
    """`unit2` is a second `unit`; `n` and `m` are counts."""
    bare = name.rstrip("0123456789")
    return {"n": "count", "m": "count"}.get(bare, bare)


def parse_phrase(text: str) -> Phrase:
    """The nodes of a phrase. Raises PhraseError."""
    parts = list(_PART.finditer(text))
    stray = next((part["bad"] for part in parts if part["bad"]), None)
    if stray:
        raise PhraseError(f"{text!r}: stray {stray!r}")
    if _depth(parts) > _DEEPEST:
        raise PhraseError(f"{text[:40]!r}: brackets are nested too deeply")
    nodes, rest = _sequence(parts)
    if rest:
        raise PhraseError(f"{text!r}: {rest[0][0]!r} closes nothing")
    return nodes


def _depth(parts: _Parts) -> int:
    """How many brackets are open at most."""
    steps = ({"[": 1, "(": 1, "]": -1, ")": -1}.get(part["sign"], 0) for part in parts)
    return max(accumulate(steps), default=0)


def _sequence(parts: _Parts) -> tuple[Phrase, _Parts]:
    """The nodes up to a closing sign, and the parts left."""
    nodes: list[Node] = []
    while parts and parts[0]["sign"] not in ("]", ")", "|"):
        if parts[0]["sign"]:
            group, parts = _group(parts[0]["sign"], parts[1:])
            nodes.append(group)
        else:
            nodes.append(_leaf(parts[0]))
            parts = parts[1:]
    return tuple(nodes), parts


def _group(opening: str, parts: _Parts) -> tuple[Group, _Parts]:
    closing = {"[": "]", "(": ")"}[opening]
    way, parts = _sequence(parts)
    ways = [way]
    while parts and parts[0]["sign"] == "|":
        way, parts = _sequence(parts[1:])
        ways.append(way)
    if not parts or parts[0]["sign"] != closing:
        raise PhraseError(f"{opening!r} is never closed")
    return Group(tuple(ways), optional=opening == "["), parts[1:]


def _leaf(part: re.Match[str]) -> Text | Slot:
    if part["label"]:
        name = part["rule"] or part["label"].lower()
        return Slot(name, slot_kind(name), part["label"])
    if part["slot"]:
        return Slot(part["slot"], slot_kind(part["slot"]))
    return Slot("", f"<{part['list']}>") if part["list"] else Text(part["escaped"] or part["text"])


def slots(phrase: Phrase) -> Iterator[Slot]:
    """All slots and lists of a phrase, those in groups included."""
    for node in phrase:
        if isinstance(node, Slot):
            yield node
        elif isinstance(node, Group):
            for way in node.ways:
                yield from slots(way)
