"""Remembers which requests of a file a server has taken, so that a run that was killed goes on where it stopped."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

import orjson

from rx2fhir.errors import UsageError


class Journal:
    """The numbers of the requests that are done, one a line behind a line that says what they belong to.

    Raises UsageError where the file belongs to other data, another server or another size of batches.
    """

    def __init__(self, path: Path, source: Path, server: str, size: int) -> None:
        belongs = {"sha256": _digest(source), "server": server, "batch_size": size}
        head, self.done = _read(path)
        if head is not None and head != belongs:
            raise UsageError(f"{path} belongs to another file, server or batch size; name another with --journal")
        self._file = path.open("ab")
        if head is None:
            self._write(orjson.dumps(belongs))

    def add(self, number: int) -> None:
        """Note a request as done; it is on the disk when this returns."""
        self.done.add(number)
        self._write(str(number).encode())

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _write(self, line: bytes) -> None:
        self._file.write(line + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())


def _read(path: Path) -> tuple[object, set[int]]:
    """The head and the numbers. What was killed while it was written, a line without its end, is cut off."""
    if not path.exists():
        return None, set()
    with path.open("rb+") as file:
        whole = file.read().rpartition(b"\n")[0]
        file.truncate(len(whole) + 1 if whole else 0)
    try:
        head, *numbers = whole.split(b"\n") if whole else [b"null"]
        return orjson.loads(head), set(map(int, numbers))
    except ValueError as error:
        raise UsageError(f"{path} is no journal of rx2fhir send") from error


def _digest(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()
