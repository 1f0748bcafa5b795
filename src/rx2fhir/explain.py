"""Shows how a text was read: its entities in colour, and the words and the rule that gave each fact."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from rx2fhir.entities import Entity, Label
from rx2fhir.prescription import Prescription
from rx2fhir.statement import Evidence, Statement

COLOURS: dict[Label, str] = {
    "DRUG": "bold magenta",
    "STRENGTH": "cyan",
    "DOSAGE": "green",
    "FORM": "blue",
    "FREQUENCY": "yellow",
    "DURATION": "red",
}


def explanation(rx: Prescription) -> Iterator[RenderableType]:
    """What to print, part by part: the coloured text, its entities, and the evidence of each statement."""
    yield _coloured(rx)
    yield _entities(rx.entities)
    for number, statement in enumerate(rx.statements, start=1):
        yield _evidence(number, statement, rx.text)


def _coloured(rx: Prescription) -> Text:
    text = Text(printable(rx.text))
    for entity in rx.entities:
        text.stylize(COLOURS[entity.label], entity.start, entity.end)
    return text


def _entities(entities: tuple[Entity, ...]) -> Table:
    table = Table("entity", "words", "span", "score", title="entities", title_justify="left")
    for entity in entities:
        label = Text(entity.label, COLOURS[entity.label])
        table.add_row(label, Text(printable(entity.text)), _span(entity), f"{entity.score:.2f}")
    return table


def _evidence(number: int, statement: Statement, text: str) -> Table:
    table = Table("element", "words", "span", "rule", title=f"statement {number}", title_justify="left")
    parts: list[tuple[str, tuple[Evidence, ...]]] = [("", statement.evidence)]
    parts += [(f"dosage[{at}].", dosage.evidence) for at, dosage in enumerate(statement.dosages)]
    for prefix, found in parts:
        for fact in found:
            words = Text(printable(text[fact.start : fact.end]))
            table.add_row(Text(prefix + fact.element), words, _span(fact), Text(fact.rule))
    return table


def _span(part: Entity | Evidence) -> Text:
    return Text(f"{part.start}:{part.end}")


def printable(text: str) -> str:
    """`text` with every character that could steer a terminal replaced, one for one."""
    return "".join(char if char.isprintable() or char == "\n" else "\ufffd" for char in text)
