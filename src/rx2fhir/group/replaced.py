"""The two drugs of "replace X by Y", where nothing reads X."""

from __future__ import annotations

from collections.abc import Iterator

from rx2fhir.drugs.tables import bundled
from rx2fhir.group.name_words import is_name
from rx2fhir.normalize.reader import Reader

_SENTENCE_ENDS = frozenset(".;\n")
_MAX_NAME = 4
_MAX_SWITCH = 6


def by_switch(reader: Reader, read: set[int]) -> Iterator[tuple[int, int]]:
    """The two names of "replace X by Y", where nothing reads X."""
    for at in reader.starts("<replace>"):
        for first, _ in reader.ends("<replace>", at):
            last = _name_end(reader, first, read)
            behind = range(last, _sentence_end(reader, last, _MAX_SWITCH))
            joint = next((end for at in behind for end, _ in reader.ends("<by>", at)), None)
            if last > first and joint is not None:
                yield first, last
                if _name_end(reader, joint, read) > joint:
                    yield joint, _name_end(reader, joint, read)
    yield from _by_known(reader, read)


def _by_known(reader: Reader, read: set[int]) -> Iterator[tuple[int, int]]:
    """The two names of "X changed to Y", where the lexicon knows X."""
    for at in reader.starts("<replaced>"):
        first = at - 1 if at and at - 1 not in read else at - 2
        if first < 0 or not (is_name(reader, first, read) and bundled().products(reader.words[first])):
            continue
        joints = (end for stop, _ in reader.ends("<replaced>", at) for end, _ in reader.ends("<by>", stop))
        for joint in joints:
            if _name_end(reader, joint, read) > joint:
                yield first, first + 1
                yield joint, _name_end(reader, joint, read)


def _sentence_end(reader: Reader, first: int, most: int) -> int:
    """The sign that ends the sentence, or `most` tokens on."""
    last = min(first + most, len(reader.tokens))
    return next((at for at in range(first, last) if reader.words[at] in _SENTENCE_ENDS), last)


def _name_end(reader: Reader, first: int, read: set[int]) -> int:
    """Behind the unread words that begin at `first`, as many as a name has."""
    last = first
    while last < min(first + _MAX_NAME, len(reader.tokens)) and is_name(reader, last, read):
        if reader.ends("<by>", last):
            break
        last += 1
    return last
