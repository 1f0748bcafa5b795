"""The command line: what it prints where, and its exit codes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from rx2fhir import errors
from rx2fhir.cli import main
from rx2fhir.language import detected, languages


class Run:
    """One run of the program in a process of its own."""

    def __init__(self, *arguments: str, stdin: bytes = b"") -> None:
        command = [sys.executable, "-m", "rx2fhir", *arguments]
        done = subprocess.run(command, input=stdin, capture_output=True, check=False)
        self.code = done.returncode
        self.out = done.stdout.decode()
        self.err = done.stderr.decode()

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


def test_parse_prints_resources_and_issues_as_json() -> None:
    run = Run("parse", "doliprane 500 1 comprimé effervescent le matin pendant une semaine")
    answer = json.loads(run.out)
    assert run.code == 0
    assert answer["language"] == "fr"
    [resource] = answer["resources"]
    assert resource["resourceType"] == "MedicationStatement"
    assert resource["dosage"][0]["timing"]["repeat"]["when"] == ["MORN"]


def test_parse_takes_release_resource_subject_and_language() -> None:
    options = "--release R5 --resource MedicationRequest --subject Patient/7 --language en".split()
    [resource] = json.loads(Run("parse", *options, "xarelto 20 mg once daily").out)["resources"]
    assert resource["resourceType"] == "MedicationRequest"
    assert resource["subject"] == {"reference": "Patient/7"}
    assert resource["dosageInstruction"]


def test_parse_takes_the_status_where_the_text_says_none() -> None:
    [resource] = json.loads(Run("parse", "--status", "intended", "xarelto 20 mg once daily").out)["resources"]
    assert resource["status"] == "intended"
    run = Run("parse", "--status", "held", "xarelto 20 mg once daily")
    assert (run.code, "active, intended, completed, unknown" in run.err) == (2, True)


def test_stdin_gives_one_line_for_each_text_in_order() -> None:
    texts = ["1 tablet in the morning", "", "2 comprimés le soir"]
    run = Run("parse", "-", stdin="\r\n".join(texts).encode())
    assert run.code == 0
    assert [answer["language"] for answer in run.lines()] == ["en", None, "fr"]
    assert [len(answer["resources"]) for answer in run.lines()] == [1, 0, 1]


def test_bytes_that_are_no_utf8_do_not_stop_the_rest() -> None:
    run = Run("parse", "-", stdin=b"\xff\xfe\x00\n1 tablet in the morning\n")
    assert run.code == 0
    assert [len(answer["resources"]) for answer in run.lines()] == [0, 1]


def test_empty_stdin_prints_nothing() -> None:
    run = Run("parse", "-")
    assert (run.code, run.out) == (0, "")


def test_issues_are_in_the_json_and_on_stderr() -> None:
    run = Run("parse", "1 tablet every morning xyzzy 17 plugh")
    [issue] = json.loads(run.out)["issues"]
    assert issue["code"] == "unread-text"
    assert "unread-text" in run.err
    assert run.code == 0


@pytest.mark.parametrize(("text", "code"), [("1 tablet every morning", 0), ("1 tablet every morning xyzzy", 1)])
def test_strict_tells_by_the_exit_code(text: str, code: int) -> None:
    run = Run("parse", "--strict", text)
    assert run.code == code
    assert json.loads(run.out)["resources"]


def test_explain_shows_words_and_rules_on_stderr_only() -> None:
    plain, explained = (Run("parse", *option, "1 tablet every morning") for option in ([], ["--explain"]))
    assert explained.out == plain.out
    assert "every morning" in explained.err
    assert ".yaml:" in explained.err


def test_explain_cannot_steer_the_terminal() -> None:
    assert "\x1b[2J" not in Run("parse", "--explain", "1 tablet every morning \x1b[2J").err


@pytest.mark.parametrize(
    ("arguments", "choices"),
    [
        (["parse", "--release", "R3", "x"], "R4, R5"),
        (["parse", "--resource", "Patient", "x"], "MedicationStatement, MedicationRequest"),
        (["parse", "--language", "xx", "x"], ", ".join(languages())),
        (["parse", "--subject", "", "x"], "Patient/1"),
        (["check", "xx"], ", ".join(languages())),
        (["parse"], "Missing argument"),
        (["banana"], "banana"),
    ],
)
def test_wrong_use_exits_2_and_names_the_choices(arguments: list[str], choices: str) -> None:
    run = Run(*arguments)
    assert (run.code, run.out) == (2, "")
    assert choices in run.err
    assert "Traceback" not in run.err


def test_languages_are_the_packs() -> None:
    run = Run("languages")
    assert run.code == 0
    assert [line["code"] for line in run.lines()] == list(languages())
    assert [line["code"] for line in run.lines() if line["detected"]] == list(detected())


def test_check_reads_every_pack() -> None:
    run = Run("check", "--corpus", "nowhere")
    assert run.code == 0
    assert {line["language"] for line in run.lines()}.isdisjoint(detected())
    note, *counts = run.err.splitlines()
    assert note == "no corpus in nowhere: rows are not checked against texts"
    assert [count.split(":")[0] for count in counts] == list(languages())
    assert {f"{code}: 0 gaps" for code in detected()} <= set(counts)


def test_check_names_rows_that_no_text_reaches(tmp_path: Path) -> None:
    (tmp_path / "pt").mkdir()
    run = Run("check", "pt", "--corpus", str(tmp_path))
    assert run.code == 1
    assert all(line["language"] == "pt" and "no corpus text" in line["gap"] for line in run.lines())
    assert run.err == f"pt: {len(run.lines())} gaps\n"


def test_check_of_a_broken_pack_names_file_and_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(code: str, cases: object) -> list[str]:
        raise errors.MappingError(f"{code}/when.yaml:3: unknown key 'MORNING'")

    monkeypatch.setattr("rx2fhir.check.check_pack", broken)
    monkeypatch.setattr(sys, "argv", ["rx2fhir", "check", "fr"])
    with pytest.raises(SystemExit, match="2"):
        main()
    assert capsys.readouterr().err == "error: fr/when.yaml:3: unknown key 'MORNING'\n"
