"""Names that a misspelt one may stand for (rapidfuzz, loaded when first needed)."""

from __future__ import annotations

from dataclasses import dataclass

from rx2fhir.drugs.confusable import is_confusable
from rx2fhir.drugs.names import key
from rx2fhir.drugs.product import Lexicon

_LEAST = 6
"""Shorter names have too many neighbours."""

_LEAST_SURE = 8
"""Shorter ones are never taken for another."""

_LONG = 10
"""Names so long may be two slips away from what was written, shorter ones one."""

_APART = 2
"""How many slips farther the next other drug must be for the nearest to be meant without doubt."""

_MOST = 5


@dataclass(frozen=True, slots=True)
class Nearby:
    """names: keys near a misspelt name, the nearest first. sure: nothing but the first can be meant."""

    names: tuple[str, ...] = ()
    sure: bool = False


def nearby(name: str, lexicon: Lexicon) -> Nearby:
    """The keys near `name`, by the number of letters to change, add, leave out or swap (Damerau-Levenshtein)."""
    from rapidfuzz.distance import OSA
    from rapidfuzz.process import extract

    wanted = key(name)
    if len(wanted.replace(" ", "")) < _LEAST:
        return Nearby()
    slips = 2 if len(wanted) >= _LONG else 1
    extracted = extract(wanted, lexicon.near(wanted), scorer=OSA.distance, score_cutoff=slips + _APART, limit=None)
    found = sorted(extracted, key=lambda one: (one[1], one[0]))  # names as near as each other, always in one order
    near = [choice for choice, distance, _ in found if distance <= slips]
    sure = len(wanted) >= _LEAST_SURE and _is_sure([(choice, int(distance)) for choice, distance, _ in found], lexicon)
    return Nearby(tuple(near[:_MOST]), sure)


def _is_sure(found: list[tuple[str, int]], lexicon: Lexicon) -> bool:
    """One drug is near, no other one is nearly as near, and it is not known to be confused with others."""
    if not found:
        return False
    nearest = found[0][1]
    close = [name for name, distance in found if distance < nearest + _APART]
    drugs = {product.ingredients for name in close for product in lexicon.products(name)}
    return len(drugs) == 1 and not any(map(is_confusable, close))
