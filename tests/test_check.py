"""The check of the packs: gaps, clashes, and rows that no text of the corpus is read by."""

from __future__ import annotations

from pathlib import Path

import pytest

from rx2fhir.check import check_pack
from rx2fhir.corpus import Case, read_cases
from rx2fhir.errors import MappingError
from rx2fhir.language import LanguagePack, load, read_pack
from rx2fhir.reach import unreached

PACK = {
    "language": "code: xx\nname: Test\n",
    "words": 'per: ["par", "per"]\none: ["une"]\n',
    "numbers": '"2": ["deux"]\n"3": ["trois"]\n',
    "time_units": 'd: ["jour", "j"]\nh: ["heure"]\n',
    "when": 'MORN: ["le matin"]\nEVE: ["le soir", "soir"]\n',
    "frequency": '- phrase: "{n} fois <per> {unit}"\n  means: {frequency: n, period: 1, period_unit: unit}\n'
    '- phrase: "chaque {when}"\n  means: {when: when}\n',
    "as_needed": '- phrase: "si {reason}"\n  means: {as_needed: true, as_needed_for: reason}\n',
    "background": 'filler: ["prendre"]\nnegation: ["jamais"]\n',
}


@pytest.fixture
def pack(tmp_path: Path) -> LanguagePack:
    folder = tmp_path / "xx"
    folder.mkdir()
    for name, content in PACK.items():
        (folder / f"{name}.yaml").write_text(content, encoding="utf-8")
    return read_pack(folder)


def left(pack: LanguagePack, *texts: str, means: str = "read") -> set[str]:
    """The phrases that the texts leave unreached."""
    return {row.phrase for row in unreached(pack, [Case("xx", "topic", text, means) for text in texts])}


def test_without_texts_no_row_is_reached(pack: LanguagePack) -> None:
    assert left(pack) == {row.phrase for rows in (pack.rows, *pack.lists.values()) for row in rows}


def test_a_text_reaches_its_row_and_what_fills_the_slots(pack: LanguagePack) -> None:
    read = {"{n} fois <per> {unit}", "deux", "par", "jour", "prendre"}
    assert left(pack, "prendre deux fois par jour") == left(pack) - read


def test_a_slot_reaches_the_longest_phrase(pack: LanguagePack) -> None:
    assert left(pack) - left(pack, "chaque le soir") == {"chaque {when}", "le soir"}


def test_free_words_reach_nothing(pack: LanguagePack) -> None:
    assert left(pack) - left(pack, "si jour") == {"si {reason}"}


def test_a_text_that_must_stay_unread_reaches_only_background(pack: LanguagePack) -> None:
    assert left(pack) - left(pack, "jamais deux fois par jour", means="unread") == {"jamais"}


def test_check_names_file_and_phrase() -> None:
    gaps = check_pack("fr", [])
    phrase = next(row for row in load("fr").rows if row.concept == "when")
    assert f"{phrase.rule}: no corpus text is read by {phrase.phrase!r}" in gaps


@pytest.mark.parametrize("content", ["- texts: [a]\n", "- means: [", "just words\n", "- means: {}\n  texts: 3\n"])
def test_a_broken_corpus_file_is_named(tmp_path: Path, content: str) -> None:
    folder = tmp_path / "xx"
    folder.mkdir()
    (folder / "when.yaml").write_text(content, encoding="utf-8")
    with pytest.raises(MappingError, match=r"xx/when\.yaml"):
        list(read_cases(folder))
