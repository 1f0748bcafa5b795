"""The weights are those that were shipped, nothing unpickles, and reading needs no network."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import rx2fhir
from rx2fhir import ModelUnavailable, Parser, model_path
from rx2fhir.recognize.digests import SUMS, check_digests, write_digests

SOURCE = Path(rx2fhir.__file__).parent
SHIPPED = ("config.json", "model.onnx", "model.safetensors", "tokenizer.json", "tokenizer_config.json")

OFFLINE = """
import socket
def refuse(*arguments, **options):
    raise AssertionError("network")
socket.socket.connect = socket.socket.connect_ex = socket.getaddrinfo = socket.create_connection = refuse
import contextlib, io, sys
"""


def test_the_shipped_model_is_the_one_its_digests_are_of() -> None:
    check_digests(model_path(), SHIPPED)
    assert (model_path() / SUMS).is_file()


@pytest.mark.parametrize("name", ["model.onnx", "config.json", "tokenizer.json"])
def test_a_changed_file_is_refused(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "model"
    shutil.copytree(model_path(), folder)
    with (folder / name).open("ab") as file:
        file.write(b" ")
    with pytest.raises(ModelUnavailable, match=name):
        Parser(folder)


def test_a_half_written_model_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(model_path(), folder)
    weights = (folder / "model.onnx").read_bytes()
    (folder / "model.onnx").write_bytes(weights[: len(weights) // 2])
    with pytest.raises(ModelUnavailable, match=r"model\.onnx"):
        Parser(folder)


def test_digests_can_be_written_anew(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(model_path(), folder)
    (folder / "config.json").write_text((folder / "config.json").read_text() + "\n")
    write_digests(folder)
    assert Parser(folder).parse("1 tablet daily").statements


def test_the_package_holds_no_pickle() -> None:
    pickles = {".bin", ".pt", ".pth", ".pkl", ".pickle", ".joblib", ".npy", ".npz"}
    assert not [path for path in SOURCE.rglob("*") if path.suffix in pickles]


def test_no_code_unpickles_or_runs_the_code_of_a_checkpoint() -> None:
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, (ast.Import, ast.ImportFrom)) else []
            assert not {"pickle", "dill", "joblib", "marshal", "shelve"} & set(names), path
            if isinstance(node, ast.keyword) and node.arg == "trust_remote_code":
                assert isinstance(node.value, ast.Constant) and node.value.value is False, path
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "torch.load":
                assert any(word.arg == "weights_only" and ast.unparse(word.value) == "True" for word in node.keywords)


@pytest.mark.parametrize(
    "code",
    [
        "from rx2fhir import Parser; rx = Parser().parse('doliprane 500 1 cp matin'); rx.to_fhir(); rx.explanations",
        "app(['parse', '--explain', '1 tablet twice daily'])",
        "app(['languages'])",
        "app(['check', 'en', '--corpus', 'none'])",
    ],
)
def test_reading_needs_no_network(code: str) -> None:
    run = f"{OFFLINE}from rx2fhir.cli import app\nwith contextlib.suppress(SystemExit):\n    {code}\n"
    result = subprocess.run([sys.executable, "-c", run], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


def test_the_network_is_refused() -> None:
    run = f"{OFFLINE}import urllib.request; urllib.request.urlopen('http://127.0.0.1:9')"
    result = subprocess.run([sys.executable, "-c", run], capture_output=True, text=True, check=False)
    assert "AssertionError: network" in result.stderr
