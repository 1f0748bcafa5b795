"""The server and the validators that the tests of FHIR output ask, each started once where it is installed."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import httpx
import pytest

HERE = Path(__file__).parent


def need(there: bool, what: str) -> None:
    """Skip a test for lack of a program or package; RX2FHIR_TEST_ALL, which CI sets, makes that a failure."""
    if not there and os.environ.get("RX2FHIR_TEST_ALL"):
        pytest.fail(f"not installed: {what}")
    if not there:
        pytest.skip(f"not installed: {what}")


def has_node() -> bool:
    if shutil.which("node") is None or not (HERE / "node_modules").is_dir():
        return False
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout
    return int(re.findall(r"\d+", version)[0]) >= 20


@pytest.fixture(scope="session")
def server() -> Iterator[httpx.Client]:
    """A client of a FHIR R4 server that runs as long as the tests."""
    need(has_node(), "Node 20 and tests/server/node_modules (npm ci --prefix tests/server)")
    command = ["node", str(HERE / "server.mjs")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin and process.stdout
        ready = process.stdout.readline()
        with httpx.Client(base_url=json.loads(ready)["url"], timeout=60) as client:
            yield client
        process.terminate()


@pytest.fixture(scope="session")
def strict_jar() -> Path:
    """The jar that holds HAPI's R4 parser: it comes inside the Python package pathling."""
    found = find_spec("pathling")
    folders = found.submodule_search_locations if found else None
    jars = [path for folder in folders or () for path in Path(folder).glob("jars/*.jar")]
    need(bool(jars) and shutil.which("java") is not None, "Java 17 and the package pathling, for HAPI's parser")
    return jars[0]
