"""Free words: up to the end of a clause, or to what is read as something else."""

from __future__ import annotations

from rx2fhir.normalize.slot import Found, Matching
from rx2fhir.normalize.values import Words

_MAX_WORDS = 25
_JOINTS = ("+", "&", "/")
_TIMES = ("x", "×")


def read_free(words: Matching, at: int, stops: frozenset[int]) -> Found:
    """Free words: up to the end of the clause or what is read as something else."""
    tokens, end, depth = words.tokens, at, 0
    while end < min(len(tokens), at + _MAX_WORDS) and end not in stops:
        sign = tokens[end].text
        depth += (sign == "(") - (sign == ")")
        if depth < 0 or sign in ("\n", ";", ":", "|") or (sign in ".-," and _clause_ends(words, end)):
            break
        end += 1
    while end > at and (
        tokens[end - 1].text in _JOINTS or any(last == end for last, _ in words.ends("<and>", end - 1))
    ):
        end -= 1  # "if it hurts + Ramipril ..."
    return [(end, Words(at, end))] if any(token.is_word for token in tokens[at:end]) else ()


def read_reason(words: Matching, at: int) -> Found:
    """Free words that are no length, "as needed for 7 days", no times, no place, and no change of the dose."""
    if words.ends("<titrate>", at) or _is_times(words, at):
        return []
    found = read_free(words, at, words.stops | words.verbs | _thens(words, at) | _again(words, at))
    placed = {end for end, _ in words.ends("sites", at) if end > at + 1}  # "prn both eyes", not "prn rash"
    return [] if any(end in placed or _is_length(words, at, end) for end, _ in found) else found


def _is_times(words: Matching, at: int) -> bool:
    """`x 2`: so many times, in whatever language."""
    tokens = words.tokens[at : at + 2]
    return len(tokens) == 2 and tokens[0].text in _TIMES and tokens[1].is_number


def _again(words: Matching, at: int) -> frozenset[int]:
    """The comma before the same condition again: "if pain, if it stays increase to 2"."""
    tokens, near = words.tokens, range(at, min(len(words.tokens) - 1, at + _MAX_WORDS))
    same = tokens[at - 1].text if at else None
    return frozenset(one for one in near if tokens[one].text == "," and tokens[one + 1].text == same)


def _thens(words: Matching, at: int) -> frozenset[int]:
    """Where "then" leads to an amount: "if pain then 1 tablet"; the Dutch "dan" is "than" as well."""
    near = range(at + 1, min(len(words.tokens), at + _MAX_WORDS))
    return frozenset(one for one in near if any(words.read("amount", end) for end, _ in words.ends("<then>", one)))


def _is_length(words: Matching, at: int, end: int) -> bool:
    """A length, or with the word before ("for the first 3 days") a row that gives bounds, ends where the words do."""
    bounds = [
        stop
        for start in (at - 1, at)
        for stop, row, _ in (words.rows("closed", start) if start >= 0 else ())
        if any(name.startswith("bounds") for name in row.means)
    ]
    return end in bounds or any(stop == end for stop, _ in words.read("duration", at))


def _clause_ends(words: Matching, at: int) -> bool:
    """A full stop or dash with a blank behind, or a comma before a number, something that is read, or "then"."""
    if at + 1 >= len(words.tokens):
        return True
    if words.tokens[at].text in ".-":
        return not words.tokens[at + 1].glued
    counted = words.tokens[at + 1].is_number and not words.tokens[at + 1].glued
    return counted or at + 1 in words.stops or bool(words.ends("<then>", at + 1))
