"""Which rows of a language pack the texts of the corpus are read by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rx2fhir.corpus import Case
from rx2fhir.interpret import readings
from rx2fhir.language import LanguagePack
from rx2fhir.normalize.match import Match
from rx2fhir.normalize.reader import Reader
from rx2fhir.normalize.values import Words
from rx2fhir.packrows import Row
from rx2fhir.packtries import ITEMS
from rx2fhir.recognize.marked import read_marked

_READ_ALONE = {"closed", "open", *ITEMS} - {"when", "weekdays", "sites"}
"""What fills no slot."""

_JOINTS = frozenset(
    "<and> <or> <then> <each> <of> <at> <compared> <nothing> <replace> <by> <replaced> <restated>".split()
)
"""Lists that sliding scales, empty slots, switches and the grouping of readings ask for."""

_PASSED_OVER = ("amount", "background", "status")
"""Readings that give way to such a word: "nil" of an empty slot, "stop" of a switch."""

_TITLES = frozenset(
    "<mentioned> <mentioned_below> <past> <past_below> <earlier_below> <taken> <handed_out>".split()
    + "<supper> <titled>".split()
)
"""Lists that tell what is prescribed from what is only mentioned, what is taken from what is handed out, and how the
text names meals and persons."""

_BEHIND = 6
"""Tokens behind free words in which advice is looked for."""


def unreached(pack: LanguagePack, cases: Iterable[Case]) -> list[Row]:
    """The phrases of the pack, entries of its lists included, that no text is read by."""
    reached = {row for case in cases for row in _rows(pack, case)}
    return [row for row in (*pack.rows, *(row for rows in pack.lists.values() for row in rows)) if row not in reached]


def _rows(pack: LanguagePack, case: Case) -> Iterator[Row]:
    """The rows that read a text; of one that must stay unread, only what is known as background."""
    text, entities = read_marked(case.text)
    reader = Reader(text, pack)
    yield from _titles(reader)
    matches = readings(reader, entities)[0]
    for match in matches:
        if match.kind == "background" or case.means != "unread":
            yield from _of_one_meaning(reader, match)
            yield from _inside(reader, match)
            yield from _advice(reader, match)
    if case.means != "unread":
        yield from _between(reader, matches)


def _titles(reader: Reader) -> Iterator[Row]:
    for name in _TITLES & reader.pack.tries.keys():
        for at in range(len(reader.tokens)):
            yield from (row for _, row, _ in reader.rows(name, at))


def _of_one_meaning(reader: Reader, match: Match) -> Iterator[Row]:
    """The row of a reading, and those that would read the same words the same way."""
    if match.row:
        yield match.row
        for trie in ("closed", "open"):
            rows = (row for end, row, _ in reader.rows(trie, match.start) if end == match.end)
            yield from (row for row in rows if (row.concept, row.means) == (match.row.concept, match.row.means))


def _between(reader: Reader, matches: Iterable[Match]) -> Iterator[Row]:
    """The words that join readings."""
    read = {at for match in matches if match.kind not in _PASSED_OVER for at in range(match.start, match.own_end)}
    for name in _JOINTS & reader.pack.tries.keys():
        for at in range(len(reader.tokens)):
            yield from (row for end, row, _ in reader.rows(name, at) if read.isdisjoint(range(at, end)))


def _advice(reader: Reader, match: Match) -> Iterator[Row]:
    """The words which show that "if ..." is advice; they stand in the free words of a reading, or right behind."""
    for words in match.values.values():
        if isinstance(words, Words) and "advice" in reader.pack.lists:
            for at in range(words.start, words.end + _BEHIND):
                yield from (row for _, row, _ in reader.rows("<advice>", at))


def _inside(reader: Reader, match: Match) -> Iterator[Row]:
    """The rows of vocabularies and lists that fill the slots of a reading, the longest of each at a word."""
    for name in _fillers(reader, match):
        at, end = match.start, match.own_end
        while at < end:
            rows = [found for found in reader.rows(name, at) if found[0] <= end]
            longest = max((stop for stop, _, _ in rows), default=at + 1)
            yield from (row for stop, row, _ in rows if stop == longest)
            at = longest


def _fillers(reader: Reader, match: Match) -> list[str]:
    """The vocabularies and lists that a reading may be made of; for a row without slots lists only."""
    bare = match.row is not None and not match.row.slots
    return [name for name in reader.pack.tries if name[0] == "<" or not (bare or name in _READ_ALONE)]
