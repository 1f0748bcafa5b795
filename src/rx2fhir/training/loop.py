"""The training loop: plain torch, resumable, with a CSV of loss and F1."""

from __future__ import annotations

import csv
import logging
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from rx2fhir.training.dataset import IGNORED, Batch

LOG = logging.getLogger(__name__)
Model = Any
"""A token classifier of transformers."""
Score = Callable[[], float]
Source = Callable[[int], Iterator[Batch]]
"""Gives the batches that come after so many steps."""
Watch = Callable[[int, int], None]
"""Is told after each step how many are done, and how many there are."""


def unwatched(done: int, steps: int) -> None:
    """Watches nothing."""


@dataclass(frozen=True, slots=True)
class Course:
    """Course of a training.

    steps: batches in all; rate: highest learning rate, reached after `warmup` (a share of the steps) and lowered to
    nothing along a cosine; every: steps between two lines of the CSV. patience: lines without a better F1 after which
    the training ends, and the best model is the result; None goes to the last step, whose model is the result.
    """

    steps: int
    rate: float = 1.5e-3
    warmup: float = 0.03
    smoothing: float = 0.02
    every: int = 250
    patience: int | None = None


def rate_at(step: int, course: Course) -> float:
    """Learning rate of a step: up in a straight line, down along a cosine."""
    warm = max(1, int(course.steps * course.warmup))
    if step < warm:
        return course.rate * (step + 1) / warm
    return course.rate * 0.5 * (1 + math.cos(math.pi * (step - warm) / max(1, course.steps - warm)))


class Training:
    """One training run in a folder, on a GPU where torch finds one, else on one thread.

    The folder gets `state.pt` (to resume from), `training.csv` (step, texts, minutes, loss, f1) and, with patience,
    `best.pt`. score: the model's F1 on the validation texts as it is now.
    """

    def __init__(self, model: Model, course: Course, folder: Path, score: Score) -> None:
        torch.set_num_threads(1)
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.model, self.course, self.folder, self.score = model.to(self.device), course, folder, score
        self.optimizer = torch.optim.AdamW(model.parameters(), weight_decay=0.01, betas=(0.9, 0.98), fused=True)
        self.step, self.texts, self.seconds = 0, 0, 0.0
        self.best, self.waited = -1.0, 0
        self._resume()

    def run(self, source: Source, watch: Watch = unwatched) -> Model:
        """Trains to the end and returns the model."""
        begun, losses = time.perf_counter(), []
        batches = source(self.step)
        while not self._ended():
            losses.append(self._learn(next(batches)))
            watch(self.step, self.course.steps)
            if self.step % self.course.every == 0 or self.step == self.course.steps:
                self.seconds += time.perf_counter() - begun
                begun = time.perf_counter()
                self._report(float(np.mean(losses)))
                losses.clear()
        if self.course.patience is not None:
            self.model.load_state_dict(torch.load(self.folder / "best.pt", weights_only=True))
        return self.model.to("cpu").train(False)

    def _ended(self) -> bool:
        patience = self.course.patience
        return self.step >= self.course.steps or (patience is not None and self.waited >= patience)

    def _learn(self, batch: Batch) -> float:
        self.model.train()
        for group in self.optimizer.param_groups:
            group["lr"] = rate_at(self.step, self.course)
        ids, labels = (torch.from_numpy(array).to(self.device) for array in (batch.ids, batch.labels))
        mask = (ids != self.model.config.pad_token_id).long()
        with torch.autocast(self.device.type, torch.bfloat16):
            logits = self.model(input_ids=ids, attention_mask=mask).logits
        loss = torch.nn.functional.cross_entropy(
            logits.float().flatten(0, 1),
            labels.flatten(),
            ignore_index=IGNORED,
            label_smoothing=self.course.smoothing,
        )
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad()
        self.step, self.texts = self.step + 1, self.texts + len(batch.ids)
        return float(loss.detach())

    def _report(self, loss: float) -> None:
        self.model.train(False)
        f1 = self.score()
        self._judge(f1)
        row = [self.step, self.texts, round(self.seconds / 60, 1), round(loss, 4), round(f1, 4)]
        path = self.folder / "training.csv"
        fresh = not path.exists()
        with path.open("a", newline="", encoding="utf-8") as lines:
            writer = csv.writer(lines)
            writer.writerows([["step", "texts", "minutes", "loss", "f1"], row] if fresh else [row])
        self._save()
        LOG.info("step %s of %s, texts %s, minutes %s, loss %s, f1 %s", row[0], self.course.steps, *row[1:])

    def tidy(self) -> None:
        """Takes away what only a run that is not finished needs."""
        for name in ("state.pt", "best.pt"):
            (self.folder / name).unlink(missing_ok=True)

    def _judge(self, f1: float) -> None:
        if self.course.patience is None:
            return
        self.waited = 0 if f1 > self.best else self.waited + 1
        if f1 > self.best:
            self.best = f1
            _write(self.model.state_dict(), self.folder / "best.pt")

    def _save(self) -> None:
        names = ("step", "texts", "seconds", "best", "waited")
        state = {"model": self.model.state_dict(), "optimizer": self.optimizer.state_dict()}
        state["chance"] = torch.get_rng_state()
        _write(state | {name: getattr(self, name) for name in names}, self.folder / "state.pt")

    def _resume(self) -> None:
        path = self.folder / "state.pt"
        if path.exists():
            state = torch.load(path, weights_only=True, map_location=self.device)
            torch.set_rng_state(state.pop("chance").cpu())
            self.model.load_state_dict(state.pop("model"))
            self.optimizer.load_state_dict(state.pop("optimizer"))
            for name, value in state.items():
                setattr(self, name, value)


def _write(state: object, path: Path) -> None:
    """Written whole or not at all: a run may be killed at any time."""
    torch.save(state, path.with_suffix(".tmp"))
    path.with_suffix(".tmp").replace(path)
