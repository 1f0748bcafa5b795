"""Fine-tuning of any token-classification base on annotated texts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random

import torch

from rx2fhir.entities import LABELS
from rx2fhir.errors import UsageError
from rx2fhir.recognize.checkpoint import TransformersRecognizer, load_checkpoint, window_of
from rx2fhir.training.cases import Case
from rx2fhir.training.dataset import corpus_rows, epochs
from rx2fhir.training.evaluate import evaluate, micro_f1
from rx2fhir.training.figures import Report
from rx2fhir.training.loop import Course, Training, Watch, unwatched


@dataclass(frozen=True, slots=True)
class Settings:
    """base: folder or name; revision: of the name; keep: labels to learn beside the six.

    epochs: at most; patience: epochs without a better F1 after which it ends; batch: texts (windows of long ones).
    """

    base: str
    revision: str | None = None
    keep: tuple[str, ...] = ()
    epochs: int = 10
    batch: int = 16
    rate: float = 5e-5
    patience: int = 3
    seed: int = 1


def split(cases: Sequence[Case], share: float, seed: int) -> tuple[list[Case], list[Case]]:
    """Cases for training and for validation; each has at least one. Raises UsageError for fewer than two cases."""
    if len(cases) < 2 or not 0 < share < 1:
        raise UsageError(f"{len(cases)} texts, share {share}: give two texts or more and a share between 0 and 1")
    order = list(cases)
    Random(seed).shuffle(order)
    count = min(max(1, round(len(order) * share)), len(order) - 1)
    return order[count:], order[:count]


def fine_tune(
    settings: Settings, training: Sequence[Case], validation: Sequence[Case], out: Path, watch: Watch = unwatched
) -> Report:
    """Trains the base and writes the best checkpoint to the folder `out`; the report of its validation.

    `out` gets config.json with the labels, model.safetensors, the tokenizer and training.csv. A run that was killed
    goes on from its last epoch. Raises UsageError where `out` holds another run, ModelUnavailable for the base.
    """
    _claim(out, settings, len(training))
    torch.manual_seed(settings.seed)
    tags = ("O", *(f"{prefix}-{label.upper()}" for label in (*LABELS, *settings.keep) for prefix in "BI"))
    tokenizer, model = load_checkpoint(settings.base, settings.revision, tags)
    window, plain = window_of(model.config, tokenizer), tokenizer.backend_tokenizer
    rows = corpus_rows(plain, training, model.config.label2id, window)
    steps = -(-len(rows) // settings.batch)
    course = Course(
        steps * settings.epochs, settings.rate, warmup=0.1, smoothing=0, every=steps, patience=settings.patience
    )
    reader, pad = TransformersRecognizer(model, plain, window), model.config.pad_token_id or 0
    run = Training(model, course, out, lambda: micro_f1(reader, validation))
    run.run(lambda done: epochs(rows, settings.seed, settings.batch, pad, done), watch)
    model.save_pretrained(str(out), safe_serialization=True)
    tokenizer.save_pretrained(str(out))
    run.tidy()
    return evaluate(reader, validation)


def _claim(out: Path, settings: Settings, texts: int) -> None:
    """Notes the settings in the folder, or compares them with those of the run that it holds."""
    out.mkdir(parents=True, exist_ok=True)
    path, wanted = out / "run.json", json.dumps(asdict(settings) | {"texts": texts}, indent=2)
    if (out / "model.safetensors").exists():
        raise UsageError(f"{out} holds a finished model; name another folder")
    if path.exists() and path.read_text(encoding="utf-8") != wanted:
        raise UsageError(f"{out} holds a run with other settings ({path.name}); name another folder, or the same again")
    path.write_text(wanted, encoding="utf-8")
