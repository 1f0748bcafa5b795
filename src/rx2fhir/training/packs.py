"""The rows of the language packs as rules of the training grammar: a new row of a pack teaches the model too.

A `<list>` of a pack becomes the rule `list/<name>`, its slots become the rules of SLOTS, and the rows of a file become
the rule `pack/<file>`.
"""

from __future__ import annotations

from dataclasses import replace

from rx2fhir import codes, packrows
from rx2fhir import language as packs
from rx2fhir.syntax import Group, Node, Phrase, Slot, Text, parse_phrase
from rx2fhir.training.grammar import Row, Rules, parse_row

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
    "year": "year",
    "ordinal": "pack/ordinals",
    "amount": "pack/amount",
    "single": "pack/amount",
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
    "unit_form": (("pack/counted", 0.15),),
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

_NO_TIME = frozenset("amount measure form dose site route instruction".split())
"""Slots and fields of rows that say more than how often and when."""


def with_pack(rules: Rules, language: str) -> dict[str, list[Row]]:
    """The rules of a grammar and those of the language's pack; without a pack the rules as they are."""
    joined = {name: list(rows) for name, rows in rules.items()}
    if language in packs.languages():
        joined |= _pack_rules(packs.load(language))
        for name, parts in SHARES.items():
            total = sum(row.weight for row in rules[name])
            joined[name] += [_rule(part, max(1, round(total * share))) for part, share in parts if joined[part]]
    return joined


def _rule(name: str, weight: int = 1) -> Row:
    """A row that is any row of a rule."""
    return Row((Slot(name, name),), weight)


def _pack_rules(pack: packs.LanguagePack) -> dict[str, list[Row]]:
    rules = {f"list/{name}": [_of_pack(row.phrase) for row in rows] for name, rows in pack.lists.items()}
    for row in pack.rows:
        if (name := _rule_of(row)) is not None:
            rules.setdefault(f"pack/{name}", []).append(_of_pack(row.phrase))
    for parts in SHARES.values():
        for name, _ in parts:
            rules.setdefault(name, [])
    rules.setdefault("pack/form_modifiers", [Row(())])
    rules["pack/forms"] = [*rules["pack/forms"], *rules["pack/counted"]]
    modifier = (Text(" "), *_rule("pack/form_modifiers").phrase)
    rules["pack/forms"] += [Row((*row.phrase, *modifier)) for row in rules["pack/forms"]]
    rules["pack/length"] = [Row((*parse_phrase("{nd} "), *_rule("pack/time_units").phrase))]
    amounts = ("{n} {unit_form} @3", "{n} {unit_short}", "{mass_plain}", "{n}")
    rules["pack/amount"] = [parse_row(text, "pack/amount") for text in amounts]
    return rules


def _of_pack(text: str) -> Row:
    """A phrase of a pack as a row of a rule."""
    return Row(_of_rules(parse_phrase(text)))


def _of_rules(phrase: Phrase) -> Phrase:
    """A phrase of a pack, its slots and lists replaced by rules; brackets that offer no choice are left out."""
    nodes: list[Node] = []
    for node in phrase:
        if not isinstance(node, Group):
            nodes.append(_filled(node) if isinstance(node, Slot) else node)
        elif node.is_choice:
            nodes.append(replace(node, ways=tuple(map(_of_rules, node.ways))))
        else:
            nodes += _of_rules(node.ways[0])
    return tuple(nodes)


def _filled(slot: Slot) -> Slot:
    """The rule that fills a slot or list of a pack."""
    rule = SLOTS[slot.name.rstrip("0123456789")] if slot.name else f"list/{slot.kind[1:-1]}"
    return Slot(rule, rule)


def _rule_of(row: packrows.Row) -> str | None:
    """The rule that a row of a pack joins; None for what has no place in a generated text."""
    if row.concept == "forms":
        return _form_rule(row.key)
    if row.concept == "time_units":
        return "time_units" if row.key in ("h", "d", "wk", "mo") else None
    if row.concept == "background":
        return "noise" if row.key == "noise" else None
    if row.concept in ("frequency", "as_needed") and (row.slots & _NO_TIME or row.means.keys() & _NO_TIME):
        return None
    if row.concept == "bounds" and "count" in row.means:
        return None
    if row.concept == "as_needed" and ("bounds" in row.means or ("<prn>" in row.phrase and "reason" in row.slots)):
        return None
    return row.concept


def _form_rule(name: str) -> str | None:
    if name in COUNTED:
        return "counted"
    return "forms" if codes.table("forms", "name")[name]["kind"] == "product" else None
