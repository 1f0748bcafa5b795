"""Drug names for the generator: known names by language, and the names kept for tests.

`names.txt.gz` is made by `build_names.py`; each line is language, kind (ingredient, brand, unseen) and name.
"""

from __future__ import annotations

import gzip
import unicodedata
from collections.abc import Callable
from functools import cache
from random import Random

from rx2fhir.codes import mappings_dir

Builtin = Callable[[Random], str]


def folded(name: str) -> str:
    """Lower case without accents: names that fold alike are the same name."""
    return "".join(c for c in unicodedata.normalize("NFD", name.lower()) if not unicodedata.combining(c))


def _rows() -> list[list[str]]:
    with gzip.open(mappings_dir() / "training" / "names.txt.gz", "rt", encoding="utf-8") as lines:
        return [line.rstrip("\n").split("\t") for line in lines]


@cache
def unseen() -> frozenset[str]:
    """Names of one word, folded, that no training text may hold, not even as an invented name."""
    return frozenset(folded(name) for _, kind, name in _rows() if kind == "unseen")


@cache
def names(language: str, kind: str) -> tuple[str, ...]:
    """The known names of a language (`fr`) and kind (`ingredient`, `brand`), the most widespread ingredients first."""
    return tuple(name for code, what, name in _rows() if code in (language, "mul") and what == kind)


def _draw(pool: tuple[str, ...]) -> Builtin:
    """Half of the draws from the first tenth of the pool, the others from all of it."""
    head = max(1, len(pool) // 10)

    def draw(random: Random) -> str:
        return pool[random.randrange(head if random.random() < 0.5 else len(pool))]

    return draw


def name_builtins(language: str) -> dict[str, Builtin]:
    """The grammar's rules `ingredient` and `brand` of a language."""
    return {kind: _draw(names(language, kind)) for kind in ("ingredient", "brand")}
