"""What the text of one Dosage says: the Dosages that it stands for, or why it is left as text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from rx2fhir import Parser, Prescription
from rx2fhir.fhir.differences import Difference, differences
from rx2fhir.fhir.element import Json
from rx2fhir.statement import Evidence, Issue

Span = tuple[int, int]

_CACHED = 20_000


@dataclass(frozen=True, slots=True)
class Sig:
    """dosages: FHIR, by release; spans: for each of them the words of each of its elements, by the element's name.

    doubt: why the dosages must not be written into a record; None where they may. issues: the parser's.
    """

    dosages: dict[str, list[Json]]
    spans: list[dict[str, Span]]
    doubt: str | None
    issues: tuple[Issue, ...]

    def differences(self, structure: Json) -> list[Difference]:
        """Where the dosage of the text that is nearest to a structure differs from it."""
        found = [list(differences(dosage, structure)) for dosage in self.dosages["R4"]]
        return min(found, key=_distance, default=[])


def _distance(found: list[Difference]) -> tuple[int, int]:
    return sum(one.kind == "disagree" for one in found), len(found)


@dataclass
class Sigs:
    """Reads the texts of Dosages; the same texts come again and again, so what was read is kept for a while."""

    parser: Parser
    language: str | None = None
    known: dict[str, Sig] = field(default_factory=dict)

    def read(self, texts: Iterable[str]) -> list[Sig]:
        """One Sig a text, in order."""
        wanted = list(texts)
        if len(self.known) > _CACHED:
            self.known.clear()
        new = [text for text in dict.fromkeys(wanted) if text not in self.known]
        for rx in self.parser.parse_many(new, [self.language] * len(new)):
            self.known[rx.text] = _sig(rx)
        return [self.known[text] for text in wanted]


def _sig(rx: Prescription) -> Sig:
    statements = rx.statements
    one = len(statements) == 1 and statements[0].status == "active"
    dosages = {release: _dosages(rx, release) if one else [] for release in ("R4", "R5")}
    spans = [_spans(dosage.evidence) for dosage in statements[0].dosages] if one else []
    return Sig(dosages, spans, _doubt(rx, one), rx.issues)


def _dosages(rx: Prescription, release: str) -> list[Json]:
    [resource] = rx.to_dicts(release=release)
    return list(resource.get("dosage", []))


def _doubt(rx: Prescription, one: bool) -> str | None:
    """Half a structure is worse than none: who reads it does not look at the text any more."""
    if not rx.statements:
        return "nothing that it prescribes was read"
    if not one:
        return "it speaks of several medicines, or of one that is not taken"
    if not any(dosage.evidence for dosage in rx.statements[0].dosages):
        return "it has no dosage"
    doubts = [issue.code for issue in rx.issues if issue.severity != "information"]
    return f"it is doubtful: {', '.join(dict.fromkeys(doubts))}" if doubts else None


def _spans(evidence: tuple[Evidence, ...]) -> dict[str, Span]:
    """From the first to the last word of each element."""
    spans: dict[str, Span] = {}
    for fact in evidence:
        name = fact.element.split(".")[0]
        start, end = spans.get(name, (fact.start, fact.end))
        spans[name] = (min(start, fact.start), max(end, fact.end))
    return spans
