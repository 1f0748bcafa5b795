"""Marks of a list: bullets, `1)`, `2.`, and the bare numbers of a first column."""

from __future__ import annotations

from bisect import bisect_left

from rx2fhir.normalize.reader import Reader

_BULLETS = frozenset("-•*·–>◦▪")
_BOXES, _TICKS = frozenset("☐☑☒"), frozenset("x✓✔")
_COLUMN_SIGNS = frozenset("|;,/")
_NEAR = 4
"""Numbered lines between two entries of a list: "1x a day" may stand below each."""

_COUNTED = ("forms", "units", "time_units", "times", "when", "<times>")


def read_box(reader: Reader, at: int) -> tuple[int, bool] | None:
    """A box to tick, `☐`, `[ ]` or `[x]`: the token behind it, and whether it is ticked."""
    words = reader.words
    if words[at] in _BOXES:
        return at + 1, words[at] != "☐"
    ticked = words[at] == "[" and words[at + 1] in _TICKS
    end = at + 1 + ticked
    return (end + 1, ticked) if words[at] == "[" and words[end] == "]" else None


def list_mark(reader: Reader, at: int) -> int | None:
    """The token behind a mark: `1)`, `2.`, `-`, `3` at the beginning of a line; `2)` also within one."""
    tokens = reader.tokens
    if (box := read_box(reader, at)) is not None:
        return box[0] if not at or tokens[at - 1].text == "\n" else None
    if not (tokens[at].is_number or tokens[at].text in _BULLETS):
        return None
    if _is_numbered(reader, at):
        return at + 2
    if (at and tokens[at - 1].text != "\n") or at + 1 >= len(tokens):
        return None
    if tokens[at].text in _BULLETS:
        return at + 1
    sign = tokens[at + 1]
    numbered = tokens[at].is_number and len(tokens[at].text) <= 2 and sign.text in (")", ".") and sign.glued
    if numbered:
        return at + 2 if at + 2 < len(tokens) and not tokens[at + 2].is_number else None
    return _column_end(reader, at) if _is_in_turn(reader, at) else None


def _is_numbered(reader: Reader, at: int) -> bool:
    """A small number with a closing bracket that nothing opened."""
    tokens = reader.tokens
    if at + 2 >= len(tokens) or not tokens[at].is_number or len(tokens[at].text) > 2 or tokens[at + 1].text != ")":
        return False
    opened = "(" in [token.text for token in tokens[max(at - 12, 0) : at]]
    return tokens[at + 1].glued and not tokens[at].glued and not opened


def _column_end(reader: Reader, at: int) -> int | None:
    """Behind a bare number, and the sign of a column, before a word with a capital that it cannot count."""
    tokens = reader.tokens
    signed = at + 1 < len(tokens) and tokens[at + 1].text in _COLUMN_SIGNS
    name = at + 2 if signed else at + 1
    if name >= len(tokens) or len(tokens[at].text) > 2 or not tokens[name].is_word:
        return None
    apart = name > at + 1 or not tokens[name].glued
    counted = reader.read("form", name) or any(reader.ends(one, name) for one in _COUNTED)
    return name if apart and not counted and reader.text[tokens[name].start].isupper() else None


def _is_in_turn(reader: Reader, at: int) -> bool:
    """The entry of a list before it, or the one behind, has the number before or behind its own."""
    if not reader.tokens[at].text.isdecimal():
        return False
    starts = reader.numbered_lines
    here = bisect_left(starts, at)
    before, behind = reversed(starts[max(here - _NEAR, 0) : here]), starts[here + 1 : here + 1 + _NEAR]
    beside = [next((one for one in side if _column_end(reader, one)), None) for side in (before, behind)]
    number = int(reader.tokens[at].text)
    return any(one is not None and abs(int(reader.tokens[one].text) - number) == 1 for one in beside)
