"""Two names of one product: ingredient and brand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rx2fhir.group.segment import Drug
from rx2fhir.normalize.item import Item
from rx2fhir.normalize.reader import Reader


def merge_aliases(reader: Reader, items: Sequence[Item], drugs: Sequence[Drug]) -> list[Drug]:
    """`Budesonide (Pulmicort)`: a name in brackets behind a name, or behind its strength, is the same product."""
    merged: list[Drug] = []
    for drug in drugs:
        last = merged[-1] if merged else None
        same = last and (_is_same(reader, last, drug) or _only_product(items, last, drug) or _has_amount(items, drug))
        if last and same and _in_brackets(reader, drug):
            merged[-1] = replace(last, alias=(drug.first, drug.last))
        else:
            merged.append(drug)
    return merged


def _in_brackets(reader: Reader, drug: Drug) -> bool:
    after = [token.text for token in reader.tokens[drug.last : drug.last + 2] if token.text not in ("®", "™")]
    return drug.first > 0 and reader.tokens[drug.first - 1].text == "(" and after[:1] == [")"]


def _is_same(reader: Reader, one: Drug, two: Drug) -> bool:
    return reader.text[one.start : one.end].casefold() == reader.text[two.start : two.end].casefold()


def _only_product(items: Sequence[Item], one: Drug, two: Drug) -> bool:
    """Nothing but strengths and forms stands between the names."""
    between = [item for item in items if one.last <= item.first and item.last <= two.first]
    return all(item.kind in ("strength", "form") or _is_measure(item) for item in between)


def _has_amount(items: Sequence[Item], drug: Drug) -> bool:
    """`4 g (piperacillin)`: the ingredient that the amount before the bracket is of."""
    return any(item.last == drug.first - 1 and _is_measure(item) for item in items)


def _is_measure(item: Item) -> bool:
    return getattr(item.facts.get("dose"), "kind", None) == "measure"
