"""SHA-256 digests of the files of a model folder, so that weights which were changed or half written are not used.

`SHA256SUMS` has the format of sha256sum: `sha256sum -c SHA256SUMS` checks it too. A folder without one is not checked.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from rx2fhir.errors import ModelUnavailable

SUMS = "SHA256SUMS"
_LISTED = ("*.json", "*.onnx", "*.safetensors")


def check_digests(folder: Path, names: Iterable[str]) -> None:
    """Raises ModelUnavailable where one of the files `names` is not the one that `SHA256SUMS` lists."""
    if not (folder / SUMS).is_file():
        return
    lines = (folder / SUMS).read_text(encoding="utf-8", errors="replace").splitlines()
    wanted = {name: digest for digest, name in (line.split("  ", 1) for line in lines if "  " in line)}
    for name in names:
        if wanted.get(name) != _digest(folder / name):
            raise ModelUnavailable(
                f"{folder / name} is not the file that {SUMS} lists: reinstall rx2fhir; if you changed it on purpose, "
                f"delete {SUMS} or write it anew (rx2fhir.recognize.digests.write_digests)"
            )


def write_digests(folder: Path) -> None:
    """Write `SHA256SUMS` for the configuration, tokenizer and weights of a folder."""
    names = sorted({path.name for pattern in _LISTED for path in folder.glob(pattern)})
    lines = [f"{_digest(folder / name)}  {name}\n" for name in names]
    (folder / SUMS).write_text("".join(lines), encoding="utf-8")


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
