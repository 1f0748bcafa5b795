"""The route of a dosage: the one that words state, or that a verb (inhale, swallow) or a site (the vagina) states."""

from __future__ import annotations

from rx2fhir import codes
from rx2fhir.group.draft import Draft
from rx2fhir.normalize.item import Item


def route(draft: Draft) -> tuple[str, Item] | None:
    """The name of the route in `codes/routes.csv`, or the words where it has none, and the item that states it."""
    if "route" in draft.facts:
        return draft.facts["route"], draft.sources["route"]
    for fact, table in (("method", "methods"), ("site", "sites")):
        value, source = draft.facts.get(fact), draft.sources.get(fact)
        if value is None:
            continue
        implied = codes.table(table, "name").get(str(getattr(value, "name", value)), {}).get("route")
        if implied and source:
            return implied, source
    return None
