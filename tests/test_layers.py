"""Imports run one way: a module uses its own package and the layers below, never the layers above."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import rx2fhir

SOURCE = Path(rx2fhir.__file__).parent

# From the top down. What stands on one line does not know each other.
LAYERS = """
__main__
cli
commands
bulk check explain training
reach
__init__
parser read_back
interpret recognize
examine letters
prescription
profiles
labels unread evidence unused plausibility completeness contradictions disagreement error_prone
coverage explanations confidence
fhir group wording
normalize
detect
language
settings packtries
packrows
packfile phrases quantity means drugs
codes syntax corpus
errors entities statement text
"""

RANK = {name: rank for rank, line in enumerate(reversed(LAYERS.strip().splitlines())) for name in line.split()}

MODULES = sorted(SOURCE.rglob("*.py"))


def layer(path: Path) -> str:
    """The module or package directly under rx2fhir that a file belongs to."""
    return path.relative_to(SOURCE).with_suffix("").parts[0]


def used_layers(path: Path) -> Iterator[str]:
    """The layers that a file imports anywhere, also inside functions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}:{node.lineno}: relative import"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        for name in names:
            package, _, below = name.partition(".")
            if package == "rx2fhir":
                below = below.split(".")[0]
                yield below if below in RANK else "__init__"


@pytest.mark.parametrize("path", MODULES, ids=[str(path.relative_to(SOURCE)) for path in MODULES])
def test_imports_run_one_way(path: Path) -> None:
    own = layer(path)
    assert own in RANK, f"{own} has no place in LAYERS"
    for used in used_layers(path):
        assert used == own or RANK[used] < RANK[own], f"{own} imports {used}"


def test_every_layer_exists() -> None:
    assert set(RANK) == set(map(layer, MODULES))


def test_all_ways_of_importing_are_seen(tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    lines = ["import rx2fhir", "import rx2fhir.codes", "from rx2fhir import text, Parser", "import json"]
    path.write_text("\n".join([*lines, "def f():", "    from rx2fhir.fhir.timing import timing"]))
    assert sorted(used_layers(path)) == ["__init__", "__init__", "codes", "fhir", "text"]
