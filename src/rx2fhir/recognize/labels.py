"""Label names of token classifiers, mapped to the six labels of rx2fhir."""

from __future__ import annotations

from collections.abc import Mapping

from rx2fhir.entities import LABELS, Label

TAGS: tuple[str, ...] = ("O", *(f"{prefix}-{label}" for label in LABELS for prefix in ("B", "I")))
"""The tags that decoding works with: O, then B- and I- of each label, in the order of `entities.LABELS`."""


def tag_columns(id2label: Mapping[int, str]) -> list[int]:
    """For each class of a model the index in TAGS that it counts for.

    `B-DRUG`, `I-Frequency`, `DRUG` (both Med7 and n2c2 spell labels so, in either case); a label without a prefix
    counts as I-, which may begin an entity. Labels that rx2fhir does not know (Reason, ADE) count as O.
    """
    return [_tag_index(id2label[index]) for index in sorted(id2label)]


def _tag_index(name: str) -> int:
    prefix, dash, label = name.partition("-")
    known = _label(label if dash else name)
    if known is None:
        return 0
    return TAGS.index(f"{'B' if dash and prefix.upper() in ('B', 'S', 'U') else 'I'}-{known}")


def _label(name: str) -> Label | None:
    return next((label for label in LABELS if label == name.strip().upper()), None)
