"""Curves of scores: what is read between their points, and what is no curve."""

from __future__ import annotations

import pytest

from rx2fhir.recognize.calibration import of_config


def test_scores_lie_on_straight_lines_between_the_points() -> None:
    calibration = of_config({"DRUG": [[0.5, 0.9], [0.4, 0.8]]})
    assert calibration.score("DRUG", 0.7) == pytest.approx(0.6)
    assert calibration.score("FORM", 0.7) == 0.7


@pytest.mark.parametrize(
    "rows",
    [[], [[], []], [[0.5]], [[0.5, 0.9], [0.4]], [[0.9, 0.5], [0.4, 0.8]], [[0.5, 9], [0.4, 0.8]], [["x"], [0.4]]],
)
def test_what_is_no_curve(rows: list[list[float]]) -> None:
    with pytest.raises(ValueError):
        of_config({"DRUG": rows})
