"""Any token-classification checkpoint through transformers, by name or folder.

torch and transformers are imported when the first such model is opened. Only safetensors weights are read and no
code of a checkpoint is run.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import Tokenizer

from rx2fhir.entities import Entity
from rx2fhir.errors import ModelUnavailable
from rx2fhir.recognize.calibration import of_config
from rx2fhir.recognize.classifier import Classifier, Ids
from rx2fhir.recognize.decode import Floats


class TransformersRecognizer:
    """Reads texts with a model of transformers, on the device that it is on.

    window: tokens that the model reads at once, special ones included.
    """

    def __init__(self, model: Any, tokenizer: Tokenizer, window: int) -> None:
        self._model = model
        pad, calibration = model.config.pad_token_id or 0, of_config(getattr(model.config, "calibration", None))
        self.classifier = Classifier(tokenizer, self._logits, model.config.id2label, window, pad, calibration)

    def recognize(self, texts: Sequence[str]) -> list[tuple[Entity, ...]]:
        """The entities of each text."""
        return self.classifier.recognize(texts)

    def _logits(self, ids: Ids, mask: Ids) -> Floats:
        import torch

        with torch.inference_mode():
            tensors = (torch.from_numpy(array).to(self._model.device) for array in (ids, mask))
            output = self._model(**dict(zip(("input_ids", "attention_mask"), tensors, strict=True)))
        return np.asarray(output.logits.float().cpu().numpy(), dtype=np.float32)


def open_checkpoint(name: str, revision: str | None = None) -> TransformersRecognizer:
    """The recognizer of a checkpoint: a folder, or a name on the Hugging Face hub ("Posos/ClinicalNER").

    revision: branch, tag or commit on the hub. Raises ModelUnavailable, naming what was asked for and what to do.
    """
    tokenizer, model = load_checkpoint(name, revision)
    return TransformersRecognizer(model, tokenizer.backend_tokenizer, window_of(model.config, tokenizer))


def window_of(config: Any, tokenizer: Any) -> int:
    """Tokens that a model reads at once, from its positions and from what its tokenizer states."""
    positions = getattr(config, "max_position_embeddings", None) or tokenizer.model_max_length
    return int(min(positions - _offset(config), tokenizer.model_max_length))


def _offset(config: Any) -> int:
    """Positions that a model of RoBERTa's kind keeps for padding."""
    roberta = "roberta" in config.model_type or config.model_type == "camembert"
    return int(config.pad_token_id) + 1 if roberta else 0


def load_checkpoint(name: str, revision: str | None = None, tags: Sequence[str] = ()) -> tuple[Any, Any]:
    """Tokenizer and model of a folder or name, for reading. Raises ModelUnavailable as `open_checkpoint`.

    tags: the classes that the model is to have, to train it for them; it keeps its own where they are the same in
    another order, and gets a new last layer where they are others.
    """
    from transformers import AutoConfig, AutoModelForTokenClassification, AutoTokenizer

    safe = {"revision": revision, "trust_remote_code": False, "local_files_only": Path(name).is_dir()}
    try:
        tokenizer = AutoTokenizer.from_pretrained(name, **safe)
        config = AutoConfig.from_pretrained(name, **safe)
        if tags:
            config.calibration = None  # of the base's scores, not of those that it will give
        if set(tags) - set(config.id2label.values()) or (tags and len(tags) != len(config.id2label)):
            config.id2label, config.label2id = dict(enumerate(tags)), {tag: index for index, tag in enumerate(tags)}
        model = AutoModelForTokenClassification.from_pretrained(
            name, config=config, use_safetensors=True, ignore_mismatched_sizes=bool(tags), **safe
        )
    except (OSError, ValueError, ImportError) as err:
        asked = f"{name!r}" + (f", revision {revision!r}" if revision else "")
        raise ModelUnavailable(
            f"cannot load model {asked}: give a folder with config.json, tokenizer.json and model.safetensors, or the "
            f"name of a checkpoint on the Hugging Face hub (needs network the first time). Reason: {err}"
        ) from err
    if getattr(tokenizer, "backend_tokenizer", None) is None:
        raise ModelUnavailable(f"model {name!r} has no tokenizer.json; save its fast tokenizer beside it")
    return tokenizer, model.eval()
