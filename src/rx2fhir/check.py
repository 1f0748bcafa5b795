"""Checks a language pack: concepts without words, words with two meanings, rows that no corpus text reaches."""

from __future__ import annotations

from collections import defaultdict

from rx2fhir import codes
from rx2fhir.language import FREE_KEYS, KEYED, LanguagePack, Row, load

_MUST_HAVE = ("time_units", "when", "weekdays", "months", "status")
_UNWORDED = frozenset(("MORN.early MORN.late AFT.early AFT.late EVE.early EVE.late PHS IMD WAKE").split())
_EXCLUSIVE = ("when", "weekdays", "routes", "units", "time_units")


def check_pack(code: str) -> list[str]:
    """What is missing or clashes in a pack, a line each; an empty list when all is well. Raises MappingError."""
    pack = load(code)
    return [*_gaps(pack), *_clashes(pack)]


def _gaps(pack: LanguagePack) -> list[str]:
    found = []
    for name in _MUST_HAVE:
        have = {row.key for row in pack.rows if row.concept == name}
        missing = sorted(_keys(name) - have - _UNWORDED)
        found += [f"{pack.code}/{name}.yaml: no words for {key}" for key in missing]
    return found


def _keys(name: str) -> set[str]:
    source = KEYED[name]
    if name == "time_units":
        return {"s", "min", "h", "d", "wk", "mo", "a"}
    return set(codes.table(*source)) if source else set(FREE_KEYS[name])


def _clashes(pack: LanguagePack) -> list[str]:
    """A phrase under two keys of one vocabulary."""
    owners: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in pack.rows:
        if row.concept in _EXCLUSIVE:
            owners[row.concept, row.phrase.casefold()].append(row)
    return [
        f"{rows[1].rule}: {phrase!r} stands for {' and for '.join(sorted({row.key for row in rows}))}"
        for (_, phrase), rows in owners.items()
        if len({row.key for row in rows}) > 1
    ]
