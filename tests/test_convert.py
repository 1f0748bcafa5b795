"""`rx2fhir convert`: files of texts to files of FHIR."""

from __future__ import annotations

import contextlib
import io
import json
import sys
import tracemalloc
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rx2fhir import Parser, Prescription
from rx2fhir.bulk.convert import Files, convert_file
from rx2fhir.cli import main
from rx2fhir.language import languages

SYSTEM = ["--system", "urn:oid:2.999.1"]


class Conversion:
    """One run of the command on a file with `content`, and the files that it wrote."""

    def __init__(self, folder: Path, content: str | bytes, *options: str, name: str = "in.csv") -> None:
        source = folder / name
        source.write_bytes(content if isinstance(content, bytes) else content.encode())
        self.out = folder / "out.ndjson"
        self.code, self.err = run_program("convert", str(source), "-o", str(self.out), *options)
        self.lines, self.rejects, self.issues = map(
            json_lines, (self.out, folder / "out.rejects.ndjson", folder / "out.issues.ndjson")
        )

    def reasons(self) -> dict[int, str]:
        return {reject["line"]: reject["reason"] for reject in self.rejects}


def run_program(*arguments: str) -> tuple[int, str]:
    """Exit code and stderr of the program, run in this process: the model is loaded once."""
    stderr = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stderr(stderr):
        patch.setattr(sys, "argv", ["rx2fhir", *arguments])
        with pytest.raises(SystemExit) as end:
            main()
    return int(end.value.code or 0), stderr.getvalue()


def json_lines(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def values(resources: list[dict[str, Any]]) -> list[str]:
    return [fields["identifier"][0]["value"] for fields in resources]


TABLE = """nr,patient,land,text
a1,7,fr-CH,Doliprane 500 mg 1 comprimé le matin
a2,Patient/8,,"Zyloric 300 mg 1 tablet daily, Xarelto 20 mg with supper"
"""

COLUMNS = ["--id-column", "nr", *SYSTEM, "--subject-column", "patient", "--language-column", "land"]


def test_a_table_becomes_one_resource_a_line(tmp_path: Path) -> None:
    run = Conversion(tmp_path, TABLE, *COLUMNS)
    assert (run.code, run.rejects) == (0, [])
    assert values(run.lines) == ["a1/1", "a2/1", "a2/2"]
    assert {fields["identifier"][0]["system"] for fields in run.lines} == {"urn:oid:2.999.1"}
    assert [fields["subject"]["reference"] for fields in run.lines] == ["Patient/7", "Patient/8", "Patient/8"]
    assert run.lines[0]["dosage"][0]["timing"]["repeat"]["when"] == ["MORN"]
    assert "2 texts, 3 resources, 0 rejects" in run.err


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("in.txt", "1 tablet in the morning\n\n2 tablets at night"),
        ("in.tsv", "text\tx\n1 tablet in the morning\t1\n\n2 tablets at night\t2\n"),
        ("in.ndjson", '{"text": "1 tablet in the morning"}\n\n{"text": "2 tablets at night"}\n'),
        ("in.JSONL", '\ufeff{"text": "1 tablet in the morning"}\r\n{"text": "2 tablets at night"}'),
    ],
)
def test_every_kind_of_file_is_read(tmp_path: Path, name: str, content: str) -> None:
    run = Conversion(tmp_path, content, name=name)
    assert run.code == 0, run.rejects
    assert [fields["dosage"][0]["timing"]["repeat"]["when"] for fields in run.lines] == [["MORN"], ["NIGHT"]]


def test_release_resource_subject_and_language_of_all(tmp_path: Path) -> None:
    options = "--release R5 --resource MedicationRequest --subject Patient/3 --language fr".split()
    [fields] = Conversion(tmp_path, "text\n1 cp le soir\n", *options).lines
    assert fields["resourceType"] == "MedicationRequest"
    assert fields["subject"] == {"reference": "Patient/3"}
    assert fields["medication"]
    assert fields["dosageInstruction"][0]["timing"]["repeat"]["when"] == ["EVE"]


def test_requests_have_their_date_and_requester(tmp_path: Path) -> None:
    rows = [
        "2025-03-15,3",
        "2025-03-15T08:30:00Z,Organization/4",
        "2025-02-30,3",
        "2025-03-15T08:30:00,3",
        "15/03/2025,3",
    ]
    table = "on,by,text\n" + "".join(f"{row},{n} tablets daily\n" for n, row in enumerate(rows, start=1))
    columns = "--resource MedicationRequest --date-column on --requester-column by".split()
    run = Conversion(tmp_path, table, *columns)
    assert [(fields["authoredOn"], fields["requester"]["reference"]) for fields in run.lines] == [
        ("2025-03-15", "Practitioner/3"),
        ("2025-03-15T08:30:00Z", "Organization/4"),
    ]
    assert sorted(run.reasons()) == [4, 5, 6]
    assert "'2025-02-30' is no date" in run.reasons()[4]


# Identifiers


def test_without_ids_the_same_file_gives_the_same_identifiers(tmp_path: Path) -> None:
    text = "1 tablet daily\n2 tablets daily\n1 tablet daily\n"
    first, second = (values(Conversion(tmp_path, text, name="in.txt").lines) for _ in range(2))
    assert first == second
    assert len(set(first)) == 3


def test_without_ids_the_subject_tells_texts_apart(tmp_path: Path) -> None:
    run = Conversion(tmp_path, "text,who\n1 tablet daily,1\n1 tablet daily,2\n", "--subject-column", "who")
    assert len(set(values(run.lines))) == 2
    alone = Conversion(tmp_path, "text,who\n1 tablet daily,2\n", "--subject-column", "who")
    assert values(alone.lines) == values(run.lines)[1:]


# Bundles


def test_transactions_create_each_resource_once(tmp_path: Path) -> None:
    [bundle] = Conversion(tmp_path, TABLE, *COLUMNS, "--bundle", "transaction").lines
    assert (bundle["resourceType"], bundle["type"]) == ("Bundle", "transaction")
    assert [entry["request"] for entry in bundle["entry"]] == [
        {"method": "POST", "url": "MedicationStatement", "ifNoneExist": f"identifier=urn%3Aoid%3A2.999.1%7C{value}"}
        for value in ("a1%2F1", "a2%2F1", "a2%2F2")
    ]
    urls = [entry["fullUrl"] for entry in bundle["entry"]]
    assert len(set(urls)) == 3
    assert all(url.startswith("urn:uuid:") for url in urls)


def test_full_urls_are_the_same_in_every_run(tmp_path: Path) -> None:
    first, second = (Conversion(tmp_path, TABLE, *COLUMNS, "--bundle", "batch").out.read_bytes() for _ in range(2))
    assert first == second


def test_bundles_are_split_but_never_within_a_text(tmp_path: Path) -> None:
    run = Conversion(tmp_path, TABLE, *COLUMNS, "--bundle", "batch", "--bundle-size", "1")
    assert [len(bundle["entry"]) for bundle in run.lines] == [1, 2]
    assert {bundle["type"] for bundle in run.lines} == {"batch"}


@pytest.mark.parametrize("release", ["R4", "R5"])
def test_provenance_names_software_and_source(tmp_path: Path, release: str) -> None:
    options = ["--bundle", "transaction", "--provenance", "--release", release]
    [bundle] = Conversion(tmp_path, TABLE, *COLUMNS, *options).lines
    medicine, provenance = bundle["entry"][:2]
    assert provenance["request"]["ifNoneExist"].startswith("_tag=")
    fields = provenance["resource"]
    assert fields["target"] == [{"reference": medicine["fullUrl"]}]
    device, document = fields["contained"]
    assert {part["type"]["text"] for part in device["version"]} == {"software", "model", "language pack"}
    assert document["identifier"] == [{"system": "urn:oid:2.999.1", "value": "a1"}]
    assert fields["agent"][0]["who"] == {"reference": f"#{device['id']}"}
    assert fields["entity"][0]["what"] == {"reference": f"#{document['id']}"}


# What is told


def test_every_line_that_gave_nothing_is_rejected_with_its_reason(tmp_path: Path) -> None:
    table = "nr,patient,land,text\n" + "\n".join(
        [
            "b1,7,,1 tablet daily",
            "b1,7,,2 tablets daily",
            ",7,,1 tablet daily",
            "b3,two words,,1 tablet daily",
            "b4,7,tlh,1 tablet daily",
            "b5,7,,   ",
            "b6,7,,Dear colleague",
            "b7,7",
            "b|8,7,,1 tablet daily",
            "b9,7,,1 tablet at night",
        ]
    )
    run = Conversion(tmp_path, table, *COLUMNS)
    assert run.code == 1
    assert values(run.lines) == ["b1/1", "b9/1"]
    assert run.reasons() == {
        3: "its id came before",
        4: "no id in 'nr'",
        5: "the subject is neither a reference such as Patient/1 nor an id",
        6: f"no pack for its language; packs: {', '.join(languages())}",
        7: "no text in 'text'",
        8: "nothing that it prescribes was read",
        9: "2 columns instead of 4",
        10: "its id holds one of $ , \\ |, for which not all servers can search",
    }
    assert {reject["id"] for reject in run.rejects if "id" in reject} == {"b1", "b6", "b|8"}


def test_broken_lines_of_ndjson_do_not_stop_the_rest(tmp_path: Path) -> None:
    good = b'{"text": "1 tablet daily", "id": 5}'
    lines = [b"{", b"[]", b"7", b'{"text": 5.5}', b'{"text": "\xff"}', b'{"other": "x"}', b"x" * (1 << 21), good]
    run = Conversion(tmp_path, b"\n".join(lines), "--id-column", "id", *SYSTEM, name="in.ndjson")
    assert values(run.lines) == ["5/1"]
    assert sorted(run.reasons()) == [1, 2, 3, 4, 5, 6, 7]
    assert run.reasons()[5] == "no UTF-8 at byte 11 of the line"
    assert run.reasons()[7] == "longer than 1048576 bytes"


def test_a_quote_that_never_closes_takes_no_more_than_its_field_may_hold(tmp_path: Path) -> None:
    rows = [b"text", b"1 tablet daily", b'"1 tablet', *[b"1 tablet in the morning"] * 6_000]
    run = Conversion(tmp_path, b"\n".join(rows))
    assert run.code == 1
    assert "field larger than field limit" in run.rejects[0]["reason"]
    assert len(run.lines) > 400


def test_rejects_never_quote_the_text(tmp_path: Path) -> None:
    run = Conversion(tmp_path, "text,x\nMustermann hello,1\nMustermann,\nMustermann\n")
    assert run.rejects
    assert "Mustermann" not in json.dumps(run.rejects) + run.err


def test_issues_are_operation_outcomes_with_their_line(tmp_path: Path) -> None:
    run = Conversion(tmp_path, "1 tablet daily\n1 tablet every morning xyzzy 17 plugh\n", name="in.txt")
    [outcome] = run.issues
    assert outcome["resourceType"] == "OperationOutcome"
    [issue] = outcome["issue"]
    assert issue["details"]["coding"][0]["code"] == "unread-text"
    assert issue["diagnostics"].startswith("line 2, characters ")
    assert "1 doubtful" in run.err


# Wrong use


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--text-column", "sig"], "columns: nr, patient, land, text"),
        (["--id-column", "nr"], "name both or none"),
        (SYSTEM, "name both or none"),
        (["--bundle", "collection"], "transaction, batch"),
        (["--provenance"], "transaction"),
        (["--date-column", "nr"], "MedicationRequest"),
        (["--release", "R3"], "R4, R5"),
        (["--language", "tlh"], ", ".join(languages())),
        (["--subject", "#x"], "Patient/1"),
        (["--rejects", "/no/such/folder/x"], "/no/such/folder/x"),
        (["--rejects", "/dev/null"], "is no file"),
    ],
)
def test_wrong_use_exits_2_and_leaves_no_file(tmp_path: Path, options: list[str], says: str) -> None:
    run = Conversion(tmp_path, TABLE, *options)
    assert run.code == 2
    assert says in run.err
    assert "Traceback" not in run.err
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]


def test_the_source_is_never_overwritten(tmp_path: Path) -> None:
    run = Conversion(tmp_path, TABLE, *COLUMNS, "--rejects", str(tmp_path / "in.csv"))
    assert (run.code, (tmp_path / "in.csv").read_text()) == (2, TABLE)


def test_other_kinds_of_file_are_named(tmp_path: Path) -> None:
    assert ".txt, .csv" in Conversion(tmp_path, "x", name="in.docx").err


def test_a_failed_run_leaves_the_files_of_the_last(tmp_path: Path) -> None:
    before = Conversion(tmp_path, TABLE, *COLUMNS).out.read_bytes()
    run = Conversion(tmp_path, "wrong\n", *COLUMNS)
    assert run.code == 2
    assert run.out.read_bytes() == before


class Canned:
    """A parser that gives the same prescription for every text."""

    def __init__(self) -> None:
        self.answer = Parser().parse("1 tablet daily")

    def parse_many(self, texts: Iterable[str], languages: Iterable[str | None]) -> Iterator[Prescription]:
        return (self.answer for _ in zip(texts, languages, strict=True))


def peak(folder: Path, texts: int) -> int:
    """Bytes that a conversion needs at most, for so many texts of 10 kB."""
    source = folder / "long.txt"
    with source.open("w") as file:
        file.writelines(f"{n}{'x' * 10_000}\n" for n in range(texts))
    tracemalloc.start()
    counts = convert_file(Files(source, folder / "out.ndjson"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert counts["resources"] == texts
    return peak


def test_memory_does_not_grow_with_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rx2fhir.bulk.convert.Parser", Canned)
    peak(tmp_path, 1)  # loads what is loaded once
    assert peak(tmp_path, 3_000) < peak(tmp_path, 300) + 1_000_000
