"""The recipe of the bundled model: tokenizer, training and export from nothing but generated text."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from transformers import XLMRobertaForTokenClassification

from rx2fhir.recognize.classifier import Classifier, Ids
from rx2fhir.recognize.decode import Floats
from rx2fhir.recognize.labels import TAGS
from rx2fhir.training.dataset import PAD
from rx2fhir.training.evaluate import Case, evaluate, read_cases
from rx2fhir.training.export import export
from rx2fhir.training.loop import Recipe, Score, Training
from rx2fhir.training.tokenizer import MAX_TOKENS, train_tokenizer

STEPS_PER_MINUTE = 260
"""Steps of 4,096 tokens that one core of the reference machine (x86-64 with bfloat16) does in a minute."""


def train_bundled(out: Path, minutes: float = 50, seed: int = 1, validation: Sequence[Path] = ()) -> None:
    """Rebuilds the bundled model in the folder `out`.

    minutes: on one core of the reference machine; it sets the number of steps, so that equal minutes and seed see
    equal texts everywhere. validation: annotated files (see `evaluate.read_cases`) for the curve's F1.
    `out` also gets curve.csv and state.pt, from which a killed run goes on.
    """
    out.mkdir(parents=True, exist_ok=True)
    tokenizer = _tokenizer(out / "tokenizer.json", seed)
    cases = [case for path in validation for case in read_cases(path)]
    recipe = Recipe(steps=max(1, int(minutes * STEPS_PER_MINUTE)))
    model = Training(recipe, tokenizer, out, seed, _score(tokenizer, cases)).run()
    export(model, tokenizer, out)


def _tokenizer(path: Path, seed: int) -> Tokenizer:
    """The tokenizer of a run that was begun, or a new one."""
    if not path.exists():
        train_tokenizer(seed).save(str(path))
    return Tokenizer.from_file(str(path))


def _score(tokenizer: Tokenizer, cases: Sequence[Case]) -> Score:
    """Strict micro-F1 of a model on the cases; 0 without cases."""

    def score(model: XLMRobertaForTokenClassification) -> float:
        totals = evaluate(_reader(model, tokenizer), cases)
        return totals["all"].f1 if totals else 0.0

    return score


def _reader(model: XLMRobertaForTokenClassification, tokenizer: Tokenizer) -> Classifier:
    """A model in training as a recognizer."""

    def logits(ids: Ids, mask: Ids) -> Floats:
        with torch.inference_mode():
            output = model(input_ids=torch.from_numpy(ids), attention_mask=torch.from_numpy(mask))
        return np.asarray(output.logits.numpy(), dtype=np.float32)

    return Classifier(tokenizer, logits, dict(enumerate(TAGS)), MAX_TOKENS, PAD)
