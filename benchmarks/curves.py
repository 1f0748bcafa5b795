"""The curves of a training run as a picture: loss and validation F1 by texts seen.

    python benchmarks/curves.py [FOLDER] [-o docs/model-curves.png]

FOLDER holds training.csv, as `rx2fhir train` writes it; the bundled model's if not given.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

import matplotlib.pyplot as plt

from rx2fhir import model_path


def columns(path: Path) -> dict[str, list[float]]:
    """The columns of training.csv: step, texts, minutes, loss, f1."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return {name: [float(row[name]) for row in rows] for name in rows[0]}


def draw(curves: dict[str, list[float]], out: Path) -> None:
    """Loss on the left, F1 on the right, both by thousands of texts seen."""
    thousands = [texts / 1000 for texts in curves["texts"]]
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.4), layout="constrained")
    left.plot(thousands, curves["loss"], color="tab:blue")
    left.set(title="training loss", xlabel="thousand texts", ylabel="cross entropy", yscale="log")
    right.plot(thousands, curves["f1"], color="tab:green")
    right.set(title="F1 on the validation texts", xlabel="thousand texts", ylabel="strict micro-F1", ylim=(0.75, 1.0))
    for axes in (left, right):
        axes.grid(alpha=0.3, which="both")
    figure.savefig(out, dpi=110, metadata={"Software": None})


def main() -> None:
    """Reads the arguments and draws."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=model_path())
    parser.add_argument("-o", "--out", type=Path, default=Path("docs/model-curves.png"))
    arguments = parser.parse_args()
    draw(columns(arguments.folder / "training.csv"), arguments.out)


if __name__ == "__main__":
    main()
