"""Folding makes spellings alike; cutting keeps every token's place in the user's text."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rx2fhir.text import FRACTIONS, fold, tokenize


def words(text: str) -> list[str]:
    return [token.text for token in tokenize(text)]


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("MATIN", "matin"),
        ("Täglich", "taglich"),
        ("à", "a"),
        ("DÎNER", "diner"),
        ("cœur", "coeur"),
        ("Straße", "strasse"),
        ("STRASSE", "strasse"),
        ("smørrebrød", "smorrebrod"),
        ("\N{MICRO SIGN}g", "ug"),
        ("\N{GREEK SMALL LETTER MU}g", "ug"),
        ("\N{GREEK CAPITAL LETTER MU}G", "ug"),
        ("\N{EN DASH}", "-"),
        ("\N{EM DASH}", "-"),
        ("\N{NON-BREAKING HYPHEN}", "-"),
        ("\N{MINUS SIGN}", "-"),
        ("\N{RIGHT SINGLE QUOTATION MARK}", "'"),
        ("\N{ACUTE ACCENT}", "'"),
        ("\N{LEFT-POINTING DOUBLE ANGLE QUOTATION MARK}", '"'),
        ("\N{DOUBLE LOW-9 QUOTATION MARK}", '"'),
        ("\N{MULTIPLICATION SIGN}", "x"),
        ("\N{FRACTION SLASH}", "/"),
    ],
)
def test_fold(written: str, folded: str) -> None:
    assert fold(written) == folded


def test_composed_and_decomposed_accents_are_one_word() -> None:
    assert words(unicodedata.normalize("NFC", "dîner")) == words(unicodedata.normalize("NFD", "dîner")) == ["diner"]


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("3x/j", ["3", "x", "/", "j"]),
        ("2comprimés", ["2", "comprimes"]),
        ("D3", ["d", "3"]),
        ("1-0-1", ["1", "-", "0", "-", "1"]),
        ("1½ cp", ["1", "½", "cp"]),
        ("0,5 mg", ["0", ",", "5", "mg"]),
        ("petit-déjeuner", ["petit", "-", "dejeuner"]),
        ("l'œil", ["l", "'", "oeil"]),
        ("p.o.", ["p", ".", "o", "."]),
        ("matin\nsoir", ["matin", "\n", "soir"]),
        ("a_b", ["a", "_", "b"]),
        ("٣ مرات", ["3", "مرات"]),
        (" \t\r ", []),
        ("", []),
    ],
)
def test_tokens(text: str, cut: list[str]) -> None:
    assert words(text) == cut


def test_the_same_words_are_glued_or_not() -> None:
    assert [token.glued for token in tokenize("3 x/j")] == [False, False, True, True]


@pytest.mark.parametrize("sign", FRACTIONS)
def test_fractions_are_signs_of_their_own(sign: str) -> None:
    assert words(f"1{sign}x") == ["1", sign, "x"]
    assert not tokenize(sign)[0].is_word
    assert not tokenize(sign)[0].is_number


@given(st.text() | st.text(st.characters(categories=["Cs", "Cc", "Cn", "Mn", "Nd", "Nl", "No", "Lo"])))
def test_tokens_cover_all_but_blanks_in_order(text: str) -> None:
    tokens = tokenize(text)
    edges = [0, *(point for token in tokens for point in (token.start, token.end)), len(text)]
    gaps = [text[one:two] for one, two in zip(edges[::2], edges[1::2], strict=True)]
    assert edges == sorted(edges)
    assert "".join(gaps).strip() == ""
    assert all(token.start < token.end and token.text for token in tokens)
    assert all(token.glued == (token.start == last) for token, last in zip(tokens, edges[::2], strict=False) if last)


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    for token in tokenize(text):
        assert [again.text for again in tokenize(token.text)][:1] == [token.text] or len(tokenize(token.text)) > 1
