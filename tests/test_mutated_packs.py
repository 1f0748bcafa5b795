"""Damaged packs: a MappingError with file and line, or a pack that still reads; never another error."""

from __future__ import annotations

import random
import re
import shutil
from pathlib import Path

import pytest

from corpus import cases
from mutations import MUTATIONS, truncated
from rx2fhir import codes, interpret
from rx2fhir.errors import MappingError
from rx2fhir.language import LanguagePack, load, read_pack
from rx2fhir.packrows import Row
from rx2fhir.recognize.marked import read_marked
from test_language import SOUND, write
from truth import assert_slices

CODE = "ca"
TEXTS = [read_marked(case.text) for case in cases() if case.language == CODE]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of a whole pack."""
    return Path(shutil.copytree(codes.mappings_dir() / CODE, tmp_path / CODE))


def read(folder: Path) -> LanguagePack | None:
    """The pack, or nothing where a MappingError with file and line refuses it."""
    try:
        return read_pack(folder)
    except MappingError as error:
        assert re.match(rf"{CODE}/\w+\.yaml:[1-9]\d*: \S", str(error)), error
        return None


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_a_damaged_pack_is_refused_or_reads(folder: Path, mutation: str, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(mutation)
    for _ in range(8):
        path = chance.choice(sorted(folder.glob("*.yaml")))
        sound = path.read_bytes()
        path.write_bytes(MUTATIONS[mutation](sound, chance))
        pack = read(folder)
        path.write_bytes(sound)
        if pack:
            monkeypatch.setattr(interpret, "load", lambda code, pack=pack: pack)
            for text, entities in chance.sample(TEXTS, 5):
                assert_slices(interpret.interpret(text, entities, CODE))


def test_what_is_left_of_a_file_means_what_it_meant(folder: Path) -> None:
    """Half a file is refused, or gives a part of the rows, each with its own meaning."""
    chance, whole = random.Random(1), set(map(meaning, load(CODE).rows))
    for _ in range(40):
        path = chance.choice(sorted(folder.glob("*.yaml")))
        sound = path.read_bytes()
        path.write_bytes(truncated(sound, chance))
        pack = read(folder)
        path.write_bytes(sound)
        assert pack is None or set(map(meaning, pack.rows)) <= whole, path


def meaning(row: Row) -> tuple[str, ...]:
    return (row.concept, row.key, row.phrase, str(sorted(row.means.items())), str(row.context), str(row.priority))


# What random damage found, or seldom finds.
FOUND = {
    "thousands: no list": ("language", SOUND["language"] + "thousands: 5\n"),
    "decimal: no sign of a number": ("language", SOUND["language"] + "decimal: ';'\n"),
    "date_order: no such order": ("language", SOUND["language"] + "date_order: MYD\n"),
    "digraphs: no letters": ("language", SOUND["language"] + "digraphs: 5\n"),
    "a setting misspelt": ("language", SOUND["language"] + "detect: false\n"),
    "another folder's code": ("language", "code: yy\nname: Test\n"),
    "a sexagesimal number": ("frequency", '- phrase: "a"\n  means: {count: 1:30}\n'),
    "a hexadecimal number": ("frequency", '- phrase: "a"\n  means: {count: 0x1F}\n'),
    "an endless number": ("frequency", '- phrase: "a"\n  means: {count: .inf}\n'),
    "a reference to itself": ("frequency", '- phrase: "a"\n  means: &a {count: *a}\n'),
    "a list as key": ("when", "? [a, b]\n: [c]\n"),
    "a list as field": ("frequency", '- phrase: "a"\n  means: {[a]: 1}\n'),
    "a list in a list": ("frequency", '- phrase: "a"\n  means: {when: [[MORN]]}\n'),
    "a list for one route": ("frequency", '- phrase: "a"\n  means: {route: [oral]}\n'),
    "nothing as when": ("frequency", '- phrase: "a"\n  means: {when: []}\n'),
    "an hour after midnight": ("frequency", '- phrase: "a"\n  means: {time_of_day: ["29:00:00"]}\n'),
    "a truth value as priority": ("frequency", '- phrase: "a"\n  priority: true\n  means: {count: 1}\n'),
    "an unknown context": ("frequency", '- phrase: "a"\n  context: ear\n  means: {count: 1}\n'),
    "phrase and phrases": ("frequency", '- phrase: "a"\n  phrases: ["b"]\n  means: {count: 1}\n'),
    "no phrases": ("frequency", "- phrases: []\n  means: {count: 1}\n"),
    "a raised figure as number": ("numbers", '"²": ["a"]\n'),
    "half an ordinal": ("ordinals", '"1.5": ["a"]\n'),
    "an unseen phrase": ("when", 'MORN: ["\\u00AD"]\n'),
    "brackets in brackets": ("when", f'MORN: ["{"[" * 3000}a{"]" * 3000}"]\n'),
    "lists in lists": ("when", "MORN: " + "[" * 100_000 + "\n"),
    "a control character": ("when", 'MORN: ["a"]\nNOON: ["b\x00"]\n'),
}


@pytest.mark.parametrize("name", FOUND)
def test_what_was_found_is_refused(tmp_path: Path, name: str) -> None:
    file, content = FOUND[name]
    with pytest.raises(MappingError, match=rf"^xx/{file}\.yaml:[1-9]\d*: ") as error:
        read_pack(write(tmp_path, **{file: content}))
    assert len(str(error.value)) < 400


def test_bytes_are_refused_in_their_line(tmp_path: Path) -> None:
    folder = write(tmp_path)
    (folder / "when.yaml").write_bytes(b'MORN: ["a"]\nNOON: ["b\xff"]\n')
    with pytest.raises(MappingError, match=r"^xx/when\.yaml:2: "):
        read_pack(folder)
