"""Two prescriptions in one text give both, in their order; boilerplate adds nothing. See `benchmarks/fuzz.py`."""

from __future__ import annotations

import random
from itertools import islice

import pytest

from metamorphic import read, said, variations

SAMPLE = list(islice(variations(random.Random(1)), 800))


@pytest.mark.parametrize("name", sorted({name for name, *_ in SAMPLE}))
def test_what_stands_beside_changes_nothing(name: str) -> None:
    for kind, language, text, wanted in SAMPLE:
        if kind == name:
            assert said(read(text, language)) == wanted, text
