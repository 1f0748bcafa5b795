"""Which recognizer a model name, a folder or nothing stands for."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from rx2fhir.errors import ModelUnavailable, UsageError
from rx2fhir.recognize.base import Recognizer

BUNDLED = "rx2fhir-ner"


def model_path() -> Path:
    """Folder of the bundled model: config, tokenizer, safetensors, ONNX and model card.

    `AutoModelForTokenClassification.from_pretrained(model_path())` loads it too.
    """
    return Path(__file__).resolve().parents[1] / "models" / BUNDLED


@cache
def bundled() -> Recognizer:
    """The bundled model. Raises ModelUnavailable where the installation lacks it."""
    from rx2fhir.recognize.onnx import OnnxRecognizer

    return OnnxRecognizer(model_path())


def open_model(model: str | Path | Recognizer | None = None, revision: str | None = None) -> Recognizer:
    """The recognizer of a model.

    model: None for the bundled one; a folder; the name of a Hugging Face checkpoint (revision: its branch, tag or
    commit), which alone may use the network; or a recognizer, returned as it is.
    Raises ModelUnavailable where it cannot be loaded, UsageError for another kind of argument.
    """
    if model is None:
        return bundled()
    if isinstance(model, (str, Path)):
        return _named(model, revision)
    if isinstance(model, Recognizer):
        return model
    raise UsageError(
        f"model: expected None, a name, a folder or an object with recognize(), not {type(model).__name__}"
    )


def _named(model: str | Path, revision: str | None) -> Recognizer:
    if Path(model, "model.onnx").is_file():
        from rx2fhir.recognize.onnx import OnnxRecognizer

        return OnnxRecognizer(Path(model))
    if isinstance(model, Path) and not model.is_dir():
        raise ModelUnavailable(f"no folder {model}; give the folder of a token-classification checkpoint")
    from rx2fhir.recognize.checkpoint import open_checkpoint

    return open_checkpoint(str(model), revision)
