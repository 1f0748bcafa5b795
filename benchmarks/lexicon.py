"""How long it takes to open lexicons and to look names up.

python benchmarks/lexicon.py [names]
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from rx2fhir.drugs.build import Builder
from rx2fhir.drugs.lookup import find
from rx2fhir.drugs.names import key
from rx2fhir.drugs.nearby import nearby
from rx2fhir.drugs.product import Lexicon
from rx2fhir.drugs.releases.record import Record
from rx2fhir.drugs.store import StoredLexicon
from rx2fhir.drugs.tables import TableLexicon

_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def seconds(work: Callable[[], object]) -> float:
    """The best of five runs, in seconds of the processor: other processes do not count."""

    def once() -> float:
        start = time.process_time()
        work()
        return time.process_time() - start

    return min(once() for _ in range(5))


def word(number: int) -> str:
    """A name of its own for each number."""
    letters = ""
    while number:
        number, rest = divmod(number, 26)
        letters += _LETTERS[rest]
    return f"{letters[::-1]}zork"


def report(title: str, lexicon: Lexicon, names: list[str]) -> None:
    """Microseconds a name: in the lexicon by its key, and from the name as written to the product."""
    keys = [key(name) for name in names]
    by_key = seconds(lambda: [lexicon.products(one) for one in keys]) / len(keys) * 1e6
    by_name = seconds(lambda: [find(name, lexicon) for name in names]) / len(names) * 1e6
    print(f"{title}: {by_key:.1f} us a look-up, {by_name:.1f} us from the name as written")


def main() -> None:
    """Print all figures."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    print(f"own tables: read in {seconds(TableLexicon) * 1e3:.0f} ms")
    own = TableLexicon()
    names = [name for letter in _LETTERS for name in own.near(letter)]
    report(f"own tables, {len(names)} names", own, names)
    with TemporaryDirectory() as folder:
        builder, path = Builder(), Path(folder) / "lexicon.sqlite"
        made = [word(number) for number in range(1, count + 1)]
        builder.add("made", path, (Record(name, ("paracetamol",), "made:1", "", "xx") for name in made))
        builder.save(path)
        print(f"stored, {count} names: opened in {seconds(lambda: StoredLexicon(path)) * 1e3:.1f} ms")
        report(f"stored, {count} names", StoredLexicon(path), made[:20_000])
    misspelt = [name[:4] + name[5:] for name in names[::20] if len(name) > 8]
    print(f"misspelt: {seconds(lambda: [nearby(name, own) for name in misspelt]) / len(misspelt) * 1e6:.0f} us a name")


if __name__ == "__main__":
    main()
