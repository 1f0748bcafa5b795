"""Two names of one product: ingredient and brand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rx2fhir.group.segment import Drug
from rx2fhir.normalize.item import Item
from rx2fhir.normalize.number import is_column
from rx2fhir.normalize.reader import Reader
from rx2fhir.normalize.values import Measure

_LEAST = 10
"""A bare number from here on is rather a strength than a count."""

_COLUMN_SIGNS = frozenset("|;")


def merge_aliases(reader: Reader, items: Sequence[Item], drugs: Sequence[Drug]) -> list[Drug]:
    """`Budesonide (Pulmicort)`: a name in brackets behind a name, or behind its strength, is the same product.

    So is the name in the next column of the line, "Metoprolol | Beloc-Zok | 47,5 mg", unless both have a strength.
    """
    merged: list[Drug] = []
    for drug in drugs:
        last = merged[-1] if merged else None
        if last and (_is_bracketed(reader, items, last, drug) or _is_beside(reader, items, last, drug)):
            merged[-1] = replace(last, alias=(drug.first, drug.last))
        else:
            merged.append(drug)
    return merged


def _is_bracketed(reader: Reader, items: Sequence[Item], one: Drug, two: Drug) -> bool:
    same = _is_same(reader, one, two) or _only_product(items, one, two) or _has_amount(items, two)
    return same and _in_brackets(reader, two)


def _is_beside(reader: Reader, items: Sequence[Item], one: Drug, two: Drug) -> bool:
    """In the next column, with nothing but the product of the first name between, of one strength at most."""
    tokens = reader.tokens
    apart = tokens[two.first - 1].text in _COLUMN_SIGNS or is_column(reader, two.first)
    if _is_listed(reader, items, one, two):
        return False
    if not apart or reader.line(one.first) != reader.line(two.first) or not _only_product(items, one, two):
        return False
    read = {at for item in items for at in range(item.first, item.last)}
    between = [at for at in range(one.last, two.first) if tokens[at].text.isalnum() and at not in read]
    measured = [item for item in items if one.last <= item.first < two.first and _measures(item)]
    behind = next((item for item in items if item.first >= two.last), None)
    return not between and not (measured and behind is not None and behind.first <= two.last + 1 and _measures(behind))


def _is_listed(reader: Reader, items: Sequence[Item], one: Drug, two: Drug) -> bool:
    """`Stop aspirin; clopidogrel 75 mg daily`: behind a word that stops the first a semicolon parts two drugs."""
    line = reader.line(one.first)
    told = any(item.kind == "status" and item.last <= one.first and reader.line(item.first) == line for item in items)
    return told and reader.tokens[two.first - 1].text == ";"


def _measures(item: Item) -> bool:
    return item.kind == "strength" or _is_measure(item)


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
    dose = item.facts.get("dose")
    return isinstance(dose, Measure) and (dose.kind == "measure" or (dose.kind == "none" and dose.count.low >= _LEAST))
