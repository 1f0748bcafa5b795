"""Entities written inside the text, for tests, demos and fixtures: `[DRUG doliprane] [STRENGTH 500] le soir`."""

from __future__ import annotations

import re

from rx2fhir.entities import LABELS, Entity

_MARK = re.compile(rf"\[({'|'.join(LABELS)}) ([^\]]*)\]")


def read_marked(marked: str) -> tuple[str, tuple[Entity, ...]]:
    """The plain text and its entities, in text order."""
    text, found, at = "", [], 0
    for match in _MARK.finditer(marked):
        text += marked[at : match.start()]
        label = next(label for label in LABELS if label == match[1])
        found.append(Entity(label, len(text), len(text) + len(match[2]), match[2]))
        text, at = text + match[2], match.end()
    return text + marked[at:], tuple(found)
