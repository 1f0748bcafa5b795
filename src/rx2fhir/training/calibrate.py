"""Fits a model's scores to the share of entities that is right, on texts that it was not trained on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from rx2fhir.entities import LABELS
from rx2fhir.recognize.onnx import OnnxRecognizer
from rx2fhir.training.cases import Case
from rx2fhir.training.evaluate import evaluate
from rx2fhir.training.figures import Scored

BINS = 40
"""Parts of a label's entities, by score, that a point of its curve is the mean of."""


def calibrate(folder: Path, cases: Sequence[Case]) -> None:
    """Writes the curve of each label into the config.json of a model (`recognize.calibration`)."""
    path = folder / "config.json"
    config = json.loads(path.read_text(encoding="utf-8")) | {"calibration": None}
    path.write_text(json.dumps(config, indent=2), encoding="utf-8")
    scores = evaluate(OnnxRecognizer(folder), cases).scores
    labels = {label: [one for one in scores if one.label == label] for label in LABELS}
    config["calibration"] = {label: curve(found) for label, found in labels.items() if found}
    path.write_text(json.dumps(config, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def curve(scores: Sequence[Scored]) -> list[list[float]]:
    """Mean scores of the bins, and the shares of right entities, made to rise (isotonic regression)."""
    order = sorted(scores)
    cuts = [len(order) * index // BINS for index in range(BINS + 1)]
    pools: list[list[Scored]] = []
    for start, stop in pairwise(cuts):
        if start < stop:
            pools.append(order[start:stop])
        while len(pools) > 1 and _share(pools[-2]) >= _share(pools[-1]):
            pools[-2:] = [pools[-2] + pools[-1]]
    return [[round(value(pool), 4) for pool in pools] for value in (_mean, _share)]


def _share(pool: Sequence[Scored]) -> float:
    return sum(one.right for one in pool) / len(pool)


def _mean(pool: Sequence[Scored]) -> float:
    return sum(one.score for one in pool) / len(pool)
