"""Every element of the FHIR output is explained by words and a rule; every word is read, noise or in an issue."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from corpus import Case, cases
from rx2fhir.codes import mappings_dir
from rx2fhir.interpret import interpret
from rx2fhir.prescription import Prescription
from rx2fhir.recognize.marked import read_marked

SAMPLE = list(islice(cases(), 0, None, 40))
"""One text in forty, of every language."""

GIVEN = re.compile(r"resourceType|id|status|intent|contained|subject|dosage\[\d\]\.(text|sequence|timing\.code)")
"""What FHIR needs or what follows from other elements; no words of the text stand for it."""

CHOICE = re.compile(
    r"(medication|dose|rate|bounds|asNeeded)(CodeableConcept|Reference|Quantity|Range|Ratio|Boolean|Duration|Period)"
)
LISTED = re.compile(r"(doseAndRate|ingredient)\[0\]")
SAME = {
    "asNeeded": "asNeededFor",
    "frequencyMax": "frequency",
    "countMax": "count",
    "periodMax": "period",
    "durationMax": "duration",
    "durationUnit": "duration",
}


def read(text: str, language: str) -> Prescription:
    bare, entities = read_marked(text)
    return interpret(bare, entities, language)


def elements(value: Any, path: str = "") -> Iterator[str]:
    """The FHIRPath of every element of the resource down to those that evidence names."""
    for name, part in value.items():
        here = f"{path}{CHOICE.sub(lambda found: found[1], name)}"
        if name in ("timing", "repeat"):
            yield from elements(part, f"{here}.")
        elif name in ("dosage", "doseAndRate"):
            for at, one in enumerate(part):
                yield from elements(one, f"{here}[{at}].")
        elif name == "additionalInstruction":
            yield from (f"{here}[{at}]" for at in range(len(part)))
        else:
            yield LISTED.sub(r"\1", here)


@pytest.mark.parametrize("case", SAMPLE, ids=[case.name for case in SAMPLE])
def test_every_element_has_words_and_a_rule(case: Case) -> None:
    rx = read(case.text, case.language)
    for number, resource in enumerate(rx.to_dicts()):
        told = {fact.path for fact in rx.explanations if fact.resource == number}
        for path in elements(resource):
            stem, _, name = path.rpartition(".")
            same = f"{stem}.{SAME.get(name, name)}"
            assert GIVEN.fullmatch(path) or {path, same} & told or path == "medication", (path, told)


@pytest.mark.parametrize("case", SAMPLE, ids=[case.name for case in SAMPLE])
def test_rules_are_lines_of_packs(case: Case) -> None:
    for fact in read(case.text, case.language).explanations:
        file, _, line = fact.rule.partition(":")
        assert file in ("grammar", "model") or 0 < int(line) <= len(_lines(file))
        assert fact.text.strip()


def _lines(file: str) -> list[str]:
    return Path(mappings_dir(), file).read_text(encoding="utf-8").splitlines()


def test_the_medication_is_explained_by_the_model_with_its_score() -> None:
    rx = read("[DRUG zorkane] 500 mg film-coated tablets: 1 tablet twice daily", "en")
    told = {fact.path: (fact.text, fact.rule, fact.score) for fact in rx.explanations}
    assert told["medication"] == ("zorkane", "model", 1.0)
    assert told["medication.ingredient.strength"][0] == "500 mg"
    assert told["medication.form"][0] == "film-coated tablets"


def test_a_status_is_explained_by_its_word() -> None:
    rx = read("stop [DRUG zorkane]", "en")
    assert [(fact.path, fact.text) for fact in rx.explanations] == [("status", "stop"), ("medication", "zorkane")]


def test_each_of_two_events_has_its_own_words() -> None:
    rx = read("1 comprimé le matin et le soir", "fr")
    assert [fact.text for fact in rx.explanations if fact.path.endswith("when")] == ["le matin", "le soir"]
