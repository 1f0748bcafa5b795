"""What exactly reads the texts: version of the program, digests of its model and packs."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from rx2fhir import model_path
from rx2fhir.codes import mappings_dir
from rx2fhir.fhir.provenance import Software


@cache
def software(language: str | None) -> Software:
    """The bundled model and the pack of a language; None where the text has no word of any."""
    pack = "none" if language is None else _digest(mappings_dir() / language, "*.yaml")
    return Software(version("rx2fhir"), _digest(model_path(), "*.onnx"), pack)


def _digest(folder: Path, pattern: str) -> str:
    """SHA-256 over the files of a folder, in the order of their names."""
    digest = sha256()
    for path in sorted(folder.glob(pattern)):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return f"sha256:{digest.hexdigest()}"
