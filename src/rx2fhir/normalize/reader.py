"""Finds everything in a text that the rows and vocabularies of a pack can read: the candidates of `cover`.

One Reader serves one text and one pack. What it has read at a token it remembers, so the work is bounded by the
number of tokens.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from rx2fhir.codes import is_countable
from rx2fhir.language import SLOT_VOCABULARIES, LanguagePack, Row
from rx2fhir.normalize.amount import read_amounts, read_measures, read_scheme, read_strengths
from rx2fhir.normalize.clock import clock, read_date, read_time
from rx2fhir.normalize.number import read_counts
from rx2fhir.normalize.values import Count, Length, Site, Words
from rx2fhir.phrases import Values
from rx2fhir.text import Token, tokenize

_MAX_SERIES = 14
_MOST_FORMS = 20
_MAX_WORDS = 25
_FIGURE_SIGNS = frozenset(":/.,")
_BULLETS = frozenset("-•*·–>◦▪")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Match:
    """One reading of tokens start..end: a row of the pack with its slots, or a value of the grammar.

    kind: the row's file, or amount, scheme, strength, form, drug. open_at: where the free words of the row begin.
    """

    kind: str
    start: int
    end: int
    row: Row | None = None
    values: dict[str, Any] = field(default_factory=dict)
    value: Any = None

    @property
    def rule(self) -> str:
        """The line of the pack that read it, or the part of the grammar."""
        return self.row.rule if self.row else f"grammar:{self.kind}"


class Reader:
    """Reads slots and rows of one pack at the tokens of one text."""

    def __init__(self, text: str, pack: LanguagePack, tokens: list[Token] | None = None) -> None:
        self.text = text
        self.pack = pack
        self.tokens: list[Token] = tokenize(text) if tokens is None else tokens
        self._memo: dict[tuple[str, int], Sequence[tuple[int, Any]]] = {}
        self._stops: frozenset[int] = frozenset()
        self._readers: dict[str, Callable[[int], Sequence[tuple[int, Any]]]] = {
            "count": lambda at: read_counts(self, at),
            "measure": lambda at: read_measures(self, at),
            "amount": lambda at: read_amounts(self, at),
            "duration": self._durations,
            "time": self._time,
            "times": lambda at: self._series("time", at),
            "weekdays": lambda at: self._series("weekday", at),
            "ordinal": self._ordinals,
            "hour": lambda at: self._figure(at, 24),
            "minute": lambda at: self._figure(at, 59),
            "date": lambda at: read_date(self, at),
            "form": self._forms,
            "site": self._sites,
            "words": self._words,
        }

    def read(self, kind: str, at: int) -> Sequence[tuple[int, Any]]:
        """The values of a slot at a token: (end, value). Kinds: `mappings/README.md`."""
        found = self._memo.get((kind, at))
        if found is None:
            reader = self._readers.get(kind)
            found = reader(at) if reader else self.ends(SLOT_VOCABULARIES.get(kind, kind), at)
            self._memo[kind, at] = found
        return found

    def ends(self, vocabulary: str, at: int) -> Sequence[tuple[int, str]]:
        """The words of a vocabulary or `<list>` at a token: (end, key), the longest first."""
        found = self._memo.get((vocabulary, at))
        if found is None:
            found = self._memo[vocabulary, at] = self._ends(vocabulary, at)
        return found

    def _ends(self, vocabulary: str, at: int) -> Sequence[tuple[int, str]]:
        trie = self.pack.tries.get(vocabulary)
        if trie is None or at >= len(self.tokens):
            return ()
        view = trie.view(trie.root)
        if not view.slots and self.tokens[at].text not in view.words and self.tokens[at].text not in view.opening:
            return ()
        ends = {(end, row if isinstance(row, str) else row.key) for end, row, _ in trie.match(self.tokens, at, self.read)}
        return sorted(ends, key=lambda item: (-item[0], item[1]))

    def token_at(self, point: int) -> int:
        """The index of the first token that ends behind a code point."""
        return bisect_right(self.tokens, point, key=lambda token: token.end)

    def background_at(self, at: int) -> list[Row]:
        """The rows of `background.yaml` that stand at a token."""
        return [match.row for match in self._rows(self.pack.tries["closed"], at) if match.row and match.kind == "background"]

    def closed(self, after_drug: frozenset[int] = frozenset()) -> Iterator[Match]:
        """All matches but those that end in free words. after_drug: tokens directly behind a drug."""
        for at, token in enumerate(self.tokens):
            if token.text == "\n" or (token.is_number and self._inside_figure(at)):
                continue
            yield from self._rows(self.pack.tries["closed"], at)
            yield from self._grammar(at, at in after_drug)

    def open(self, stops: frozenset[int]) -> Iterator[Match]:
        """The matches that end in free words. stops: tokens at which something else is read."""
        self._stops = stops
        for at in range(len(self.tokens)):
            yield from self._rows(self.pack.tries["open"], at)

    def _rows(self, trie: Any, at: int) -> Iterator[Match]:
        for end, row, values in trie.match(self.tokens, at, self.read):
            yield Match(row.concept, at, end, row, dict(values))

    def _grammar(self, at: int, after_drug: bool) -> Iterator[Match]:
        for end, slots in read_scheme(self, at):
            yield Match("scheme", at, end, value=slots)
        for end, measure in self.read("amount", at):
            yield Match("weight" if measure.unit == "kg" else "amount", at, end, value=measure)
        for end, parts in read_strengths(self, at, after_drug):
            yield Match("strength", at, end, value=parts)
        for end, form in self.read("form", at):
            yield Match("form", at, end, value=form)
        if mark := self._list_mark(at):
            yield Match("mark", at, mark)
        for end, length in self.read("duration", at):
            yield Match("length", at, end, value=length)
        yield from self._form_first(at)

    def _inside_figure(self, at: int) -> bool:
        """The number goes on with the figure before it: :00 of 08:00, .5 of 2.5."""
        tokens = self.tokens
        if at < 2 or not (tokens[at].glued and tokens[at - 1].glued):
            return False
        return tokens[at - 1].text in _FIGURE_SIGNS and tokens[at - 2].is_number

    def hangs(self, at: int) -> bool:
        """The number is glued to a word, as in D3: it stands alone only where that word is read (3dd2)."""
        return at > 0 and self.tokens[at].glued and self.tokens[at].is_number and self.tokens[at - 1].is_word

    def figure_goes_on(self, at: int) -> bool:
        """The token before `at` is only the beginning of a figure: 08 of 08:00."""
        tokens = self.tokens
        return at + 1 < len(tokens) and tokens[at].text in _FIGURE_SIGNS and tokens[at].glued and tokens[at + 1].is_number and tokens[at + 1].glued

    def _list_mark(self, at: int) -> int | None:
        """`1)`, `2.`, `-` at the beginning of a line."""
        tokens = self.tokens
        if at and tokens[at - 1].text != "\n" or at + 1 >= len(tokens):
            return None
        if tokens[at].text in _BULLETS:
            return at + 1
        numbered = tokens[at].is_number and len(tokens[at].text) <= 2 and tokens[at + 1].text in (")", ".") and tokens[at + 1].glued
        return at + 2 if numbered and at + 2 < len(tokens) and not tokens[at + 2].is_number else None

    def _form_first(self, at: int) -> Iterator[Match]:
        """A form before its count: "Tabl. 1", "buste 1-3"."""
        for end, form in self.ends("forms", at):
            for stop, count in self.read("count", end) if is_countable(form) else ():
                if count.low <= _MOST_FORMS and not self.ends("units", stop) and not self.read("form", stop):
                    yield Match("form_count", at, stop, value=(form, end, count))

    def _durations(self, at: int) -> Sequence[tuple[int, Length]]:
        found = [
            (end, Length(count, unit)) for counted, count in self.read("count", at) for end, unit in self.ends("time_units", counted)
        ]
        for start, _ in self.ends("<one>", at):
            found += [(end, Length(Count(Decimal(1)), unit)) for end, unit in self.ends("time_units", start)]
        for end, row, values in self._vocabulary_rows("durations", at):
            length = _length(row, dict(values))
            if length:
                found.append((end, length))
        return found

    def _time(self, at: int) -> Sequence[tuple[int, str]]:
        found = read_time(self, at)
        for end, row, values in self._vocabulary_rows("times", at):
            named = resolve(row, dict(values))
            time = clock(str(named.get("hour")), str(named.get("minute", "0")), named.get("half"))
            if time:
                found.append((end, time))
        return found

    def _vocabulary_rows(self, name: str, at: int) -> list[tuple[int, Row, Values]]:
        return self.pack.tries[name].match(self.tokens, at, self.read) if at < len(self.tokens) else []

    def _ordinals(self, at: int) -> Sequence[tuple[int, Count]]:
        found = [(end, Count.of(key)) for end, key in self.ends("ordinals", at)]
        for end, figure in self._figure(at, 99):
            dotted = end < len(self.tokens) and self.tokens[end].text == "." and self.tokens[end].glued
            found += [(stop, Count.of(figure)) for stop in range(end, end + 1 + dotted)]
        return found

    def _figure(self, at: int, highest: int) -> Sequence[tuple[int, str]]:
        if at < len(self.tokens) and self.tokens[at].is_number and len(self.tokens[at].text) <= 2:
            return [(at + 1, self.tokens[at].text)] if int(self.tokens[at].text) <= highest else []
        return []

    def _forms(self, at: int) -> Sequence[tuple[int, str]]:
        """A form with the modifiers behind it: comprimé pelliculé sécable."""
        found = []
        for end, form in self.ends("forms", at):
            found.append((end, form))
            while self.ends("form_modifiers", end):
                end = self.ends("form_modifiers", end)[0][0]
                found.append((end, form))
        for start, _ in self.ends("form_modifiers", at):
            found += [(end, form) for end, form in self._forms(start)]
        return found

    def _sites(self, at: int) -> Sequence[tuple[int, Site]]:
        return [(end, Site(name, at, end)) for end, name in self.ends("sites", at)]

    def _series(self, kind: str, at: int) -> Sequence[tuple[int, tuple[str, ...]]]:
        """Several clock times or weekdays: with commas, "and", or from one day to another."""
        found: list[tuple[int, tuple[str, ...]]] = []
        values: tuple[str, ...] = ()
        for _ in range(_MAX_SERIES):
            item = next(iter(self.read(kind, at)), None)
            if item is None:
                break
            at, values = item[0], (*values, item[1])
            found.append((at, values))
            at, values = self._day_range(at, values, found) if kind == "weekday" else (at, values)
            at = self._joined(at)
        return found[::-1]

    def _day_range(self, at: int, values: tuple[str, ...], found: list[Any]) -> tuple[int, tuple[str, ...]]:
        joints = [end for end, _ in self.ends("<to>", at)] + ([at + 1] if at < len(self.tokens) and self.tokens[at].text == "-" else [])
        for start in joints:
            for end, last in self.read("weekday", start):
                first = _DAYS.index(values[-1])
                span = (_DAYS.index(last) - first) % 7
                values = values + tuple(_DAYS[(first + step) % 7] for step in range(1, span + 1))
                found.append((end, values))
                return end, values
        return at, values

    def _joined(self, at: int) -> int:
        """Behind a comma, slash, "and", or both."""
        if at < len(self.tokens) and self.tokens[at].text in (",", "/", "&"):
            at += 1
        return next((end for end, _ in self.ends("<and>", at)), at)

    def _words(self, at: int) -> Sequence[tuple[int, Words]]:
        """Free words: up to the end of the clause or what is read as something else."""
        end, depth = at, 0
        while end < min(len(self.tokens), at + _MAX_WORDS) and not (end > at and end in self._stops):
            sign = self.tokens[end].text
            depth += (sign == "(") - (sign == ")")
            if depth < 0 or sign in ("\n", ";", ":") or (sign in ".-," and self._clause_ends(end)):
                break
            end += 1
        return [(end, Words(at, end))] if end > at else ()

    def _clause_ends(self, at: int) -> bool:
        """A full stop, a dash with blanks, or a comma before something that is read."""
        if at + 1 >= len(self.tokens):
            return True
        apart = not self.tokens[at + 1].glued
        return apart if self.tokens[at].text in ".-" else at + 1 in self._stops


def resolve(row: Row, values: Mapping[str, Any]) -> dict[str, Any]:
    """The meaning of a row with the values of its slots; without what hangs on a slot that the text leaves out."""
    found = {}
    for name, value in row.means.items():
        if isinstance(value, str) and value in row.slots:
            if value in values:
                found[name] = values[value]
        else:
            found[name] = value
    return found


def _length(row: Row, values: Mapping[str, Any]) -> Length | None:
    named = resolve(row, values)
    value = named.get("value")
    if value is None or "unit" not in named:
        return None
    return Length(value if isinstance(value, Count) else Count.of(value), str(named["unit"]))
