"""Names that look or sound alike, `mappings/drugs/confusable.csv`: a slip of the pen between them harms a patient."""

from __future__ import annotations

from functools import cache

from rx2fhir.drugs.names import key
from rx2fhir.drugs.rows import rows


def is_confusable(name: str) -> bool:
    """The key is a name that has been confused with another: no misspelling is ever taken for it."""
    return name in _names()


@cache
def _names() -> frozenset[str]:
    return frozenset(key(row[column]) for row in rows("confusable") for column in ("name", "other"))
