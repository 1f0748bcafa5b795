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
    """The calibration in a model's config.json (`{"calibration": {"DRUG": [[...], [...]]}}`), or none.

    Raises ValueError for what is no curve: its two rows are of one length and hold shares, the first of them rising.
    """
    return Calibration({label: _curve(label, rows) for label, rows in (curves or {}).items()})


def _curve(label: str, rows: Sequence[Sequence[float]]) -> Curve:
    points = np.array(rows, dtype=float)
    whole = points.ndim == 2 and len(points) == 2 and points.size > 0
    if not whole or not ((points >= 0) & (points <= 1)).all() or (np.diff(points[0]) < 0).any():
        raise ValueError(f"calibration of {label}: expected two rows of numbers from 0 to 1, the first rising")
    return points[0].tolist(), points[1].tolist()
