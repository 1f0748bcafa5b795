"""Damaged model files, a full disk, a home that cannot be written: one line that says so, or no difference."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mutations import MUTATIONS
from rx2fhir import ModelUnavailable, model_path
from rx2fhir.recognize import open_model
from rx2fhir.recognize.digests import SUMS

SIG = "1 comprimé le matin"


def run(*arguments: str, stdout: str = os.devnull, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """The program, its stdout written to a file."""
    command = [sys.executable, "-m", "rx2fhir", *arguments]
    with Path(stdout).open("wb") as out:
        return subprocess.run(command, stdout=out, stderr=subprocess.PIPE, env={**os.environ, **environment})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the bundled model without its digests, as a model of one's own."""
    copy = Path(shutil.copytree(model_path(), tmp_path_factory.mktemp("model") / "own"))
    (copy / SUMS).unlink()
    return copy


@pytest.mark.parametrize("mutation", MUTATIONS)
@pytest.mark.parametrize("name", ["config.json", "tokenizer.json"])
def test_a_damaged_model_is_unavailable_or_reads(folder: Path, name: str, mutation: str) -> None:
    chance, path = random.Random(mutation), folder / name
    sound = path.read_bytes()
    try:
        for _ in range(4):
            path.write_bytes(MUTATIONS[mutation](sound, chance))
            try:
                open_model(folder).recognize([SIG])
            except ModelUnavailable as error:
                assert str(folder) in str(error)
    finally:
        path.write_bytes(sound)


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json", "model.onnx"])
@pytest.mark.parametrize("share", [0, 0.5, 0.999])
def test_half_a_file_is_unavailable(folder: Path, name: str, share: float) -> None:
    path = folder / name
    sound = path.read_bytes()
    path.write_bytes(sound[: int(share * len(sound))])
    with pytest.raises(ModelUnavailable, match="damaged"):
        open_model(folder)
    path.write_bytes(sound)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
@pytest.mark.parametrize("command", [["parse", SIG], ["languages"]])
def test_a_full_disk_is_one_line(command: list[str]) -> None:
    done = run(*command, stdout="/dev/full")
    assert done.returncode == 2
    assert done.stderr.decode().splitlines()[-1].startswith("error: ")
    assert b"Traceback" not in done.stderr


def test_a_full_disk_leaves_no_half_file(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource", reason="limits of files are those of POSIX")
    (tmp_path / "in.txt").write_text(f"{SIG}\n" * 200, encoding="utf-8")
    command = [sys.executable, "-m", "rx2fhir", "convert", str(tmp_path / "in.txt"), "-o", str(tmp_path / "out.ndjson")]
    limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))  # noqa: E731
    done = subprocess.run(command, capture_output=True, preexec_fn=limit)
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["in.txt"]


@pytest.mark.parametrize("home", ["/nonexistent", "/dev/null"])
def test_no_home_is_needed(home: str) -> None:
    done = run("parse", SIG, HOME=home, XDG_CACHE_HOME=home, TMPDIR=home)
    assert (done.returncode, done.stderr) == (0, b"")


def test_nothing_is_written_into_the_home(tmp_path: Path) -> None:
    """Nor by the libraries: onnxruntime keeps the number of the machine there, and reports its use."""
    assert run("parse", SIG, HOME=str(tmp_path), XDG_CACHE_HOME=str(tmp_path)).returncode == 0
    assert not list(tmp_path.iterdir())
