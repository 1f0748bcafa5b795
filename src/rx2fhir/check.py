"""Checks a language pack: concepts without words, words with two meanings or none, rows that no corpus text reaches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from rx2fhir import codes
from rx2fhir.corpus import Case
from rx2fhir.language import LanguagePack, load
from rx2fhir.packrows import FREE_KEYS, KEYED, Row
from rx2fhir.reach import unreached
from rx2fhir.wording.check import unread_words
from rx2fhir.wording.frame import worded

_MUST_HAVE = (
    "units",
    "time_units",
    "forms",
    "routes",
    "sites",
    "methods",
    "instructions",
    "when",
    "weekdays",
    "months",
    "status",
)
_TIME_UNITS = frozenset(("s", "min", "h", "d", "wk", "mo", "a"))
_UNWORDED = frozenset(("MORN.early MORN.late AFT.early AFT.late EVE.early EVE.late PHS IMD WAKE m").split())
"""Events that no prescription names, and the metre; the loader knows them all the same."""

_EXCLUSIVE = ("when", "weekdays", "routes", "units", "time_units")


def check_pack(code: str, cases: Iterable[Case] | None = None) -> list[str]:
    """What is missing or clashes in a pack, a line each; an empty list when all is well. Raises MappingError.

    cases: the corpus of the language; without it the rows are not checked against texts.
    """
    pack = load(code)
    wording = unread_words(code) if code in worded() else ()
    return [*_gaps(pack), *_clashes(pack), *wording, *(_unread(pack, cases) if cases is not None else ())]


def _unread(pack: LanguagePack, cases: Iterable[Case]) -> list[str]:
    return [f"{row.rule}: no corpus text is read by {row.phrase!r}" for row in unreached(pack, cases)]


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
        return set(_TIME_UNITS)
    if name == "units":
        return set(codes.table("units", "code")) - _TIME_UNITS
    if name == "sites":  # some are rather worded as the route: under the tongue
        return {site for site, row in codes.table("sites", "name").items() if not row["route"]}
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
