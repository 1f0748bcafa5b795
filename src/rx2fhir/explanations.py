"""For each element of the FHIR output its words, and the row of a pack, the grammar or the model that read them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rx2fhir.statement import Evidence, Statement


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why an element stands in a resource.

    resource: its number in the output, from 0. path: FHIRPath of the element in it; `medication.form` and
    `medication.ingredient.strength` stand in the contained Medication, and `asNeededFor` is R4's `asNeeded`.
    start, end: code points of the text, whose slice is `text`. rule: file and line of a language pack
    (`fr/frequency.yaml:12`), a part of the grammar (`grammar:amount`), or `model`. score: the model's, from 0 to 1;
    None where a rule read it.
    """

    resource: int
    path: str
    start: int
    end: int
    text: str
    rule: str
    score: float | None = None


def explanations(text: str, statements: Sequence[Statement]) -> Iterator[Explanation]:
    """The explanations of all resources: the medication's, then those of each dosage in text order."""
    for number, statement in enumerate(statements):
        for fact in statement.evidence:
            yield _explanation(text, number, "", fact)
        for at, dosage in enumerate(statement.dosages):
            for fact in dosage.evidence:
                yield _explanation(text, number, f"dosage[{at}].", fact)


def _explanation(text: str, number: int, prefix: str, fact: Evidence) -> Explanation:
    words = text[fact.start : fact.end]
    return Explanation(number, prefix + fact.element, fact.start, fact.end, words, fact.rule, fact.score)
