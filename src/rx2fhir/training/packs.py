"""The rows of the language packs as rules of the training grammar: a new row of a pack teaches the model too.

Packs and grammars share their syntax but for `<list>`, which becomes the rule `list/<name>`, and the slots of a pack,
which become the rules of SLOTS. The rows of a pack's file become the rule `pack/<file>`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from rx2fhir import codes
from rx2fhir.language import LanguagePack, Row, languages, load

SLOTS = {
    "n": "nf",
    "m": "nf",
    "unit": "pack/time_units",
    "duration": "pack/length",
    "when": "pack/when",
    "weekday": "pack/weekdays",
    "weekdays": "pack/weekdays",
    "time": "pack/times",
    "times": "pack/times",
    "hour": "hour",
    "minute": "minute",
    "date": "date",
    "ordinal": "pack/ordinals",
    "amount": "pack/amount",
    "measure": "mass_plain",
    "form": "unit_form",
    "site": "pack/sites",
    "reason": "symptom",
    "words": "symptom",
}
"""The rule that fills each slot of a pack."""

SHARES = {
    "frequency": (("pack/frequency", 0.14), ("pack/when", 0.08)),
    "prn": (("pack/as_needed", 0.25),),
    "duration": (("pack/bounds", 0.2),),
    "form": (("pack/forms", 0.2),),
    "unit_form": (("pack/units", 0.15),),
    "route": (("pack/routes", 0.3),),
    "site": (("pack/sites", 0.3),),
    "extra": (("pack/instructions", 0.2), ("pack/noise", 0.1)),
    "maximum": (("pack/maximum", 0.3),),
    "runtime": (("pack/administration", 0.3),),
}
"""For each rule of the grammars the rules of the pack that join it, and their share of its texts."""

COUNTED = frozenset(
    "tablet capsule drop puff spray inhalation sachet suppository pessary ampoule patch lozenge".split()
)
"""Forms that are also the unit of a dose; the words of other units (dose, teaspoon) belong to the amount."""

_LONE = re.compile(r"\(([^()|\[\]]*)\)")


def with_pack(rules: Mapping[str, Sequence[str]], language: str) -> dict[str, list[str]]:
    """The rules of a grammar and those of the language's pack; without a pack the rules as they are."""
    joined = {name: list(rows) for name, rows in rules.items()}
    if language in languages():
        joined |= _pack_rules(load(language))
        for name, parts in SHARES.items():
            total = sum(_weight(row) for row in rules[name])
            joined[name] += [f"{{{part}}} @{max(1, round(total * share))}" for part, share in parts if joined[part]]
    return joined


def _weight(row: str) -> int:
    found = re.search(r"\s@(\d+)$", row)
    return int(found[1]) if found else 1


def _pack_rules(pack: LanguagePack) -> dict[str, list[str]]:
    rules: dict[str, list[str]] = {f"list/{name}": [_row(text) for text in rows] for name, rows in pack.lists.items()}
    for row in pack.rows:
        if (name := _rule_of(row)) is not None:
            rules.setdefault(f"pack/{name}", []).append(_row(row.phrase))
    for parts in SHARES.values():
        for name, _ in parts:
            rules.setdefault(name, [])
    rules.setdefault("pack/form_modifiers", [""])
    rules["pack/forms"] = [*rules["pack/forms"], *rules["pack/units"]]
    rules["pack/forms"] += [f"{row} {{pack/form_modifiers}}" for row in rules["pack/forms"]]
    rules["pack/length"] = ["{nd} {pack/time_units}"]
    rules["pack/amount"] = ["{n} {unit_form} @3", "{n} {unit_short}", "{mass_plain}", "{n}"]
    return rules


def _row(phrase: str) -> str:
    """A phrase of a pack as a row of the grammar."""
    text = re.sub(r"<([a-z_0-9]+)>", r"{list/\1}", phrase)
    text = re.sub(r"\{([a-z_]+?)[0-9]*\}", lambda slot: f"{{{SLOTS[slot[1]]}}}", text)
    while _LONE.search(text):
        text = _LONE.sub(r"\1", text)
    return text


def _rule_of(row: Row) -> str | None:
    """The rule that a row of a pack joins; None for what has no place in a generated text."""
    if row.concept == "forms":
        return _form_rule(row.key)
    if row.concept == "time_units":
        return "time_units" if row.key in ("h", "d", "wk", "mo") else None
    if row.concept == "background":
        return "noise" if row.key == "noise" else None
    if row.concept == "frequency" and (row.slots & {"amount", "measure", "form"} or "dose" in row.means):
        return None
    if row.concept == "bounds" and "count" in row.means:
        return None
    if row.concept == "as_needed" and ("bounds" in row.means or ("<prn>" in row.phrase and "reason" in row.slots)):
        return None
    return row.concept


def _form_rule(name: str) -> str | None:
    if name in COUNTED:
        return "units"
    return "forms" if codes.table("forms", "name")[name]["kind"] == "product" else None
