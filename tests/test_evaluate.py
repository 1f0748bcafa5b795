"""The figures: those of seqeval on the same tags; overlap, loss, reliability."""

from __future__ import annotations

import json
import math
import random
import shutil
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import seqeval.metrics
from hypothesis import given
from hypothesis import strategies as st

from rx2fhir.entities import LABELS, Entity
from rx2fhir.recognize import bundled, model_path, open_model
from rx2fhir.recognize.calibration import of_config
from rx2fhir.recognize.labels import TAGS
from rx2fhir.training.calibrate import calibrate, curve
from rx2fhir.training.cases import Case
from rx2fhir.training.evaluate import evaluate, runs
from rx2fhir.training.figures import Report, Scored, reliability, table
from rx2fhir.training.formats.tags import case_of_tags
from rx2fhir.training.words import spans_of, tags_of

Tags = list[str]


class _Answers:
    """A recognizer that gives prepared answers."""

    def __init__(self, *answers: Sequence[tuple[str, int, int]], score: float = 1.0) -> None:
        self.answers = [tuple(Entity(label, start, end, "", score) for label, start, end in row) for row in answers]  # type: ignore[arg-type]

    def recognize(self, texts: Sequence[str]) -> list[tuple[Entity, ...]]:
        return self.answers


def _report(gold: list[Tags], found: list[Tags]) -> Report:
    cases = [_case(tags) for tags in gold]
    return evaluate(_Answers(*(_case(tags).entities for tags in found)), cases)


def _case(tags: Tags) -> Case:
    return case_of_tags(["ab"] * len(tags), tags, "en", (), "here")


lengths = st.lists(st.integers(1, 8), min_size=1, max_size=4)
pairs = lengths.flatmap(
    lambda sizes: st.tuples(
        *(st.tuples(*[st.lists(st.sampled_from(TAGS[:7]), min_size=size, max_size=size)] * 2) for size in sizes)
    )
)


@given(pairs)
def test_figures_are_those_of_seqeval(texts: tuple[tuple[Tags, Tags], ...]) -> None:
    gold, found = [one for one, _ in texts], [other for _, other in texts]
    report = _report(gold, found)
    if not any(tag != "O" for tags in (*gold, *found) for tag in tags):
        assert report.all.f1 == report.macro_f1 == 0 and report.accuracy == 1
        return
    for own, name in ((report.all.precision, "precision"), (report.all.recall, "recall"), (report.all.f1, "f1")):
        theirs = getattr(seqeval.metrics, f"{name}_score")(gold, found, zero_division=0)
        assert own == pytest.approx(theirs)
    assert report.macro_f1 == pytest.approx(seqeval.metrics.f1_score(gold, found, average="macro", zero_division=0))
    for label, figures in report.labels.items():
        theirs = seqeval.metrics.classification_report(gold, found, output_dict=True, zero_division=0)[label]
        assert (figures.precision, figures.recall, figures.f1, figures.gold) == pytest.approx(
            (theirs["precision"], theirs["recall"], theirs["f1-score"], theirs["support"])
        )


@given(st.lists(st.sampled_from(TAGS), min_size=1, max_size=12))
def test_spans_and_tags_say_the_same(tags: Tags) -> None:
    words = [(3 * index, 3 * index + 2) for index in range(len(tags))]
    spans = spans_of(words, tags)
    assert spans_of(words, tags_of(words, spans)) == spans


def test_accuracy_is_the_share_of_right_words() -> None:
    gold, found = ["B-DRUG", "I-DRUG", "O", "B-FORM"], ["B-DRUG", "O", "O", "B-FORM"]
    assert _report([gold], [found]).accuracy == seqeval.metrics.accuracy_score([gold], [found]) == 0.75


def test_overlap_and_languages() -> None:
    cases = [Case("take two tablets", (("DOSAGE", 5, 8), ("FORM", 9, 16)), "en"), Case("cp", (("FORM", 0, 2),), "fr")]
    report = evaluate(_Answers([("FORM", 5, 16)], []), cases)
    assert report.all.f1 == 0
    assert report.labels["FORM"].overlap_f1 == pytest.approx(2 / 3) and report.labels["DOSAGE"].overlap_f1 == 0
    assert (report.languages["en"].gold, report.languages["fr"].gold) == (2, 1)


def test_answers_are_rounded_to_the_tokens_of_the_corpus() -> None:
    case = case_of_tags(["doliprane", "500mg"], ["B-Drug", "B-Strength"], "fr", (), "here")
    assert evaluate(_Answers([("DRUG", 0, 5), ("STRENGTH", 10, 13)]), [case]).all.f1 == 1
    assert evaluate(_Answers([("DRUG", 0, 9), ("DRUG", 12, 15)]), [case]).all.f1 == 0.5


def test_other_labels_are_not_counted() -> None:
    case = Case("for pain", (("REASON", 4, 8),), "en")
    assert evaluate(_Answers([]), [case]).all.gold == 0


def test_frequency_neighbours_can_be_one_run() -> None:
    text = "le matin et le soir puis midi"
    spans = [("FREQUENCY", 0, 8), ("FREQUENCY", 12, 19), ("FREQUENCY", 25, 29)]
    assert runs(text, spans) == {("FREQUENCY", 0, 19), ("FREQUENCY", 25, 29)}
    case = Case(text, (("FREQUENCY", 0, 19), ("FREQUENCY", 25, 29)), "fr")
    assert evaluate(_Answers(spans), [case]).all.f1 == 0.4
    assert evaluate(_Answers(spans), [case], join_frequency=True).all.f1 == 1


def test_loss_is_that_of_the_tags() -> None:
    case = Case("ramipril 5 mg 1 tablet daily", (("DRUG", 0, 8),), "en")
    [reading] = bundled().classifier.read([case.text])  # type: ignore[attr-defined]
    right = ["B-DRUG", *["O"] * (len(reading.probabilities) - 1)]
    losses = [-math.log(row[TAGS.index(tag)]) for row, tag in zip(reading.probabilities, right, strict=True)]
    assert evaluate(bundled(), [case]).loss == pytest.approx(np.mean(losses), rel=1e-5)
    assert evaluate(_Answers([]), [case]).loss is None


def test_reliability() -> None:
    assert reliability([Scored("DRUG", 0.91, True), Scored("FORM", 0.93, False), Scored("FORM", 0.3, False)]) == [
        (0.0, 1, 0.3, 0.0),
        (0.9, 2, pytest.approx(0.92), 0.5),
    ]


def test_a_calibration_curve_rises_through_the_shares() -> None:
    chance = random.Random(3)
    raw = [chance.random() for _ in range(8000)]
    x, y = curve([Scored("DRUG", score, chance.random() < score**2) for score in raw])
    assert all(a < b for a, b in pairwise(x)) and all(a < b for a, b in pairwise(y))
    calibration = of_config({"DRUG": [x, y]})
    for score in (0.3, 0.6, 0.9):
        assert calibration.score("DRUG", score) == pytest.approx(score**2, abs=0.05)
        assert calibration.score("FORM", score) == score


def test_scores_of_a_model_are_calibrated(tmp_path: Path) -> None:
    for name in ("model.onnx", "tokenizer.json", "config.json"):
        shutil.copy(model_path() / name, tmp_path)
    config = json.loads((tmp_path / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps(config | {"calibration": {"DRUG": [[0.0, 1.0], [0.0, 0.5]]}}))
    [[drug, dose]] = open_model(tmp_path).recognize(["ramipril 5 mg"])
    assert drug.score < 0.51 < dose.score
    calibrate(tmp_path, [Case("ramipril 5 mg", (("DRUG", 0, 8),), "en")] * 50)
    [[drug, dose]] = open_model(tmp_path).recognize(["ramipril 5 mg"])
    assert (drug.score, dose.score) == (1.0, 0.0)


def test_table_and_json() -> None:
    report = evaluate(bundled(), [Case("ramipril 5 mg", (("DRUG", 0, 8), ("DOSAGE", 9, 13)), "en")])
    assert {"DRUG", "DOSAGE", "en", "macro-F1", "all"} <= set(table(report).split())
    plain = report.plain()
    assert plain["micro_f1"] == 1 and plain["labels"]["DRUG"]["support"] == 1 and set(plain["labels"]) <= set(LABELS)
