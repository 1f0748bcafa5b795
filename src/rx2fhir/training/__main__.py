"""`python -m rx2fhir.training OUT [--minutes 50] [--seed 1] [--validation FILE ...]`: rebuilds the bundled model."""

from __future__ import annotations

import argparse
import logging
from pathlib import Path

from rx2fhir.training.bundled import train_bundled


def main() -> None:
    """Reads the arguments and trains."""
    parser = argparse.ArgumentParser(prog="python -m rx2fhir.training", description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--minutes", type=float, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--validation", type=Path, nargs="*", default=())
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    train_bundled(arguments.out, arguments.minutes, arguments.seed, arguments.validation)


if __name__ == "__main__":
    main()
