"""Any token-classification checkpoint through transformers, by name or folder.

torch and transformers are imported when the first such model is opened. Only safetensors weights are read and no
code of a checkpoint is run.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from rx2fhir.entities import Entity
from rx2fhir.errors import ModelUnavailable
from rx2fhir.recognize.classifier import Classifier, Ids
from rx2fhir.recognize.decode import Floats


class TransformersRecognizer:
    """Reads texts with a checkpoint: a folder, or a name on the Hugging Face hub ("Posos/ClinicalNER").

    revision: branch, tag or commit on the hub. Raises ModelUnavailable, naming what was asked for and what to do.
    """

    def __init__(self, name: str, revision: str | None = None) -> None:
        tokenizer, self._model = _load(name, revision)
        config = self._model.config
        if getattr(tokenizer, "backend_tokenizer", None) is None:
            raise ModelUnavailable(f"model {name!r} has no tokenizer.json; save its fast tokenizer beside it")
        positions = getattr(config, "max_position_embeddings", None) or tokenizer.model_max_length
        self._classifier = Classifier(
            tokenizer.backend_tokenizer,
            self._logits,
            config.id2label,
            window=min(positions - _offset(config), tokenizer.model_max_length),
            pad=tokenizer.pad_token_id or 0,
        )

    def recognize(self, texts: Sequence[str]) -> list[tuple[Entity, ...]]:
        """The entities of each text."""
        return self._classifier.recognize(texts)

    def _logits(self, ids: Ids, mask: Ids) -> Floats:
        import torch

        with torch.inference_mode():
            output = self._model(input_ids=torch.from_numpy(ids), attention_mask=torch.from_numpy(mask))
        return np.asarray(output.logits.float().numpy(), dtype=np.float32)


def _offset(config: Any) -> int:
    """Positions that a model of RoBERTa's kind keeps for padding."""
    roberta = "roberta" in config.model_type or config.model_type == "camembert"
    return int(config.pad_token_id) + 1 if roberta else 0


def _load(name: str, revision: str | None) -> tuple[Any, Any]:
    from transformers import AutoModelForTokenClassification, AutoTokenizer

    safe = {"revision": revision, "trust_remote_code": False, "local_files_only": Path(name).is_dir()}
    try:
        tokenizer = AutoTokenizer.from_pretrained(name, **safe)
        model = AutoModelForTokenClassification.from_pretrained(name, use_safetensors=True, **safe)
    except (OSError, ValueError, ImportError) as err:
        asked = f"{name!r}" + (f", revision {revision!r}" if revision else "")
        raise ModelUnavailable(
            f"cannot load model {asked}: give a folder with config.json, tokenizer.json and model.safetensors, or the "
            f"name of a checkpoint on the Hugging Face hub (needs network the first time). Reason: {err}"
        ) from err
    return tokenizer, model.eval()
