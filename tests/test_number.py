"""Numbers: digits, decimals, thousands, fractions, words, ranges; and what is too doubtful to be read."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from rx2fhir.language import LanguagePack, languages, load, read_pack
from rx2fhir.normalize.reader import Reader
from rx2fhir.normalize.values import Count

WORDS = """
to: ["to", "-", "bis"]
or: ["or"]
and: ["and"]
between: ["between"]
half_more: ["and a half"]
"""
NUMBERS = """
"0.5": ["half"]
"1": ["one"]
"2": ["two"]
"3": ["three"]
"12": ["twelve", "a dozen"]
"21": ["twenty-one"]
"""


@pytest.fixture(scope="module")
def packs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, LanguagePack]:
    """Packs that differ in the sign of decimals: `point` groups thousands by commas, `comma` by points and blanks."""
    folder = tmp_path_factory.mktemp("packs")
    return {
        "point": make(folder / "point", '"."', '[","]'),
        "comma": make(folder / "comma", '","', '[".", " "]'),
    }


def make(folder: Path, decimal: str, thousands: str) -> LanguagePack:
    folder.mkdir()
    settings = f"code: {folder.name}\nname: Test\ndecimal: {decimal}\nthousands: {thousands}\n"
    for name, content in (("language", settings), ("words", WORDS), ("numbers", NUMBERS)):
        (folder / f"{name}.yaml").write_text(content, encoding="utf-8")
    return read_pack(folder)


def whole(pack: LanguagePack, text: str) -> list[Count]:
    """The counts that all of the text can be."""
    reader = Reader(text, pack)
    return [count for end, count in reader.read("count", 0) if end == len(reader.tokens)]


def values(pack: LanguagePack, text: str) -> list[tuple[str, str | None]]:
    return [(f"{count.low.normalize():f}", _plain(count.high)) for count in whole(pack, text)]


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else f"{value.normalize():f}"


@pytest.mark.parametrize(
    ("pack", "text", "value"),
    [
        ("point", "2", "2"),
        ("point", "007", "7"),
        ("point", "999999999999", "999999999999"),
        ("point", "0.5", "0.5"),
        ("point", ".5", "0.5"),
        ("comma", ",5", "0.5"),
        ("point", "2.25", "2.25"),
        ("comma", "2,25", "2.25"),
        ("comma", "2.25", "2.25"),
        ("point", "0.125", "0.125"),
        ("comma", "0,125", "0.125"),
        ("point", "1,000", "1000"),
        ("point", "1,000,000", "1000000"),
        ("comma", "1.000.000", "1000000"),
        ("comma", "100 000", "100000"),
        ("point", "½", "0.5"),
        ("point", "1½", "1.5"),
        ("point", "2 ¾", "2.75"),
        ("point", "1/2", "0.5"),
        ("point", "3/4", "0.75"),
        ("point", "1 1/2", "1.5"),
        ("point", "1/3", "0.333333"),
        ("point", "1⁄2", "0.5"),
        ("point", "two", "2"),
        ("point", "TWO", "2"),
        ("point", "twenty-one", "21"),
        ("point", "twenty one", "21"),
        ("point", "a dozen", "12"),
        ("point", "one and a half", "1.5"),
        ("point", "2 (two)", "2"),
        ("point", "two (2)", "2"),
        ("point", "2 two", "2"),
        ("point", "٣", "3"),
    ],
)
def test_numbers(packs: dict[str, LanguagePack], pack: str, text: str, value: str) -> None:
    assert (value, None) in values(packs[pack], text)
    assert all(count.doubt is None for count in whole(packs[pack], text))


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("1-2", "1", "2"),
        ("1 – 2", "1", "2"),
        ("1 to 2", "1", "2"),
        ("one to two", "1", "2"),
        ("1 or 2", "1", "2"),
        ("½-1", "0.5", "1"),
        ("½ - 1½", "0.5", "1.5"),
        ("1-1.5", "1", "1.5"),
        ("between 1 and 2", "1", "2"),
        ("1 bis 2", "1", "2"),
    ],
)
def test_ranges(packs: dict[str, LanguagePack], text: str, low: str, high: str) -> None:
    assert (low, high) in values(packs["point"], text)


@pytest.mark.parametrize(
    ("pack", "text", "readings"),
    [
        ("comma", "1.000", {"1000", "1"}),
        ("comma", "2.500", {"2500", "2.5"}),
        ("point", "1.000", {"1000", "1"}),
        ("point", "1.500", {"1500", "1.5"}),
    ],
)
def test_what_can_be_two_numbers_carries_both(
    packs: dict[str, LanguagePack], pack: str, text: str, readings: set[str]
) -> None:
    [count] = whole(packs[pack], text)
    assert count.doubt is not None
    assert {_plain(count.low), _plain(count.doubt)} == readings


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "/",
        "1-",
        "1/",
        "1/0",
        "1/2/3",
        "1/7",
        "3/2",
        "10/20",
        "2-1",
        "1-1",
        "0-1-0",
        "1.5.5-",
        "two one",
        "1000000000000",
        "9" * 5000,
    ],
)
def test_not_one_number(packs: dict[str, LanguagePack], text: str) -> None:
    assert whole(packs["point"], text) == []


def test_a_number_has_as_many_readings_as_it_has_ends(packs: dict[str, LanguagePack]) -> None:
    """1/2 may be half a tablet, or the 1 of a date: the longest stands first, the row decides."""
    reader = Reader("1/2 x", packs["point"])
    assert [(end, str(count.low)) for end, count in reader.read("count", 0)] == [(3, "0.5"), (1, "1")]


def test_a_range_of_doubtful_numbers_is_none(packs: dict[str, LanguagePack]) -> None:
    assert all(count.high is None for count in whole(packs["comma"], "1.000-2.000"))


def test_a_tab_stands_between_columns_not_thousands(packs: dict[str, LanguagePack]) -> None:
    assert [count.low for count in whole(packs["comma"], "1 000")] == [Decimal(1000)]
    assert whole(packs["comma"], "1\t000") == []


def test_there_is_no_end_of_ranges_to_try(packs: dict[str, LanguagePack]) -> None:
    """The readings of one number do not grow with the text behind it."""
    sizes = []
    for length in (10, 1000):
        reader = Reader("1 to 2 or " * length, packs["point"])
        sizes.append(len(reader.read("count", 0)))
    assert sizes[0] == sizes[1] < 10


@pytest.mark.parametrize("code", languages())
def test_packs_count_to_thirty_one_and_read_their_words_back(code: str) -> None:
    """The days of a month can be said in words, and each word is that number and no other."""
    pack = load(code)
    words = [row for row in pack.rows if row.concept == "numbers"]
    assert {str(number) for number in range(1, 32)} <= {row.key for row in words}
    for row in words:
        if not set(row.phrase) & set("[(<"):
            assert {(count.low, count.high) for count in whole(pack, row.phrase)} == {(Decimal(row.key), None)}, row
