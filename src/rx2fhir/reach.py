"""Which rows of a language pack the texts of the corpus are read by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rx2fhir.corpus import Case
from rx2fhir.interpret import readings
from rx2fhir.language import ITEMS, LanguagePack, Row
from rx2fhir.normalize.match import Match
from rx2fhir.normalize.reader import Reader
from rx2fhir.normalize.values import Words
from rx2fhir.recognize.marked import read_marked

_READ_ALONE = {"closed", "open", *ITEMS} - {"when", "weekdays", "sites"}
"""What fills no slot."""


def unreached(pack: LanguagePack, cases: Iterable[Case]) -> list[Row]:
    """The phrases of the pack, entries of its lists included, that no text is read by."""
    reached = {row for case in cases for row in _rows(pack, case)}
    return [row for row in (*pack.rows, *(row for rows in pack.lists.values() for row in rows)) if row not in reached]


def _rows(pack: LanguagePack, case: Case) -> Iterator[Row]:
    """The rows that read a text; of one that must stay unread, only what is known as background."""
    text, entities = read_marked(case.text)
    reader = Reader(text, pack)
    for match in readings(reader, entities)[0]:
        if match.row and (match.kind == "background" or case.means != "unread"):
            yield match.row
        if match.kind != "background" and case.means != "unread":
            yield from _inside(reader, match)


def _inside(reader: Reader, match: Match) -> Iterator[Row]:
    """The rows of vocabularies and lists that fill the slots of a reading, the longest of each at a word."""
    for name in _fillers(reader, match):
        at, end = match.start, _end(match)
        while at < end:
            rows = [found for found in reader.rows(name, at) if found[0] <= end]
            longest = max((stop for stop, _, _ in rows), default=at + 1)
            yield from (row for stop, row, _ in rows if stop == longest)
            at = longest


def _end(match: Match) -> int:
    """The token at which the free words of a reading begin, else its end."""
    return min((value.start for value in match.values.values() if isinstance(value, Words)), default=match.end)


def _fillers(reader: Reader, match: Match) -> list[str]:
    """The vocabularies and lists that a reading may be made of; for a row without slots lists only."""
    bare = match.row is not None and not match.row.slots
    return [name for name in reader.pack.tries if name[0] == "<" or not (bare or name in _READ_ALONE)]
