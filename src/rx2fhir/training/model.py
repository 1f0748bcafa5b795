"""An untrained XLM-R token classifier of a given size."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from transformers import XLMRobertaConfig, XLMRobertaForTokenClassification

from rx2fhir.recognize.labels import TAGS
from rx2fhir.training.dataset import PAD
from rx2fhir.training.tokenizer import MAX_TOKENS


@dataclass(frozen=True, slots=True)
class Size:
    """Width, layers, attention heads and inner width of the layers; dropout in training."""

    hidden: int = 128
    layers: int = 3
    heads: int = 4
    inner: int = 384
    dropout: float = 0.0


def new_model(size: Size, vocabulary: int, seed: int) -> XLMRobertaForTokenClassification:
    """An untrained XLM-R of that size; its positions start as sinusoids.

    Plain attention: at this size the fused one takes twice the time on a CPU.
    """
    torch.manual_seed(seed)
    config = XLMRobertaConfig(
        vocab_size=vocabulary,
        hidden_size=size.hidden,
        num_hidden_layers=size.layers,
        num_attention_heads=size.heads,
        intermediate_size=size.inner,
        max_position_embeddings=MAX_TOKENS + 2,
        type_vocab_size=1,
        hidden_dropout_prob=size.dropout,
        attention_probs_dropout_prob=size.dropout,
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
