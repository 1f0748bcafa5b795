"""What the README and the page on files show is what the program does.

`python tests/test_docs.py` writes the program's output into them.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import yaml

from rx2fhir.codes import mappings_dir
from rx2fhir.language import read_pack
from rx2fhir.normalize.cover import cover
from rx2fhir.normalize.items import read_items
from rx2fhir.normalize.reader import Reader
from rx2fhir.text import tokenize

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
FILES = ROOT / "docs" / "convert-and-send.md"
PAGES = [ROOT / "docs" / "to-text.md", ROOT / "docs" / "profiles.md"]
"""Pages whose Python blocks are run as the README's are."""

PYTHON = re.compile(r"```python\n(?P<code>.*?)```\n```text\n.*?```", re.S)
CONSOLE = re.compile(r"```console\n\$ (?P<command>[^\n]*)\n.*?```", re.S)
TABLE = re.compile(r"`(?P<name>[\w.]+)`:\n\n```csv\n(?P<content>.*?)```", re.S)
SESSION = re.compile(r"```console\n(?P<lines>.*?)```", re.S)
YAML = re.compile(r"```yaml\n(?P<content>.*?)```", re.S)


def render(readme: str) -> str:
    """The README with the output of its Python blocks, in order, and of its commands."""
    names: dict[str, Any] = {}
    with_output = PYTHON.sub(lambda block: _python(block["code"], names), readme)
    return CONSOLE.sub(lambda block: _console(block["command"]), with_output)


def _python(code: str, names: dict[str, Any]) -> str:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(code, names)
    return f"```python\n{code}```\n```text\n{printed.getvalue()}```"


def _console(command: str) -> str:
    program, *arguments = shlex.split(command)
    assert program == "rx2fhir", command
    run = [sys.executable, "-m", program, *arguments]
    done = subprocess.run(run, capture_output=True, check=True, env=os.environ | {"COLUMNS": "80"})
    return f"```console\n$ {command}\n{done.stdout.decode()}```"


def session(page: str, folder: Path) -> str:
    """A page on files, with what its commands say in a folder with its tables."""
    for table in TABLE.finditer(page):
        (folder / table["name"]).write_text(table["content"], encoding="utf-8")
    return SESSION.sub(lambda block: f"```console\n{_said(block['lines'], folder)}```", page)


def _said(lines: str, folder: Path) -> str:
    commands = [line for line in lines.splitlines() if line.startswith("$ ")]
    return "".join(f"{command}\n{_shell(command[2:], folder)}" for command in commands)


def _shell(command: str, folder: Path) -> str:
    program = f"{shlex.quote(sys.executable)} -m rx2fhir"
    command = re.sub(r"^rx2fhir", lambda _: program, command)
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    return subprocess.run(command, shell=True, cwd=folder, text=True, check=False, **streams).stdout


def pinned(package: str) -> str:
    found = re.search(rf"^{package}==([\w.]+)", (ROOT / "constraints.txt").read_text(), re.M)
    assert found, package
    return found[1]


def snippets() -> list[list[dict[str, Any]]]:
    """The YAML of the README: first the corpus block, then the pack row."""
    indented = (block["content"] for block in YAML.finditer(README.read_text(encoding="utf-8")))
    return [yaml.safe_load(content) for content in indented]


@pytest.mark.skipif(version("typer") != pinned("typer"), reason="another typer words its help otherwise")
def test_readme_shows_what_the_program_prints() -> None:
    readme = README.read_text(encoding="utf-8")
    assert render(readme) == readme


@pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
def test_pages_show_what_their_python_prints(page: Path) -> None:
    content = page.read_text(encoding="utf-8")
    assert PYTHON.search(content)
    assert render(content) == content


def test_the_page_on_files_shows_what_the_commands_say(tmp_path: Path) -> None:
    page = FILES.read_text(encoding="utf-8")
    assert session(page, tmp_path) == page
    assert "4 texts" in page


def test_readme_has_all_commands() -> None:
    done = subprocess.run([sys.executable, "-m", "rx2fhir", "--help"], capture_output=True, check=True)
    commands = re.findall(r"^  (\w+)  ", done.stdout.decode().split("Commands:")[1], re.M)
    assert commands
    readme = README.read_text(encoding="utf-8")
    assert [name for name in commands if f"| `rx2fhir {name}" not in readme] == []


def test_the_phrase_of_the_readme_can_be_taught_by_its_two_blocks(tmp_path: Path) -> None:
    [corpus], [row] = snippets()
    folder = shutil.copytree(mappings_dir() / "fr", tmp_path / "fr")
    with (folder / "frequency.yaml").open("a", encoding="utf-8") as file:
        file.write("\n" + yaml.safe_dump([row], allow_unicode=True))
    pack = read_pack(folder)
    for text in corpus["texts"]:
        reader = Reader(text, pack, tokenize(text))
        [item] = read_items(reader, cover(reader))
        assert item.facts["frequency"].low == corpus["means"]["frequency"]
        assert item.rule.startswith("fr/frequency.yaml")


def test_every_file_that_the_readme_names_is_there() -> None:
    names = re.findall(r"`([\w/.-]+\.(?:md|yaml|csv|txt))`", README.read_text(encoding="utf-8"))
    assert names
    assert [name for name in names if not (ROOT / name).exists()] == []


if __name__ == "__main__":
    for page in (README, *PAGES):
        page.write_text(render(page.read_text(encoding="utf-8")), encoding="utf-8")
    with TemporaryDirectory() as folder:
        FILES.write_text(session(FILES.read_text(encoding="utf-8"), Path(folder)), encoding="utf-8")
