"""A progress bar on stderr, where that is a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from rx2fhir.bulk.lines import Lines

T = TypeVar("T")


@contextmanager
def progress(what: str, total: int) -> Iterator[Callable[[int], None]]:
    """Shows how far the work is: call what is given with the amount done so far, out of `total`."""
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), disable=not sys.stderr.isatty(), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda done: bar.update(task, completed=done)


def shown(found: Iterable[T], lines: Lines, show: Callable[[int], None]) -> Iterator[T]:
    """What is found in a file, unchanged; shows how much of the file was read for it."""
    for part in found:
        show(lines.position)
        yield part
