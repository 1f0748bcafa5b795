"""Silent misreadings: what says one thing alone and another beside other words, with no warning.

    python benchmarks/combinations.py [--texts 400] [--seed 1] [LANGUAGE ...]

Two kinds of texts are made of the corpus. Pieces: the words of an amount, a rhythm, a length, a reason, a maximum and
a route, of different texts, one behind the other in any order; all must say what each says behind the amount alone.
Pairs: two prescriptions with a sign or "and" between; each must be read as alone. For each language the shares that
agree, that differ with a warning, and that differ silently; then the silent ones, to be read by eye: not all are wrong.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from rx2fhir.corpus import Case, read_cases
from rx2fhir.entities import Entity
from rx2fhir.interpret import interpret
from rx2fhir.language import detected
from rx2fhir.prescription import Prescription
from rx2fhir.recognize.marked import read_marked
from rx2fhir.statement import DosageInstruction
from rx2fhir.wording.facts import facts
from rx2fhir.wording.words import words_of

CORPUS = Path(__file__).resolve().parents[1] / "fixtures" / "corpus"
LONGEST = 110
"""Characters of a corpus text that is used."""
KINDS = {
    "maxDose": "maximum",
    "dose": "amount",
    "bounds": "length",
    "asNeeded": "reason",
    "frequency": "rhythm",
    "when": "rhythm",
    "route": "route",
}
"""What an element of the evidence holds -> the kind of piece; the first that fits counts."""
SOMETIMES = ("length", "reason", "maximum", "route")
JOINTS = ("; ", ", ", ". ", " + ", " / ", "\n")
Facts = dict[str, object]
Made = tuple[str, tuple[Entity, ...], object]
"""A text, its entities, and what it should say."""


def main() -> None:
    """Print the shares of each language, then what differs silently."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("languages", nargs="*", default=detected())
    parser.add_argument("--texts", type=int, default=400, help="of each kind and language")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    silent: list[str] = []
    print(f"{'language':10}{'kind':8}{'texts':>7}{'agree':>8}{'warned':>8}{'silent':>8}")
    for language in options.languages:
        cases = [case for case in read_cases(CORPUS / language) if case.means != "unread" and len(case.text) < LONGEST]
        for kind, made in (("pieces", pieces), ("pairs", pairs)):
            chance = random.Random(options.seed)
            found = Counter(compare(*text, language, silent) for text in made(cases, language, options.texts, chance))
            shares = "".join(f"{found[name] / max(found.total(), 1):8.3f}" for name in ("agree", "warned", "silent"))
            print(f"{language:10}{kind:8}{found.total():7}{shares}", flush=True)
    print(*silent, sep="\n")


def compare(text: str, entities: tuple[Entity, ...], wanted: object, language: str, silent: list[str]) -> str:
    """How a text is read beside what it should say."""
    rx = interpret(text, entities, language)
    got = said(rx) if isinstance(wanted, list) else alone(rx)
    if got == wanted:
        return "agree"
    if is_warned(rx):
        return "warned"
    silent.append(f"{language} {text!r}\n    wanted {wanted}\n    got    {got}")
    return "silent"


def said(rx: Prescription) -> list[object]:
    """The facts of all dosages, statement by statement."""
    return [(part.status, [sorted(dosage(one).items(), key=str) for one in part.dosages]) for part in rx.statements]


def alone(rx: Prescription) -> Facts | None:
    """The facts of the only dosage; None where there are more or none."""
    found = [one for statement in rx.statements for one in statement.dosages]
    return dosage(found[0]) if len(found) == 1 else None


def dosage(one: DosageInstruction) -> Facts:
    """What a dosage says, timing by its fields; without instructions, whose words may end elsewhere."""
    found = facts(one)
    timing = found.pop("timing")
    del found["additional_instructions"]
    if timing is not None:
        found |= {f"timing.{field.name}": getattr(timing, field.name) for field in fields(timing)}  # type: ignore[arg-type]
    return {name: value for name, value in found.items() if value not in (None, False, (), [])}


def is_warned(rx: Prescription) -> bool:
    return any(issue.severity != "information" for issue in rx.issues)


def is_clear(rx: Prescription) -> bool:
    """One active statement with dosages, and no doubt."""
    active = [part for part in rx.statements if part.status == "active" and part.dosages]
    return len(active) == len(rx.statements) == 1 and not is_warned(rx)


def pairs(cases: list[Case], language: str, most: int, chance: random.Random) -> Iterator[Made]:
    """Two prescriptions with one drug each that are read without a doubt, with a joint between."""
    drugs = [case.text for case in cases if case.text.startswith("[DRUG") and case.text.count("[DRUG") == 1]
    clear = {text: rx for text in drugs if "\n" not in text and is_clear(rx := interpret(*read_marked(text), language))}
    for _ in range(most if len(clear) > 1 else 0):
        one, two = chance.sample(sorted(clear), 2)
        joint = chance.choice((*JOINTS, f" {words_of(language).frame.phrases['and']} "))
        text, entities = read_marked(one.rstrip(".") + joint + two)
        yield text, tuple(entities), said(clear[one]) + said(clear[two])


def pieces(cases: list[Case], language: str, most: int, chance: random.Random) -> Iterator[Made]:
    """An amount, a rhythm and some more, each as a corpus text words it, in any order."""
    words = _pieces(cases, language)
    for _ in range(most if {"amount", "rhythm"} <= words.keys() else 0):
        more = [kind for kind in SOMETIMES if kind in words and chance.random() < 0.4]
        parts = {kind: chance.choice(words[kind]) for kind in ("amount", "rhythm", *more)}
        wanted = _union(parts, language)
        order = list(parts.values())
        if chance.random() < 0.5:
            chance.shuffle(order)
        if wanted is not None:
            yield chance.choice((" ", " ", ", ")).join(order), (), wanted


def _pieces(cases: list[Case], language: str) -> dict[str, list[str]]:
    """The words that gave one fact, by kind, of the texts with one dosage that are read without a doubt."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for case in cases:
        rx = interpret(*read_marked(case.text), language)
        if is_clear(rx) and len(rx.statements[0].dosages) == 1:
            for span, kind in _kinds(rx.statements[0].dosages[0]).items():
                found[kind].add(rx.text[slice(*span)].strip(" ,.;"))
    return {kind: sorted(word for word in words if word and "\n" not in word) for kind, words in found.items()}


def _kinds(one: DosageInstruction) -> dict[tuple[int, int], str]:
    """The kind of each span of the evidence; a dose of no unit is no piece, since others may lend it theirs."""
    found = {}
    for proof in one.evidence:
        kind = next((kind for name, kind in KINDS.items() if name in proof.element), None)
        if kind and not (kind == "amount" and getattr(one.dose, "unit", None) is None):
            found.setdefault((proof.start, proof.end), kind)
    return found


def _union(parts: dict[str, str], language: str) -> Facts | None:
    """What each part says behind the amount, together; None where one is doubtful or changes what another says."""
    wanted, amount = dict[str, object](), dict[str, object]()
    for kind, words in parts.items():
        rx = interpret(words if kind == "amount" else f"{parts['amount']} {words}", (), language)
        told = alone(rx)
        if told is None or is_warned(rx) or any(wanted.get(name, value) != value for name, value in told.items()):
            return None
        amount = told if kind == "amount" else amount
        if any(told.get(name) != value for name, value in amount.items()):
            return None
        wanted |= told
    return wanted


if __name__ == "__main__":
    main()
