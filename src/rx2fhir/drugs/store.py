"""A lexicon in one SQLite file: written once by `build`, read without loading it."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from rx2fhir.drugs.product import Key, Lexicon, Product, Substance
from rx2fhir.drugs.tables import bundled
from rx2fhir.errors import LexiconError

Row = tuple[object, ...]

SCHEMA = """
CREATE TABLE names (key TEXT, ingredients TEXT, atc TEXT, countries TEXT, rule TEXT, PRIMARY KEY (key, ingredients))
    WITHOUT ROWID;
CREATE TABLE substances (name TEXT PRIMARY KEY, atc TEXT, rxcui TEXT, rxnorm TEXT) WITHOUT ROWID;
CREATE TABLE combinations (ingredients TEXT PRIMARY KEY, atc TEXT) WITHOUT ROWID;
CREATE TABLE words (word TEXT PRIMARY KEY, longest INTEGER) WITHOUT ROWID;
CREATE TABLE sources (release TEXT, path TEXT, read TEXT, names INTEGER);
PRAGMA user_version = 1;
"""


class StoredLexicon:
    """Names in a file that `rx2fhir lexicon build` wrote. Raises LexiconError if it is not one."""

    def __init__(self, path: str | Path) -> None:
        self._path = Path(path)
        self._open()

    def _open(self) -> None:
        if not self._path.is_file():
            raise LexiconError(f"{self._path}: no such file; `rx2fhir lexicon build` writes a lexicon")
        uri = f"{self._path.resolve().as_uri()}?mode=ro&immutable=1"
        self._database = sqlite3.connect(uri, uri=True, check_same_thread=False)
        try:
            version = self._database.execute("PRAGMA user_version").fetchone()[0]
        except sqlite3.DatabaseError as error:
            raise LexiconError(f"{self._path}: not a lexicon: {error}") from error
        if version != 1:
            raise LexiconError(f"{self._path}: a lexicon of version {version}, not 1; build it again")

    def __reduce__(self) -> tuple[type[StoredLexicon], tuple[Path]]:
        """Another process opens the file itself."""
        return StoredLexicon, (self._path,)

    def products(self, key: str) -> tuple[Product, ...]:
        found = self._database.execute(
            "SELECT ingredients, atc, countries, rule FROM names WHERE key = ?", (key,)
        ).fetchall()
        return tuple(Product(_split(one), _words(atc), _words(countries), rule) for one, atc, countries, rule in found)

    def substance(self, name: str) -> Substance | None:
        row = self._database.execute("SELECT atc, rxcui, rxnorm FROM substances WHERE name = ?", (name,)).fetchone()
        return Substance(name, _words(row[0]), row[1], row[2]) if row else None

    def combination(self, ingredients: Key) -> tuple[str, ...]:
        joined = ";".join(ingredients)
        row = self._database.execute("SELECT atc FROM combinations WHERE ingredients = ?", (joined,)).fetchone()
        return _words(row[0]) if row else ()

    @lru_cache(maxsize=64)  # noqa: B019 (few lexicons live as long as the process)
    def near(self, key: str) -> tuple[str, ...]:
        letter = key[:1]
        found = self._database.execute(
            "SELECT DISTINCT key FROM names WHERE key >= ? AND key < ?", (letter, letter + "\U0010ffff")
        )
        return tuple(row[0] for row in found)

    def longest(self, word: str) -> int:
        row = self._database.execute("SELECT longest FROM words WHERE word = ?", (word,)).fetchone()
        return int(row[0]) if row else 0

    def sources(self) -> list[tuple[str, str, str, int]]:
        """Release, path, date of reading and number of names of each release in the file."""
        return list(self._database.execute("SELECT release, path, read, names FROM sources"))


class JoinedLexicon:
    """A stored lexicon and the project's own tables."""

    def __init__(self, stored: StoredLexicon) -> None:
        self._own, self._stored = bundled(), stored
        self._all: tuple[Lexicon, ...] = (self._own, stored)

    def products(self, key: str) -> tuple[Product, ...]:
        """All that either knows; where the own tables know a name, nothing in substances that they do not know."""
        own, stored = self._own.products(key), self._stored.products(key)
        if not own:
            return stored
        told = {product.ingredients for product in own}
        return own + tuple(
            product
            for product in stored
            if product.ingredients not in told and all(map(self._own.substance, product.ingredients))
        )

    def substance(self, name: str) -> Substance | None:
        return next((found for one in self._all if (found := one.substance(name))), None)

    def combination(self, ingredients: Key) -> tuple[str, ...]:
        return next((found for one in self._all if (found := one.combination(ingredients))), ())

    def near(self, key: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for one in self._all for name in one.near(key)))

    def longest(self, word: str) -> int:
        return max(one.longest(word) for one in self._all)


def _split(ingredients: str) -> Key:
    return tuple(ingredients.split(";"))


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def write(path: Path, tables: Mapping[str, Sequence[Row]]) -> None:
    """Write a lexicon beside `path` and put it there when it is whole. tables: the rows of each by its name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".part")
    unfinished.unlink(missing_ok=True)
    database = sqlite3.connect(unfinished)
    with database:
        database.executescript(SCHEMA)
        for name, rows in tables.items():
            for row in rows[:1]:
                database.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(row))})", rows)
    database.close()
    unfinished.replace(path)
