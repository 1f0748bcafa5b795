"""Writes a trained model as a Hugging Face folder and as ONNX, its embeddings as int8 where asked."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path

import torch
from tokenizers import Tokenizer
from transformers import XLMRobertaForTokenClassification

from rx2fhir.training.tokenizer import save_tokenizer


def export(model: XLMRobertaForTokenClassification, tokenizer: Tokenizer, folder: Path, int8: bool = True) -> None:
    """Writes config.json, model.safetensors, tokenizer.json, tokenizer_config.json and model.onnx into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    model.train(False)
    model.save_pretrained(str(folder), safe_serialization=True)
    save_tokenizer(tokenizer, folder)
    with tempfile.TemporaryDirectory() as scratch:
        plain = Path(scratch) / "model.onnx" if int8 else folder / "model.onnx"
        _to_onnx(folder, plain)
        if int8:
            _quantize(plain, folder / "model.onnx")


class _Logits(torch.nn.Module):
    """The model with plain arguments and logits alone, as the exporter wants it."""

    def __init__(self, model: torch.nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        logits: torch.Tensor = self.model(input_ids=input_ids, attention_mask=attention_mask).logits
        return logits


def _to_onnx(folder: Path, path: Path) -> None:
    """TorchScript exporter, eager attention, opset 17, both axes dynamic."""
    model = XLMRobertaForTokenClassification.from_pretrained(str(folder), attn_implementation="eager").train(False)
    ids = torch.tensor([[0, 5, 6, 7, 2], [0, 8, 2, 1, 1]])
    axes = {0: "texts", 1: "tokens"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            _Logits(model),
            (ids, (ids != 1).long()),
            str(path),
            input_names=["input_ids", "attention_mask"],
            output_names=["logits"],
            dynamic_axes={"input_ids": axes, "attention_mask": axes, "logits": axes},
            opset_version=17,
            dynamo=False,
        )


def _quantize(plain: Path, path: Path) -> None:
    """The embeddings, three quarters of the weights, as int8.

    The products stay float32: with int8 ones the answer for a text would depend on the other texts of its batch.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(str(plain), str(path), op_types_to_quantize=["Gather"], weight_type=QuantType.QInt8)
