"""Text that is no prescription at all: bytes, codes, other scripts, symbols."""

from __future__ import annotations

from random import Random

_RANGES = (
    (0x21, 0x7E),
    (0x21, 0x7E),
    (0xA1, 0xFF),
    (0x0391, 0x03C9),
    (0x0410, 0x044F),
    (0x05D0, 0x05EA),
    (0x0621, 0x064A),
    (0x0E01, 0x0E2E),
    (0x3041, 0x3096),
    (0x4E00, 0x4FFF),
    (0x1F300, 0x1F5FF),
    (0x2190, 0x21FF),
    (0x00, 0x1F),
    (0xFFFD, 0xFFFD),
)
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


def junk(random: Random) -> str:
    """One to ten words of random characters, each word of one script."""
    return " ".join(_word(random) for _ in range(random.randint(1, 10)))


def _word(random: Random) -> str:
    length = random.randint(1, 12)
    if random.random() < 0.25:
        return "".join(random.choice(_LETTERS) for _ in range(length))
    if random.random() < 0.1:
        return random.choice("abcxyz._-=*#/0") * length
    low, high = random.choice(_RANGES)
    return "".join(chr(random.randint(low, high)) for _ in range(length))
