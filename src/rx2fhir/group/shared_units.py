"""A unit said once for two amounts: "100 and 25 mcg daily"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from rx2fhir.normalize.item import Item
from rx2fhir.normalize.reader import Reader
from rx2fhir.normalize.values import Measure
from rx2fhir.quantity import MASSES


def with_shared_units(reader: Reader, items: Sequence[Item]) -> list[Item]:
    """The items; the 100 of "100 and 25 mcg" is of the unit behind "and", as the 25 is."""
    said = [at for at, item in enumerate(items) if "background" not in item.facts]
    found = list(items)
    for at, later in pairwise(said) if reader.starts("<and>") else ():
        one, two = items[at], items[later]
        bare, mass = one.facts.get("dose"), two.facts.get("dose")
        joined = one.kind == two.kind == "amount" and any(end == two.first for end, _ in reader.ends("<and>", one.last))
        if joined and isinstance(bare, Measure) and isinstance(mass, Measure) and _shares(bare, mass):
            found[at] = replace(one, facts={**one.facts, "dose": replace(bare, unit=mass.unit, kind="measure")})
    return found


def _shares(bare: Measure, mass: Measure) -> bool:
    return bare.kind == "none" and mass.kind == "measure" and mass.unit in MASSES
