"""The syntax of phrases: what it matches, what it refuses, and that matching stays cheap."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from rx2fhir.phrases import Trie
from rx2fhir.syntax import PhraseError, parse_phrase, slot_kind, slots
from rx2fhir.text import fold, tokenize


class Slots:
    """Reads {n} as a token of digits, {words} as one or more tokens, `<to>` as "to" or "up to"; counts its calls."""

    def __init__(self, text: str) -> None:
        self.tokens = tokenize(text)
        self.words = [*(token.text for token in self.tokens), ""]
        self.kinds = [*[frozenset(("count", "words", "<to>"))] * len(self.tokens), frozenset()]
        self.calls = 0

    def read(self, kind: str, at: int) -> Sequence[tuple[int, Any]]:
        self.calls += 1
        texts = [token.text for token in self.tokens]
        if kind == "count":
            return [(at + 1, int(texts[at]))] if texts[at].isdecimal() else []
        if kind == "<to>":
            return [(at + len(to), to) for to in (["to"], ["up", "to"]) if texts[at : at + len(to)] == to]
        return [(end, (at, end)) for end in range(at + 1, len(texts) + 1)]


def readings(phrase: str, text: str) -> list[tuple[int, dict[str, Any]]]:
    """(end token, slot values) of every way in which the phrase stands at the beginning of the text."""
    trie, reader = Trie(), Slots(text)
    trie.add(parse_phrase(phrase), "row")
    return sorted(
        ((end, dict(values)) for end, _, values in trie.match(reader.words, 0, reader.read, reader.kinds)), key=str
    )


def rows(trie: Trie, text: str) -> list[Any]:
    """The rows of a trie that stand at the beginning of the text."""
    reader = Slots(text)
    return [row for _, row, _ in trie.match(reader.words, 0, reader.read, reader.kinds)]


def reads(phrase: str, text: str) -> bool:
    """The phrase reads all of the text."""
    return len(tokenize(text)) in [end for end, _ in readings(phrase, text)]


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("par jour", "PAR  Jour"),
        ("à midi", "a midi"),
        ("[le] matin", "matin"),
        ("[le] matin", "le matin"),
        ("(une fois|1x) par jour", "une fois par jour"),
        ("(une fois|1x) par jour", "1x par jour"),
        ("[le|chaque] soir", "chaque soir"),
        ("[le|chaque] soir", "soir"),
        ("a [b [c]] d", "a d"),
        ("a [b [c]] d", "a b d"),
        ("a [b [c]] d", "a b c d"),
        ("(a|(b|c) d) e", "c d e"),
        ("p.o.", "p.o."),
        ("p.o.", "p.o"),
        ("p.o.", "p o"),
        ("p.o.", "P. O."),
        ("i.m.", "I M"),
        ("petit-déjeuner", "petitdéjeuner"),
        ("petit-déjeuner", "petit déjeuner"),
        ("petit-déjeuner", "petit–déjeuner"),
        ("petit-déjeuner", "petit - dejeuner"),
        ("d'eau", "d’eau"),
        ("{n} x", "3x"),
        ("{n} <to> {m}", "3 up to 4"),
        ("(a) b", "a b"),
        (r"\(a\)", "(a)"),
        (r"a \> {n} \| b", "a > 3 | b"),
    ],
)
def test_matches(phrase: str, text: str) -> None:
    assert reads(phrase, text)


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("par jour", "par"),
        ("par jour", "jour par"),
        ("[le] matin", "le"),
        ("(une|deux) fois", "fois"),
        ("(une|deux) fois", "une deux fois"),
        ("a [b [c]] d", "a c d"),
        ("p.o.", "p,o"),
        ("d'eau", "d eau"),
        ("{n} x", "x"),
        ("<to> {n}", "up 4"),
        ("i.m.", "im"),
        ("i.m.", "i,m,"),
        (r"\(a\)", "a"),
    ],
)
def test_does_not_match(phrase: str, text: str) -> None:
    assert not reads(phrase, text)


def test_slots_give_their_values() -> None:
    assert readings("{n} <to> {m} x", "3 up to 4 x") == [(5, {"n": 3, "m": 4})]


def test_a_slot_that_may_be_missing_gives_none() -> None:
    assert readings("x [{n}]", "x 2") == [(1, {}), (2, {"n": 2})]


def test_every_row_of_a_trie_is_found() -> None:
    trie, reader = Trie(), Slots("2 x a day")
    rows = {"{n} x": 2, "{n} x a day": 4, "{n} [x a] day": 4, "{n} x a week": None, "x": None}
    for phrase in rows:
        trie.add(parse_phrase(phrase), phrase)
    found = {row: end for end, row, _ in trie.match(reader.words, 0, reader.read, reader.kinds)}
    assert found == {phrase: end for phrase, end in rows.items() if end}


def test_matching_starts_where_it_is_told() -> None:
    trie, reader = Trie(), Slots("a b a")
    trie.add(parse_phrase("a"), "row")
    assert [len(trie.match(reader.words, at, reader.read, reader.kinds)) for at in range(3)] == [1, 0, 1]


def test_other_spellings_of_a_word() -> None:
    trie = Trie(lambda word: (fold(word.replace("ä", "ae")),))
    trie.add(parse_phrase("täglich"), "row")
    texts = ("täglich", "taglich", "taeglich", "TAEGLICH", "toglich")
    assert [bool(rows(trie, text)) for text in texts] == [True] * 4 + [False]


def test_two_spellings_of_one_word_do_not_hide_each_other() -> None:
    trie = Trie(lambda word: ("taeglich",) if "ä" in word else ())
    trie.add(parse_phrase("taeglich a"), "plain")
    trie.add(parse_phrase("täglich b"), "spelt")
    for text, row in (("taeglich a", "plain"), ("taeglich b", "spelt"), ("täglich b", "spelt")):
        assert rows(trie, text) == [row]


@pytest.mark.parametrize(
    ("phrase", "reason"),
    [
        ("[a", "'[' is never closed"),
        ("(a|b", "'(' is never closed"),
        ("a]", "']' closes nothing"),
        ("a (b)) c", "')' closes nothing"),
        ("(a]", "'(' is never closed"),
        ("a|b", "'|' closes nothing"),
        ("{n", "stray '{'"),
        ("n}", "stray '}'"),
        ("{N}", "stray '{'"),
        ("<and", "stray '<'"),
        ("5 > 3", "stray '>'"),
        ("a\\", "stray '\\\\'"),
    ],
)
def test_wrong_syntax_names_what_is_wrong(phrase: str, reason: str) -> None:
    with pytest.raises(PhraseError) as error:
        parse_phrase(phrase)
    assert reason in str(error.value)


@pytest.mark.parametrize("phrase", ["", "  "])
def test_an_empty_phrase_is_refused(phrase: str) -> None:
    with pytest.raises(PhraseError, match="empty"):
        Trie().add(parse_phrase(phrase), "row")


@pytest.mark.parametrize(
    ("name", "kind"),
    [("n", "count"), ("m", "count"), ("unit2", "unit"), ("reason", "reason"), ("when", "when"), ("amount2", "amount")],
)
def test_slot_kinds(name: str, kind: str) -> None:
    assert slot_kind(name) == kind


def test_slots_are_found_in_groups_too() -> None:
    assert [slot.name or slot.kind for slot in slots(parse_phrase("{n} [a ({m}|<to> {unit})]"))] == [
        "n",
        "m",
        "<to>",
        "unit",
    ]


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("[a] [a] [a] [a] [a] [a] [a] [a] [a] [a] [a] [a] [a] [a] [a] [a] b", "a " * 40),
        ("(a|a|a|a) (a|a|a|a) (a|a|a|a) (a|a|a|a) (a|a|a|a) (a|a|a|a) (a|a|a|a) b", "a " * 40),
        ("a.b.c.d.e.f.g.h.i.j.k.l.", "a.b.c.d.e.f.g.h.i.j.k.l." * 5),
    ],
)
def test_choices_do_not_multiply(phrase: str, text: str) -> None:
    """Ways that meet again are followed once: nothing like 2^16 readings of sixteen optional words."""
    assert len(readings(phrase, text)) <= len(tokenize(phrase))


def test_a_match_looks_only_at_its_own_words() -> None:
    calls = []
    for length in (50, 5000):
        reader = Slots("2 x a day " * length)
        trie = Trie()
        trie.add(parse_phrase("{n} x [a day] [<to> {m}]"), "row")
        trie.match(reader.words, 0, reader.read, reader.kinds)
        calls.append(reader.calls)
    assert calls[0] == calls[1]
