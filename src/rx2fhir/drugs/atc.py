"""Which of an ingredient's ATC codes a text means: the code goes by where the medicine acts.

ATC gives one substance a code for each use: diclofenac is M01AB05 in a tablet, M02AA15 in a gel, S01BC03 in eye drops
(WHO Collaborating Centre, ATC guidelines, general principles). Form, unit, route and site tell which; what they do not
tell stays open.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

from rx2fhir.drugs.rows import rows

SYSTEMIC = "systemic"


def choose(codes: Sequence[str], areas: frozenset[str]) -> tuple[str, ...]:
    """The codes that fit the areas, all of them where nothing tells; one code is certain, several are not."""
    if len(codes) == 1 or not areas:
        return tuple(codes)
    return tuple(code for code in codes if area(code) in areas)


@cache
def area(code: str) -> str:
    """Where products of an ATC code act: skin, eye, nose ...; systemic for all others."""
    fits = [prefix for prefix in _prefixes() if code.startswith(prefix)]
    return _prefixes()[max(fits, key=len)] if fits else SYSTEMIC


def areas(said: Iterable[tuple[str, str]]) -> frozenset[str]:
    """The areas that fit all that is said: pairs of kind (form, unit, route, site) and name; empty if nothing tells."""
    told = [_table()[pair] for pair in said if pair in _table()]
    return frozenset.intersection(*told) if told else frozenset()


@cache
def _prefixes() -> dict[str, str]:
    return {row["prefix"]: row["area"] for row in rows("atc_areas")}


@cache
def _table() -> dict[tuple[str, str], frozenset[str]]:
    return {(row["kind"], row["name"]): frozenset(row["areas"].split()) for row in rows("areas")}
