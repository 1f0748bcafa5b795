"""How long one text takes in a fresh process, beside the import of torch and transformers alone, in one run.

python benchmarks/cold_start.py [rounds]
"""

from __future__ import annotations

import subprocess
import sys
import time

PARSE = [sys.executable, "-m", "rx2fhir", "parse", "doliprane 500 1 comprimé effervescent le matin"]
IMPORT = [sys.executable, "-c", "import torch, transformers"]


def seconds(command: list[str]) -> float:
    """Wall-clock seconds of one process."""
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    pairs = [(seconds(PARSE), seconds(IMPORT)) for _ in range(rounds)]
    parse, imports = sorted(pair[0] for pair in pairs), sorted(pair[1] for pair in pairs)
    print(f"rx2fhir parse, cold        {parse[rounds // 2]:.2f} s (best {parse[0]:.2f})")
    print(f"import torch, transformers {imports[rounds // 2]:.2f} s (best {imports[0]:.2f})")
    print(f"ratio of the medians       {parse[rounds // 2] / imports[rounds // 2]:.2f}")


if __name__ == "__main__":
    main()
