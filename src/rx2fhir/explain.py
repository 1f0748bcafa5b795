"""Shows how a text was read: its entities in colour, and the words and the rule that gave each fact."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from rx2fhir.entities import Entity, Label
from rx2fhir.prescription import Prescription

COLOURS: dict[Label, str] = {
    "DRUG": "bold magenta",
    "STRENGTH": "cyan",
    "DOSAGE": "green",
    "FORM": "blue",
    "FREQUENCY": "yellow",
    "DURATION": "red",
}


def explanation(rx: Prescription) -> Iterator[RenderableType]:
    """What to print, part by part: the coloured text, its entities, what explains each element, and the coverage."""
    yield _coloured(rx)
    yield _entities(rx.entities)
    if rx.explanations:
        yield _elements(rx)
    yield f"coverage {rx.coverage:.2f}"


def _coloured(rx: Prescription) -> Text:
    text = Text(printable(rx.text))
    for entity in rx.entities:
        text.stylize(COLOURS[entity.label], entity.start, entity.end)
    return text


def _entities(entities: tuple[Entity, ...]) -> Table:
    table = Table("entity", "words", "span", "score", title="entities", title_justify="left")
    for entity in entities:
        label = Text(entity.label, COLOURS[entity.label])
        table.add_row(label, Text(printable(entity.text)), f"{entity.start}:{entity.end}", f"{entity.score:.2f}")
    return table


def _elements(rx: Prescription) -> Table:
    """One row for all elements that were read from the same words; `(noise)` are words that carry no fact."""
    table = Table("words", "span", "rule", title="elements", title_justify="left")
    table.add_column("element", overflow="fold")
    rows: dict[tuple[int, int, str], list[str]] = {}
    for fact in rx.explanations:
        rule = fact.rule if fact.score is None else f"{fact.rule} {fact.score:.2f}"
        path = f"{fact.resource}: {fact.path}" if len(rx.statements) > 1 else fact.path
        rows.setdefault((fact.start, fact.end, rule), []).append(path)
    rows |= {(mark.start, mark.end, mark.rule): ["(noise)"] for mark in rx.noise}
    for (start, end, rule), paths in sorted(rows.items()):
        table.add_row(Text(printable(rx.text[start:end])), f"{start}:{end}", Text(rule), Text("\n".join(paths)))
    return table


def printable(text: str) -> str:
    """`text` with every character that could steer a terminal replaced, one for one."""
    return "".join(char if char.isprintable() or char == "\n" else "\ufffd" for char in text)
