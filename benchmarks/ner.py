"""Speed and memory of the bundled model beside an XLM-R base with random weights, in one run.

    python benchmarks/ner.py [--texts 2000]

Distinct generated texts, one thread each, batch 1 and 32. XLM-R base (the architecture of Posos/ClinicalNER) reads
fewer texts, as it is slow; its tokenizer is the bundled one, which gives it fewer tokens than its own would.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path


def texts(count: int) -> list[str]:
    """Distinct texts of all languages."""
    from rx2fhir.training.generator import generate

    return list(dict.fromkeys(sample.text for sample in islice(generate(99), count)))


def bundled() -> Callable[[Sequence[str]], object]:
    """The bundled model's `recognize`."""
    from rx2fhir.recognize import open_model

    return open_model().recognize


def base() -> Callable[[Sequence[str]], object]:
    """An XLM-R base of random weights, as a function of texts."""
    import torch
    from transformers import AutoTokenizer, XLMRobertaConfig, XLMRobertaForTokenClassification

    from rx2fhir.recognize import model_path

    torch.set_num_threads(1)
    config = XLMRobertaConfig(vocab_size=250_002, max_position_embeddings=514, num_labels=13)
    model = XLMRobertaForTokenClassification(config).train(False)
    tokenizer = AutoTokenizer.from_pretrained(model_path())

    def read(batch: Sequence[str]) -> object:
        with torch.inference_mode():
            return model(**tokenizer(list(batch), padding=True, truncation=True, return_tensors="pt")).logits

    return read


def speed(read: Callable[[Sequence[str]], object], samples: Sequence[str], batch: int) -> float:
    """Texts a second."""
    read(samples[:batch])
    begun = time.perf_counter()
    for start in range(0, len(samples), batch):
        read(samples[start : start + batch])
    return len(samples) / (time.perf_counter() - begun)


def memory() -> float:
    """Resident memory of this process in MB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def measure(which: str, count: int) -> None:
    """Prints one line: name, texts a second at batch 1 and 32, resident memory."""
    samples = texts(count)
    read = {"bundled": bundled, "base": base}[which]()
    rates = [speed(read, samples, batch) for batch in (1, 32)]
    print(f"{which:10}{rates[0]:12.1f}{rates[1]:12.1f}{memory():12.0f}")


def main() -> None:
    """Each model in a process of its own, so that memory is its own too."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=2000)
    parser.add_argument("--one", choices=("bundled", "base"))
    arguments = parser.parse_args()
    if arguments.one:
        measure(arguments.one, arguments.texts)
        return
    print(f"{'model':10}{'batch 1':>12}{'batch 32':>12}{'MB':>12}   texts/s, resident memory", flush=True)
    for which, count in (("bundled", arguments.texts), ("base", max(64, arguments.texts // 20))):
        subprocess.run([sys.executable, __file__, "--one", which, "--texts", str(count)], check=True)


if __name__ == "__main__":
    main()
