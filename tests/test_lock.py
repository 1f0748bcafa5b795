"""requirements.lock holds all packages that come with rx2fhir, at the versions of constraints.txt, with hashes."""

from __future__ import annotations

import re
from importlib.metadata import requires
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PIN = re.compile(r"^([\w.-]+)==(\S+)")


def name(text: str) -> str:
    return re.sub(r"[-_.]+", "-", text).lower()


def pins(file: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for line in (ROOT / file).read_text(encoding="utf-8").splitlines():
        if match := PIN.match(line):
            found.setdefault(name(match[1]), set()).add(match[2].rstrip(";"))
    return found


@pytest.fixture(scope="module")
def locked() -> dict[str, set[str]]:
    return pins("requirements.lock")


def test_every_dependency_is_locked(locked: dict[str, set[str]]) -> None:
    needed = {name(re.match(r"[\w.-]+", line)[0]) for line in requires("rx2fhir") if "extra ==" not in line}  # type: ignore[index,union-attr]
    assert len(needed) > 10 and needed <= set(locked)


def test_the_constraints_are_kept(locked: dict[str, set[str]]) -> None:
    constrained = {package: versions for package, versions in pins("constraints.txt").items() if package in locked}
    assert len(constrained) > 10
    assert not {package for package, versions in constrained.items() if not versions <= locked[package]}


def test_every_package_has_its_hashes(locked: dict[str, set[str]]) -> None:
    entries = re.split(r"\n(?=\S)", (ROOT / "requirements.lock").read_text(encoding="utf-8").strip())
    assert sum(len(versions) for versions in locked.values()) == len(entries)
    assert not [entry for entry in entries if not re.search(r"--hash=sha256:[0-9a-f]{64}", entry)]
