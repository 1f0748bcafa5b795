"""Token classifiers as ONNX, run by onnxruntime on one thread: the bundled model's way, without torch."""

from __future__ import annotations

import json
import os
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
from rx2fhir.recognize.digests import check_digests

NEEDED = ("model.onnx", "config.json", "tokenizer.json")


class OnnxRecognizer:
    """Reads texts with the model of a folder: model.onnx, config.json and tokenizer.json of a Hugging Face export.

    Raises ModelUnavailable, naming the folder and what it lacks, or the file that is not the one its digest is of.
    """

    def __init__(self, folder: Path) -> None:
        missing = [name for name in NEEDED if not (folder / name).is_file()]
        if missing:
            raise ModelUnavailable(
                f"no model in {folder}: {', '.join(missing)} missing; reinstall rx2fhir or train one"
            )
        check_digests(folder, NEEDED)
        try:
            self._load(folder)
            self.recognize(["1"])
        except Exception as error:  # tokenizers raises nothing narrower
            raise ModelUnavailable(f"the model in {folder} is damaged or of another kind: {error!r:.200}") from error

    def _load(self, folder: Path) -> None:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        self._session = _session(folder / "model.onnx")
        self.classifier = Classifier(
            Tokenizer.from_file(str(folder / "tokenizer.json")),
            self._logits,
            {int(index): label for index, label in config["id2label"].items()},
            window=config["max_position_embeddings"] - config["pad_token_id"] - 1,
            pad=config["pad_token_id"],
            calibration=of_config(config.get("calibration")),
        )

    def recognize(self, texts: Sequence[str]) -> list[tuple[Entity, ...]]:
        """The entities of each text."""
        return self.classifier.recognize(texts)

    def _logits(self, ids: Ids, mask: Ids) -> Floats:
        outputs = self._session.run(["logits"], {"input_ids": ids, "attention_mask": mask})
        return np.asarray(outputs[0], dtype=np.float32)


def _session(path: Path) -> Any:
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # read at import: 1.32 else reports to its maker, from a file in the home
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
