"""The recipe of the bundled model: tokenizer, training and export from nothing but generated text."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from tokenizers import Tokenizer

from rx2fhir.recognize.checkpoint import TransformersRecognizer
from rx2fhir.recognize.digests import write_digests
from rx2fhir.training.calibrate import calibrate
from rx2fhir.training.cases import Case
from rx2fhir.training.dataset import batches
from rx2fhir.training.evaluate import micro_f1
from rx2fhir.training.export import export
from rx2fhir.training.generator import generate
from rx2fhir.training.loop import Course, Training, Watch, unwatched
from rx2fhir.training.model import Size, new_model
from rx2fhir.training.tokenizer import MAX_TOKENS, train_tokenizer

STEPS_PER_MINUTE = 260
"""Steps of TOKENS tokens that one core of the reference machine (x86-64 with bfloat16) does in a minute."""
TOKENS = 4096
CALIBRATION_TEXTS, CALIBRATION_SEED = 20_000, 424_242
"""Generated texts that the scores are calibrated on, and their seed, which no training uses."""


def steps_of(minutes: float) -> int:
    """The steps of a run of so many minutes on the reference machine: equal minutes see equal texts everywhere."""
    return max(1, int(minutes * STEPS_PER_MINUTE))


def train_bundled(
    out: Path,
    minutes: float = 30,
    seed: int = 1,
    validation: Sequence[Case] = (),
    size: Size | None = None,
    watch: Watch = unwatched,
) -> None:
    """Rebuilds the bundled model in the folder `out`.

    minutes: see `steps_of`. validation: texts for the F1 of training.csv. `out` also gets state.pt, from which a
    killed run goes on; it then sees new texts, not the first ones again.
    """
    out.mkdir(parents=True, exist_ok=True)
    tokenizer = _tokenizer(out / "tokenizer.json", seed)
    model = new_model(size or Size(), tokenizer.get_vocab_size(), seed)
    reader = TransformersRecognizer(model, tokenizer, MAX_TOKENS)
    training = Training(model, Course(steps_of(minutes)), out, lambda: micro_f1(reader, validation))
    export(training.run(lambda step: batches(tokenizer, seed + step, TOKENS), watch), tokenizer, out)
    calibrate(out, [*validation, *islice(generate(CALIBRATION_SEED), CALIBRATION_TEXTS)])
    write_digests(out)


def _tokenizer(path: Path, seed: int) -> Tokenizer:
    """The tokenizer of a run that was begun, or a new one."""
    if not path.exists():
        train_tokenizer(seed).save(str(path))
    return Tokenizer.from_file(str(path))
