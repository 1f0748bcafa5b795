"""Whole prescriptions: what the parser makes of a text is what the snapshot beside it says.

`pytest tests/test_prescriptions.py --update` writes the snapshots; read their diff before it is committed.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from rx2fhir import Parser, Prescription
from rx2fhir.fhir import check

ROOT = Path(__file__).resolve().parents[1] / "fixtures" / "prescriptions"
TEXTS = sorted(ROOT.glob("*/*.txt"))

prescriptions = pytest.mark.parametrize("path", TEXTS, ids=[f"{path.parent.name}/{path.stem}" for path in TEXTS])


@cache
def parser() -> Parser:
    return Parser()


@cache
def read(path: Path) -> Prescription:
    """The text of a file in the language that it is found to be in."""
    return parser().parse(path.read_text(encoding="utf-8"))


def snapshot(rx: Prescription) -> str:
    """The FHIR R4 of a prescription and what was not read, as text that shows one change a line."""
    content = {"language": rx.language, "resources": rx.to_dicts(), "issues": [asdict(issue) for issue in rx.issues]}
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


@prescriptions
def test_fhir_is_as_in_the_snapshot(path: Path, update: bool) -> None:
    beside, got = path.with_suffix(".fhir.json"), snapshot(read(path))
    if update:
        beside.write_text(got, encoding="utf-8")
    if not beside.exists():
        pytest.fail(f"no {beside.name}; write it with: pytest {Path(__file__).name} --update -k {path.stem}")
    assert got == beside.read_text(encoding="utf-8")


@prescriptions
def test_the_language_is_found(path: Path) -> None:
    assert read(path).language == path.parent.name


@prescriptions
@pytest.mark.parametrize("release", ["R4", "R5"])
@pytest.mark.parametrize("resource", ["MedicationStatement", "MedicationRequest"])
def test_fhir_is_sound(path: Path, release: str, resource: str) -> None:
    rx = read(path)
    dicts = rx.to_dicts(release=release, resource=resource, subject="Patient/1")
    assert [check(fields, release) for fields in dicts] == [[] for _ in dicts]
    models = rx.to_fhir(release=release, resource=resource, subject="Patient/1")
    dumped = [model.model_dump(mode="json", exclude_none=True) for model in models]
    assert plain(dumped) == plain(dicts)


def plain(value: Any) -> Any:
    """JSON with all numbers as texts: a model writes 1 as "1", 1.0 or 1."""
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items()}
    if isinstance(value, list):
        return [plain(part) for part in value]
    if isinstance(value, bool):
        return value
    try:
        return float(value)
    except (TypeError, ValueError):
        return value


def test_every_snapshot_has_its_text() -> None:
    assert TEXTS
    snapshots = {path.with_suffix("").with_suffix(".txt") for path in ROOT.glob("*/*.json")}
    assert snapshots - set(TEXTS) == set()
