"""What a word of a drug name looks like: nothing reads it, and hyphens and slashes join it to others."""

from __future__ import annotations

from rx2fhir.normalize.reader import Reader

_LEAST_LETTERS = 4
_LISTS = "and or of then restated per to one each compared replace changed_from changed_by titrate"
_JOINTS = ("forms", *(f"<{name}>" for name in _LISTS.split()))
_PHRASES, _LONGEST = ("<then>", "<restated>"), 3


def is_name(reader: Reader, at: int, read: set[int]) -> bool:
    """A word that no row and no word of the grammar explains."""
    unread = reader.tokens[at].is_word and at not in read
    return unread and not reader.stands(_JOINTS, at) and not joins(reader, at)


def joins(reader: Reader, at: int) -> bool:
    """It says how the parts of a sig hang together: the "suite" of "par la suite 2 comprimés"."""
    starts = range(max(at - _LONGEST, 0), at + 1)
    return any(end > at for name in _PHRASES for start in starts for end, _ in reader.ends(name, start))


def is_hyphen(reader: Reader, at: int) -> bool:
    """A hyphen between two words, with no blank beside it."""
    tokens = reader.tokens
    behind = tokens[at + 1] if at + 1 < len(tokens) else None
    return (
        at < len(tokens)
        and tokens[at].text == "-"
        and tokens[at].glued
        and behind is not None
        and behind.glued
        and behind.is_word
    )


def is_joint(reader: Reader, at: int) -> bool:
    """A hyphen between two words, or a slash between two long ones: ethinylestradiol/levonorgestrel."""
    if is_hyphen(reader, at):
        return True
    beside = reader.tokens[at - 1 : at + 2]
    words = len(beside) == 3 and all(len(token.text) >= _LEAST_LETTERS for token in (beside[0], beside[2]))
    return words and beside[1].text == "/" and beside[1].glued and beside[2].glued


def is_compound(reader: Reader, first: int, read: set[int]) -> bool:
    """A hyphen and another word of a name follow the word: D-Cure, but not Ibuprofen-Saft."""
    inside = first + 2 < len(reader.tokens)
    return inside and is_hyphen(reader, first + 1) and is_name(reader, first + 2, read)
