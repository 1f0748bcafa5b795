"""From a model's scores to shares: an entity with score 0.9 is right nine times in ten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

Curve = tuple[Sequence[float], Sequence[float]]
"""Scores of a model, rising, and the share of entities with such a score that is right; straight lines between."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """A curve a label; a label without one keeps its scores."""

    curves: Mapping[str, Curve]

    def score(self, label: str, score: float) -> float:
        """The calibrated score of an entity."""
        curve = self.curves.get(label)
        return float(np.interp(score, *curve)) if curve else score


NONE = Calibration({})
"""Scores as they are."""


def of_config(curves: Mapping[str, Sequence[Sequence[float]]] | None) -> Calibration:
    """The calibration in a model's config.json (`{"calibration": {"DRUG": [[...], [...]]}}`), or none."""
    return Calibration({label: (np.array(x), np.array(y)) for label, (x, y) in (curves or {}).items()})  # type: ignore[misc]
