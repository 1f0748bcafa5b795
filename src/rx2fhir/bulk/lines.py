"""The lines of a file, one at a time: a line that cannot be read does not stop the others."""

from __future__ import annotations

from typing import BinaryIO

from rx2fhir.bulk.record import Unreadable


class Lines:
    """Iterator of lines, with their ends. A line that is no UTF-8 or too long raises Unreadable, once.

    limit: bytes of the longest line that is taken, so that a file without line ends needs no memory.
    whole: the file is taken as one line, as JSON that is laid out over many lines.
    number: of the line that was read last, from 1. position: bytes read so far.
    """

    def __init__(self, file: BinaryIO, limit: int, whole: bool = False) -> None:
        self._next = file.read if whole else file.readline
        self._whole = whole
        self._limit = limit
        self.number = 0
        self.position = 0

    def __iter__(self) -> Lines:
        return self

    def __next__(self) -> str:
        raw = self._read()
        if not raw:
            raise StopIteration
        self.number += 1
        if self._is_part(raw):
            self._skip()
            raise Unreadable(f"longer than {self._limit} bytes")
        return self._decoded(raw)

    def _read(self) -> bytes:
        raw = self._next(self._limit)
        self.position += len(raw)
        return raw

    def _is_part(self, raw: bytes) -> bool:
        return len(raw) == self._limit and (self._whole or not raw.endswith(b"\n"))

    def _skip(self) -> None:
        while self._is_part(self._read()):
            pass

    def _decoded(self, raw: bytes) -> str:
        try:
            return raw.decode("utf-8-sig" if self.number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise Unreadable(f"no UTF-8 at byte {error.start + 1} of the line") from error
