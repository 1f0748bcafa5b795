"""The training loop: plain torch on one thread, resumable, with a CSV of loss and F1."""

from __future__ import annotations

import csv
import logging
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from transformers import XLMRobertaConfig, XLMRobertaForTokenClassification

from rx2fhir.recognize.labels import TAGS
from rx2fhir.training.dataset import IGNORED, PAD, Batch, batches
from rx2fhir.training.tokenizer import MAX_TOKENS

LOG = logging.getLogger(__name__)
Score = Callable[[XLMRobertaForTokenClassification], float]


@dataclass(frozen=True, slots=True)
class Recipe:
    """Size of the model and course of its training.

    steps: batches in all; tokens: tokens a batch; rate: highest learning rate, reached after `warmup` (a share of
    the steps) and lowered to nothing along a cosine; every: steps between two lines of the CSV.
    """

    steps: int
    hidden: int = 128
    layers: int = 3
    heads: int = 4
    inner: int = 384
    tokens: int = 4096
    rate: float = 1.5e-3
    warmup: float = 0.03
    smoothing: float = 0.02
    dropout: float = 0.0
    every: int = 250


def new_model(recipe: Recipe, vocabulary: int, seed: int) -> XLMRobertaForTokenClassification:
    """An untrained XLM-R of the recipe's size; its positions start as sinusoids.

    Plain attention: at this size the fused one takes twice the time on a CPU.
    """
    torch.manual_seed(seed)
    config = XLMRobertaConfig(
        vocab_size=vocabulary,
        hidden_size=recipe.hidden,
        num_hidden_layers=recipe.layers,
        num_attention_heads=recipe.heads,
        intermediate_size=recipe.inner,
        max_position_embeddings=MAX_TOKENS + 2,
        type_vocab_size=1,
        hidden_dropout_prob=recipe.dropout,
        attention_probs_dropout_prob=recipe.dropout,
        id2label=dict(enumerate(TAGS)),
        label2id={tag: index for index, tag in enumerate(TAGS)},
        pad_token_id=PAD,
        attn_implementation="eager",  # type: ignore[call-arg]
        bos_token_id=0,
        eos_token_id=2,
    )
    model = XLMRobertaForTokenClassification(config)
    with torch.no_grad():
        positions = model.roberta.embeddings.position_embeddings.weight
        positions.copy_(_sinusoids(*positions.shape) * 0.02)
    return model


def _sinusoids(count: int, width: int) -> torch.Tensor:
    rates = torch.exp(torch.arange(0, width, 2) * (-math.log(10_000.0) / width))
    angles = torch.arange(count)[:, None] * rates[None, :]
    return torch.cat([angles.sin(), angles.cos()], dim=1)


def rate_at(step: int, recipe: Recipe) -> float:
    """Learning rate of a step: up in a straight line, down along a cosine."""
    warm = max(1, int(recipe.steps * recipe.warmup))
    if step < warm:
        return recipe.rate * (step + 1) / warm
    return recipe.rate * 0.5 * (1 + math.cos(math.pi * (step - warm) / max(1, recipe.steps - warm)))


class Training:
    """One training run in a folder: `state.pt` (to resume from) and `curve.csv` (step, texts, minutes, loss, f1)."""

    def __init__(self, recipe: Recipe, tokenizer: Tokenizer, folder: Path, seed: int, score: Score) -> None:
        torch.set_num_threads(1)
        self.recipe, self.tokenizer, self.folder, self.seed, self.score = recipe, tokenizer, folder, seed, score
        self.model = new_model(recipe, tokenizer.get_vocab_size(), seed)
        self.optimizer = torch.optim.AdamW(self.model.parameters(), weight_decay=0.01, betas=(0.9, 0.98), fused=True)
        self.step, self.texts, self.seconds = 0, 0, 0.0
        self._resume()

    def _resume(self) -> None:
        path = self.folder / "state.pt"
        if path.exists():
            state = torch.load(path, weights_only=True)
            self.model.load_state_dict(state["model"])
            self.optimizer.load_state_dict(state["optimizer"])
            self.step, self.texts, self.seconds = state["step"], state["texts"], state["seconds"]

    def _save(self) -> None:
        state = {
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "step": self.step,
            "texts": self.texts,
            "seconds": self.seconds,
        }
        torch.save(state, self.folder / "state.tmp")
        (self.folder / "state.tmp").replace(self.folder / "state.pt")

    def run(self) -> XLMRobertaForTokenClassification:
        """Trains to the last step and returns the model. A resumed run sees new texts, not the first ones again."""
        begun, losses = time.perf_counter(), []
        source = batches(self.tokenizer, self.seed + self.step, self.recipe.tokens)
        while self.step < self.recipe.steps:
            losses.append(self._learn(next(source)))
            if self.step % self.recipe.every == 0 or self.step == self.recipe.steps:
                self.seconds += time.perf_counter() - begun
                begun = time.perf_counter()
                self._report(float(np.mean(losses)))
                losses.clear()
        return self.model

    def _learn(self, batch: Batch) -> float:
        self.model.train()
        for group in self.optimizer.param_groups:
            group["lr"] = rate_at(self.step, self.recipe)
        ids, labels = torch.from_numpy(batch.ids), torch.from_numpy(batch.labels)
        with torch.autocast("cpu", torch.bfloat16):
            logits = self.model(input_ids=ids, attention_mask=(ids != PAD).long()).logits
        loss = torch.nn.functional.cross_entropy(
            logits.float().flatten(0, 1),
            labels.flatten(),
            ignore_index=IGNORED,
            label_smoothing=self.recipe.smoothing,
        )
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad()
        self.step, self.texts = self.step + 1, self.texts + len(batch.ids)
        return float(loss.detach())

    def _report(self, loss: float) -> None:
        self._save()
        self.model.train(False)
        row = [self.step, self.texts, round(self.seconds / 60, 1), round(loss, 4), round(self.score(self.model), 4)]
        path = self.folder / "curve.csv"
        fresh = not path.exists()
        with path.open("a", newline="") as lines:
            writer = csv.writer(lines)
            writer.writerows([["step", "texts", "minutes", "loss", "f1"], row] if fresh else [row])
        LOG.info("step %s of %s, texts %s, minutes %s, loss %s, f1 %s", row[0], self.recipe.steps, *row[1:])
