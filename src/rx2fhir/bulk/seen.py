"""Counts how often a key has come, in memory that does not grow with their number."""

from __future__ import annotations

import sqlite3

_COUNT = """
INSERT INTO seen VALUES (?, 1) ON CONFLICT (key) DO UPDATE SET times = times + 1 RETURNING times
"""


class Seen:
    """Keys and how often each has come. SQLite moves what is many to a temporary file, gone with the object."""

    def __init__(self) -> None:
        self._base = sqlite3.connect("", isolation_level=None)
        self._base.execute("PRAGMA journal_mode = OFF")
        self._base.execute("CREATE TABLE seen (key TEXT PRIMARY KEY, times INTEGER) WITHOUT ROWID")

    def times(self, key: str) -> int:
        """1 when the key comes for the first time, 2 for the second."""
        [times] = self._base.execute(_COUNT, (key,)).fetchone()
        return int(times)
