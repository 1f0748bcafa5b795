"""Packs: what they give when they are right, and the file and line that every mistake in them is reported with."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rx2fhir.errors import MappingError, UnknownLanguage
from rx2fhir.language import LanguagePack, languages, load, read_pack

SOUND = {
    "language": "code: xx\nname: Test\n",
    "words": 'and: ["and"]\ntimes: ["times", "x"]\nper: ["per", "a"]\n',
    "time_units": 'd: ["day", "days"]\nwk: ["week"]\n',
    "when": 'MORN: ["[in the] morning"]\n',
    "frequency": '- phrase: "{n} <times> <per> {unit}"\n  means: {frequency: n, period: 1, period_unit: unit}\n',
}


def write(folder: Path, **changes: str) -> Path:
    """A pack in a folder: SOUND with files changed or added."""
    folder = folder / "xx"
    folder.mkdir()
    for name, content in {**SOUND, **changes}.items():
        (folder / f"{name}.yaml").write_text(content, encoding="utf-8")
    return folder


def test_a_small_pack(tmp_path: Path) -> None:
    pack = read_pack(write(tmp_path))
    assert (pack.code, pack.name, pack.decimal, pack.thousands) == ("xx", "Test", ".", ())
    assert [(row.concept, row.key, row.rule) for row in pack.rows if row.concept == "time_units"] == [
        ("time_units", "d", "xx/time_units.yaml:1"),
        ("time_units", "d", "xx/time_units.yaml:1"),
        ("time_units", "wk", "xx/time_units.yaml:2"),
    ]
    [row] = [row for row in pack.rows if row.concept == "frequency"]
    assert row.slots == frozenset(("n", "unit"))
    assert row.rule == "xx/frequency.yaml:1"


@pytest.mark.parametrize(
    ("name", "content", "line", "reason"),
    [
        # keys
        ("when", 'MORN: ["a"]\nMORNING: ["b"]\n', 2, "unknown key 'MORNING'; keys: .*MORN"),
        ("units", 'milligram: ["mg"]\n', 1, "unknown key 'milligram'; keys: .*mg"),
        ("weekdays", 'mon: ["a"]\nmonday: ["b"]\n', 2, "unknown key 'monday'; keys: fri, mon"),
        ("months", '"13": ["a"]\n', 1, "unknown key '13'"),
        ("numbers", '"1": ["one"]\nfew: ["few"]\n', 2, "'few' is not a number"),
        ("when", 'MORN: ["a"]\nNOON: ["b"]\nMORN: ["c"]\n', 3, "'MORN' stands twice"),
        ("words", 'and: ["a"]\nand: ["b"]\n', 2, "'and' stands twice"),
        ("frequency", '- phrase: "a"\n  phrase: "b"\n  means: {count: 1}\n', 2, "'phrase' stands twice"),
        # rows and fields
        ("frequency", '- phrase: "a"\n  means: {count: 1}\n- phrase: "b"\n  mean: {count: 1}\n', 3, "mean"),
        ("frequency", '- phrase: "a"\n', 1, "no means"),
        ("frequency", '- phrase: "{n} a"\n  means: {times: n}\n', 1, "unknown field times; fields: .*frequency"),
        ("frequency", "phrase: a\n", 1, "expected a list"),
        ("when", '- "a"\n', 1, "expected `key: value` pairs"),
        ("when", 'MORN: "a"\n', 1, "expected a list"),
        # texts
        ("when", 'MORN:\n  - "a"\n  - 12\n', 3, 'expected a text; quote it: "12"'),
        ("when", "MORN: [12:30]\n", 1, "expected a text"),
        ("when", "MORN: [on]\n", 1, "expected a text"),
        ("when", "MORN: [null]\n", 1, "expected a text"),
        ("when", "MORN: [2025-03-15]\n", 1, "expected a text"),
        ("when", "MORN: [{a: b}]\n", 1, "expected a text"),
        ("words", "and: [no]\n", 1, "expected a text"),
        # phrases
        (
            "frequency",
            '- phrase: "{n} fois par {unite}"\n  means: {frequency: n}\n',
            1,
            "unknown {unite}; choices: .*unit",
        ),
        ("frequency", '- phrase: "{n} <tims>"\n  means: {frequency: n}\n', 1, "unknown <tims>; choices: .*<times>"),
        ("frequency", '- phrase: "{n} a"\n  means: {frequency: m}\n', 1, "no slot m"),
        ("frequency", '- phrases: ["a", "[b"]\n  means: {count: 1}\n', 1, "never closed"),
        ("when", 'MORN: ["a", "b]"]\n', 1, "closes nothing"),
        ("when", 'MORN: [""]\n', 1, "empty"),
        (
            "as_needed",
            '- phrase: "if {reason} today"\n  means: {as_needed_for: reason}\n',
            1,
            "free words must stand last",
        ),
        ("when", 'MORN: ["a {FORM}"]\n', 1, "labels belong in the training grammars"),
        ("words", SOUND["words"] + 'or: ["or <nor>"]\n', 4, "unknown <nor>"),
        ("words", SOUND["words"] + 'or: ["[<or>] x"]\n', 4, "list <or> holds itself"),
        # YAML
        ("when", 'MORN: ["a"\nNOON: ["b"]\n', 2, "expected ',' or ']'"),
        ("when", 'MORN:\n\t- "a"\n', 2, "cannot start any token"),
        ("when", 'MORN: ["a]\n', 2, "unexpected end"),
        ("when", "# nothing yet\n", 1, "empty"),
    ],
)
def test_a_mistake_is_reported_with_its_place(tmp_path: Path, name: str, content: str, line: int, reason: str) -> None:
    folder = write(tmp_path, **{name: content})
    with pytest.raises(MappingError) as error:
        read_pack(folder)
    message = str(error.value)
    assert message.startswith(f"xx/{name}.yaml:{line}: ")
    assert re.search(reason, message), message


@pytest.mark.parametrize(
    ("name", "content"),
    [
        # Settings
        ("language", "name: Test\n"),
        ("language", "code: xx\n"),
        ("language", "- code\n"),
        # What a row says must be right when the pack is read, not when a text is
        ("frequency", '- phrase: "a"\n  means: count\n'),
        ("frequency", "- means: {count: 1}\n"),
        ("frequency", '- phrase: "a"\n  means: {count: 1}\n  priority: high\n'),
        ("frequency", '- phrase: "a"\n  means: {frequency: 1, period: 1, period_unit: day}\n'),
        ("frequency", '- phrase: "a"\n  means: {when: MORNING}\n'),
        ("frequency", '- phrase: "a"\n  means: {day_of_week: monday}\n'),
        ("frequency", '- phrase: "a"\n  means: {frequency: often}\n'),
        ("bounds", '- phrase: "a"\n  means: {bounds: a week}\n'),
        ("bounds", '- phrase: "a"\n  means: {bounds: 1 week}\n'),
        ("frequency", '- phrase: "a"\n  means: {route: mouth}\n'),
        # What would never end
        ("words", SOUND["words"] + 'or: ["<nor> a"]\nnor: ["<or> b"]\n'),
        ("durations", '- phrase: "{duration} a"\n  means: {value: 1, unit: d}\n'),
        ("numbers", '"1": ["{n} a"]\n'),
        # A file that nothing reads is a typing mistake
        ("frequencies", '- phrase: "a"\n  means: {count: 1}\n'),
    ],
)
def test_every_other_mistake_is_a_mapping_error_of_that_file(tmp_path: Path, name: str, content: str) -> None:
    folder = write(tmp_path, **{name: content})
    with pytest.raises(MappingError, match=rf"^xx/{name}\.yaml"):
        read_pack(folder)


def test_a_number_with_a_point_is_a_number(tmp_path: Path) -> None:
    row = '- phrase: "a"\n  means: {frequency: 1, period: 0.5, period_unit: d}\n'
    [read] = [row for row in read_pack(write(tmp_path, frequency=row)).rows if row.concept == "frequency"]
    assert read.means == {"frequency": 1, "period": 0.5, "period_unit": "d"}


@pytest.mark.parametrize("name", ["language", "words"])
def test_a_pack_without_words_or_settings(tmp_path: Path, name: str) -> None:
    folder = write(tmp_path)
    (folder / f"{name}.yaml").unlink()
    with pytest.raises(MappingError, match=rf"^xx/{name}\.yaml: no such file"):
        read_pack(folder)


def test_bytes_that_are_no_utf_8(tmp_path: Path) -> None:
    folder = write(tmp_path)
    (folder / "when.yaml").write_bytes('MORN: ["à midi"]'.encode("latin-1"))
    with pytest.raises(MappingError, match=r"^xx/when\.yaml:1: "):
        read_pack(folder)


def test_digraphs_are_read_as_the_letter(tmp_path: Path) -> None:
    settings = "code: xx\nname: Test\ndigraphs: {ä: ae}\n"
    pack = read_pack(write(tmp_path, language=settings, when='MORN: ["täglich"]\n'))
    assert {"taglich", "taeglich"} <= set(pack.tries["when"].words())


@pytest.mark.parametrize("code", languages())
def test_the_packs_are_sound_and_named_by_their_folder(code: str) -> None:
    pack = load(code)
    assert isinstance(pack, LanguagePack)
    assert pack.code == code
    assert pack.decimal in (".", ",")
    assert pack.decimal not in pack.thousands


@pytest.mark.parametrize("code", ["", "xx", "FR", "fr_FR", "../fr", "codes", "training"])
def test_an_unknown_language_names_the_choices(code: str) -> None:
    with pytest.raises(UnknownLanguage) as error:
        load(code)
    assert repr(code) in str(error.value)
    assert ", ".join(languages()) in str(error.value)
