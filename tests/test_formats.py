"""Annotated texts in their formats, and what is said about broken files."""

from __future__ import annotations

from pathlib import Path

import pytest

from rx2fhir.errors import AnnotationError, UsageError
from rx2fhir.training.cases import Case
from rx2fhir.training.formats import read_all, read_cases

TEXT = "Discharge: ramipril 5 mg\n1 tablet daily for high\nblood pressure.\n"
ANNOTATIONS = (
    "T1\tDrug 11 19\tramipril\n"
    "T2\tStrength 20 24\t5 mg\n"
    "R1\tStrength-Drug Arg1:T2 Arg2:T1\n"
    "T3\tDosage 25 26\t1\n"
    "T4\tForm 27 33\ttablet\n"
    "T5\tFrequency 34 39\tdaily\n"
    "#1\tAnnotatorNotes T5\tsure?\n"
    "T6\tReason 44 48;49 63\thigh blood pressure\n"
)
SIX = (("DRUG", 11, 19), ("STRENGTH", 20, 24), ("DOSAGE", 25, 26), ("FORM", 27, 33), ("FREQUENCY", 34, 39))


def _brat(folder: Path, annotations: str, text: str = TEXT) -> Path:
    (folder / "100.txt").write_text(text, encoding="utf-8", newline="")
    (folder / "100.ann").write_text(annotations, encoding="utf-8")
    return folder


def test_brat(tmp_path: Path) -> None:
    folder = _brat(tmp_path, ANNOTATIONS)
    assert read_cases(folder, language="en") == [Case(TEXT, SIX, "en")]
    assert read_cases(folder, language="en", keep=["Reason"]) == [Case(TEXT, (*SIX, ("REASON", 44, 63)), "en")]


def test_brat_parts_of_an_entity(tmp_path: Path) -> None:
    """A line break inside an entity does not part it, other words do; offsets count a line break of two signs."""
    folder = _brat(tmp_path, "T1\tDuration 0 3;5 9;15 19\tfor five days\n", "for\r\nfive full days")
    assert read_cases(folder)[0].entities == (("DURATION", 0, 9), ("DURATION", 15, 19))


def test_brat_keeps_the_longer_of_two(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder = _brat(tmp_path, "T1\tDrug 0 4\tiron\nT2\tDrug 0 12\tiron sulfate\nT3\tADE 0 4\tiron\n", "iron sulfate")
    assert read_cases(folder)[0].entities == (("DRUG", 0, 12),)
    assert "100.ann:1: left out, it overlaps the entity of line 2" in caplog.text


@pytest.mark.parametrize(
    ("annotations", "message"),
    [
        ("T1\tDrug 11 19\tramipril\nT2\tDrug 20", r"100\.ann:2: no entity"),
        ("T1\tDrug 11 19\tlisinopril\n", r"100\.ann:1: the text at 11 19 is not"),
        ("T1\tDrug 11 190\tramipril\n", r"100\.ann:1: offsets 11 190 do not fit a text of 65"),
        ("T1\tDrug 19 11\tramipril\n", r"100\.ann:1: offsets 19 11"),
        ("T1\tDrug 11 19\tramipril\nT1\tForm 27 33\ttablet\n", r"100\.ann:2: a second T1"),
    ],
)
def test_broken_brat(tmp_path: Path, annotations: str, message: str) -> None:
    with pytest.raises(AnnotationError, match=message):
        read_cases(_brat(tmp_path, annotations))


def test_brat_files_come_in_pairs(tmp_path: Path) -> None:
    with pytest.raises(AnnotationError, match=r"no \.txt file"):
        read_cases(tmp_path)
    (tmp_path / "7.txt").write_text("x")
    with pytest.raises(AnnotationError, match=r"7\.ann are missing"):
        read_cases(tmp_path)
    (tmp_path / "7.ann").touch()
    (tmp_path / "8.ann").touch()
    with pytest.raises(AnnotationError, match=r"8\.txt is missing"):
        read_cases(tmp_path)


MEDNERF = """[
  {"id": "1", "tokens": ["Doliprane", "500", "mg", ",", "1", "cp"],
   "ner_tags": ["B-Drug", "B-Strength", "I-Strength", "O", "B-Dosage", "B-Form"]},
  {"id": "2", "tokens": ["le", "soir"], "ner_tags": ["B-Frequency", "I-Frequency"]}
]
"""


def test_mednerf(tmp_path: Path) -> None:
    path = tmp_path / "fr-mednerf.json"
    path.write_text(MEDNERF, encoding="utf-8")
    first, second = read_cases(path)
    assert first.text == "Doliprane 500 mg , 1 cp" and first.language == "fr"
    assert first.entities == (("DRUG", 0, 9), ("STRENGTH", 10, 16), ("DOSAGE", 19, 20), ("FORM", 21, 23))
    assert first.words == ((0, 9), (10, 13), (14, 16), (17, 18), (19, 20), (21, 23))
    assert second.entities == (("FREQUENCY", 0, 7),)
    path.write_text("[]")
    assert read_cases(path) == []


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (MEDNERF[:200], r"m\.json:4: .*cut off"),
        (MEDNERF[:-3], r"m\.json:4: expected ',' of a JSON list; is the file cut off"),
        (MEDNERF.replace('"soir"', '"soir", "!"'), r"m\.json:4: 3 tokens and 2 tags"),
        (MEDNERF.replace('"B-Form"', '"Form"'), r"m\.json:2: tag 'Form'; expected O"),
        (MEDNERF.replace('"B-Form"', "6"), r"m\.json:2: ner_tags must be a list of texts"),
        (MEDNERF.replace('"soir"', '""'), r"m\.json:4: token 2 is empty"),
        ('{"tokens": []}', r"m\.json:1: expected '\['"),
        ('[\n{"tokens": []}]', r"m\.json:2: expected an object with tokens and ner_tags"),
    ],
)
def test_broken_mednerf(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "m.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(AnnotationError, match=message):
        read_cases(path)


@pytest.mark.parametrize(
    "tags",
    [
        ("B-Drug", "I-Drug", "B-Form", "O", "B-Form"),
        ("I-Drug", "I-Drug", "I-Form", "O", "I-Form"),
        ("B-Drug", "E-Drug", "S-Form", "O", "S-Form"),
        ("B-DRUG", "L-DRUG", "U-FORM", "O", "U-FORM"),
    ],
    ids=["IOB2", "IOB1", "BIOES", "BILOU"],
)
def test_conll_schemes(tmp_path: Path, tags: tuple[str, ...]) -> None:
    tokens = ("Xatral", "LP", "comprimés", "#", "gélule")
    lines = [f"{token}\tX\t{tag}\n" for token, tag in zip(tokens, tags, strict=True)]
    path = tmp_path / "fr.conll"
    path.write_text("-DOCSTART-\tX\tO\n\n# id = 1\n" + "".join(lines) + "\n\ncp\tX\tO", encoding="utf-8")
    assert [(case.text, case.entities) for case in read_cases(path)] == [
        ("Xatral LP comprimés # gélule", (("DRUG", 0, 9), ("FORM", 10, 19), ("FORM", 22, 28))),
        ("cp", ()),
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("cp O\nle", r"a\.iob:2: 1 columns; expected 2"),
        ("cp N O\nle O\n", r"a\.iob:2: 2 columns; expected 3"),
        ("cp O\nle B\n", r"a\.iob:2: the last column is no tag"),
    ],
)
def test_broken_conll(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "a.iob"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(AnnotationError, match=message):
        read_cases(path)


def test_jsonl(tmp_path: Path) -> None:
    path = tmp_path / "texts.jsonl"
    path.write_text(
        '{"text": "x 5 mg", "lang": "de", "entities": [{"label": "Strength", "start": 2, "end": 6}, '
        '{"label": "drug", "start": 0, "end": 1}, {"label": "ADE", "start": 0, "end": 6}]}\n\n{"text": "y"}\n'
    )
    first, second = read_cases(path)
    assert first == Case("x 5 mg", (("DRUG", 0, 1), ("STRENGTH", 2, 6)), "de")
    assert second == Case("y", (), "und")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"text": "x", "ent', r"t\.jsonl:2: .*cut off"),
        (
            '{"text": "x", "entities": [{"label": "DRUG", "start": 0, "end": 2}]}',
            r"t\.jsonl:2: entity 0-2 does not fit",
        ),
        ('{"text": "x", "entities": [{"label": "DRUG"}]}', r"t\.jsonl:2: expected text and entities"),
        ('["x"]', r"t\.jsonl:2: expected text and entities"),
        (
            '{"text": "xyz", "entities": [{"label": "DRUG", "start": 0, "end": 2}, '
            '{"label": "FORM", "start": 1, "end": 3}]}',
            r"t\.jsonl:2: entities overlap",
        ),
    ],
)
def test_broken_jsonl(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text('{"text": "fine"}\n' + line + "\n", encoding="utf-8")
    with pytest.raises(AnnotationError, match=message):
        read_cases(path)


def test_marked(tmp_path: Path) -> None:
    (tmp_path / "fr.txt").write_text("# note\n[DRUG x] a\\nb\n", encoding="utf-8")
    assert read_cases(tmp_path / "fr.txt") == [Case("x a\nb", (("DRUG", 0, 1),), "fr")]


@pytest.mark.parametrize(
    ("name", "language"), [("fr.txt", "fr"), ("de-ward2.txt", "de"), ("my_data.txt", "und"), ("dense.txt", "und")]
)
def test_the_name_of_a_file_tells_the_language(tmp_path: Path, name: str, language: str) -> None:
    (tmp_path / name).write_text("[DRUG x]")
    assert [case.language for case in read_cases(tmp_path / name)] == [language]
    assert [case.language for case in read_cases(tmp_path / name, language="nl")] == ["nl"]


def test_wrong_use(tmp_path: Path) -> None:
    (tmp_path / "c.csv").touch()
    with pytest.raises(UsageError, match=r"c\.csv: format ''; name one of: brat, conll"):
        read_cases(tmp_path / "c.csv")
    assert read_cases(tmp_path / "c.csv", format="conll") == []
    with pytest.raises(UsageError, match=r"no file or folder .*nowhere"):
        read_all([tmp_path / "nowhere"])
