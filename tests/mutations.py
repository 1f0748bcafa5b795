"""Damage to a file, as editors, merges, transfers and full disks do it: the same for the same random numbers."""

from __future__ import annotations

import random
from collections.abc import Callable

TYPED = "\" ' [ ] { } < > ( ) | : , - # &a *a ! % @ ` \\ ? ~ ... 0x1F .nan {n} {words} <and>"
SIGNS = [sign.encode() for sign in TYPED.split()] + [
    b"\n",
    b"\t",
    b"\0",
    b"\xff",
    b"\xc3",
    b"---\n",
    b"<<: ",
    b"[" * 9,
    b"9" * 30,
]


def truncated(data: bytes, chance: random.Random) -> bytes:
    """The end is missing."""
    return data[: chance.randrange(len(data))]


def struck(data: bytes, chance: random.Random) -> bytes:
    """A few bytes are missing."""
    at = chance.randrange(len(data))
    return data[:at] + data[at + chance.choice([1, 1, 2, 5, 20]) :]


def typed(data: bytes, chance: random.Random) -> bytes:
    """A sign is typed by mistake."""
    at = chance.randrange(len(data))
    return data[:at] + chance.choice(SIGNS) + data[at:]


def flipped(data: bytes, chance: random.Random) -> bytes:
    """A bit is wrong."""
    at = chance.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]


def zeroed(data: bytes, chance: random.Random) -> bytes:
    """A block that was never written."""
    at = chance.randrange(len(data))
    return data[:at] + bytes(len(data[at : at + 512])) + data[at + 512 :]


def reordered(data: bytes, chance: random.Random) -> bytes:
    """A line stands elsewhere, or twice."""
    lines = data.splitlines(keepends=True)
    line = lines[chance.randrange(len(lines))]
    if chance.random() < 0.5:
        lines.remove(line)
    lines.insert(chance.randrange(len(lines) + 1), line)
    return b"".join(lines)


def indented(data: bytes, chance: random.Random) -> bytes:
    """A line has more or fewer blanks before it."""
    lines = data.splitlines(keepends=True)
    at = chance.randrange(len(lines))
    lines[at] = lines[at].lstrip(b" ") if chance.random() < 0.5 else b"  " + lines[at]
    return b"".join(lines)


Mutation = Callable[[bytes, random.Random], bytes]
MUTATIONS: dict[str, Mutation] = {
    one.__name__: one for one in (truncated, struck, typed, flipped, zeroed, reordered, indented)
}
