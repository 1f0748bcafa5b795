"""RxNorm: RXNCONSO.RRF and RXNREL.RRF of the full or the prescribable release.

https://www.nlm.nih.gov/research/umls/rxnorm/docs/techdoc.html (sections 12.4, 12.5: columns of both files)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from rx2fhir.drugs.releases.record import Record, fields

_NAMED = frozenset(("tradename_of", "has_tradename", "form_of", "has_form"))
_KINDS = frozenset(("IN", "PIN", "BN"))

Concepts = dict[str, tuple[str, str, str]]
"""By RXCUI: kind (IN ingredient, PIN its salt, BN brand), name, rule."""


def read_rxnorm(folder: Path) -> Iterator[Record]:
    """Ingredients, their salts, and the brands of the United States with their ingredients."""
    concepts = _concepts(folder / "RXNCONSO.RRF")
    for rxcui, (kind, name, rule) in concepts.items():
        if kind == "IN":
            yield Record(name, (name,), rule, rxcui=rxcui)
    for rxcui, ingredients in _relations(folder / "RXNREL.RRF", concepts).items():
        kind, name, rule = concepts[rxcui]
        yield Record(name, tuple(sorted(ingredients)), rule, country="us" if kind == "BN" else "")


def _concepts(path: Path) -> Concepts:
    found: Concepts = {}
    for number, cells in fields(path, "|", 18, "utf-8"):
        rxcui, source, kind, name, suppressed = cells[0], cells[11], cells[12], cells[14], cells[16]
        if source == "RXNORM" and kind in _KINDS and suppressed == "N":
            found[rxcui] = (kind, name, f"{path.name}:{number}")
    return found


def _relations(path: Path, concepts: Concepts) -> dict[str, set[str]]:
    """The names of the ingredients of each brand and salt. A relation stands in the file in both directions."""
    found: dict[str, set[str]] = defaultdict(set)
    for _, cells in fields(path, "|", 11, "utf-8"):
        if cells[7] in _NAMED and cells[0] in concepts and cells[4] in concepts:
            one, two = sorted((cells[0], cells[4]), key=lambda rxcui: concepts[rxcui][0] != "IN")
            if concepts[one][0] == "IN" != concepts[two][0]:
                found[two].add(concepts[one][1])
    return found
