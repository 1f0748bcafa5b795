"""The result of reading one text."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from rx2fhir import fhir, profiles
from rx2fhir.confidence import confidence
from rx2fhir.coverage import coverage
from rx2fhir.entities import Entity
from rx2fhir.explanations import Explanation, explanations
from rx2fhir.statement import Evidence, Issue, Statement


@dataclass(frozen=True, slots=True)
class Prescription:
    """What a text prescribes, and what of it was not understood.

    text: the text, unchanged. language: ISO 639-1, None where the text has no word of any language.
    entities, statements: in text order. issues: in text order; nothing was guessed where there is one.
    noise: the words that are known to carry no fact, with the rule that knows them.
    """

    text: str
    language: str | None
    entities: tuple[Entity, ...]
    statements: tuple[Statement, ...]
    issues: tuple[Issue, ...]
    noise: tuple[Evidence, ...] = ()

    @property
    def coverage(self) -> float:
        """The share of the letters and digits of `text` that are read or known to be no dosage, from 0 to 1."""
        return coverage(self.text, self.statements, self.noise)

    @property
    def confidences(self) -> tuple[float, ...]:
        """For each statement the probability that all its doses and times are right; see docs/confidence.md."""
        covered = self.coverage
        return tuple(confidence(statement, self.issues, covered) for statement in self.statements)

    @property
    def explanations(self) -> tuple[Explanation, ...]:
        """For each FHIR element its words, and the row of a pack, the grammar or the model that read them."""
        return tuple(explanations(self.text, self.statements))

    def to_dicts(
        self,
        release: str = "R4",
        resource: str = "MedicationStatement",
        subject: str | None = None,
        medication: str = "contained",
        authored_on: str | None = None,
        requester: str | None = None,
        status: str = "active",
        profile: str | None = None,
    ) -> list[dict[str, Any]]:
        """One FHIR resource a statement, as plain JSON-ready dicts: the fast path.

        release: "R4" or "R5"; resource: "MedicationStatement" or "MedicationRequest"; subject: a reference
        ("Patient/1"); medication: "contained" or "concept" (one CodeableConcept, no contained Medication).
        authored_on ("2025-03-15", or a time with its zone), requester (a reference): of a MedicationRequest alone.
        status: of the statements that the text calls neither stopped, paused nor past: "active", "intended",
        "completed" or "unknown".
        profile: "dgmp", "us-core" or "ch-emed" (docs/profiles.md); `profile_issues` tells what one cannot say.
        Raises UsageError for any other.
        """
        options: dict[str, Any] = {
            "release": release,
            "resource": resource,
            "subject": subject,
            "medication": medication,
            "authored_on": authored_on,
            "requester": requester,
            "status": status,
        }
        if profile is not None:
            return profiles.to_dicts(self.statements, profile, **options)
        return fhir.to_dicts(self.statements, **options)

    def profile_issues(self, profile: str) -> tuple[Issue, ...]:
        """What a profile cannot say: an issue for each dosage that is written as text. UsageError for another name."""
        return tuple(profiles.profile_issues(self.statements, profile))

    def noting(self, profile: str | None) -> Prescription:
        """The same with the issues of a profile among its own; None is no profile."""
        if profile is None:
            return self
        found = (*self.issues, *self.profile_issues(profile))
        return replace(self, issues=tuple(sorted(found, key=lambda issue: issue.start)))

    def to_fhir(
        self,
        release: str = "R4",
        resource: str = "MedicationStatement",
        subject: str | None = None,
        medication: str = "contained",
        authored_on: str | None = None,
        requester: str | None = None,
        status: str = "active",
    ) -> list[Any]:
        """The same as models of fhir.resources (R4: `fhir.resources.R4B`, which has the same fields)."""
        return fhir.to_models(
            self.statements,
            release=release,
            resource=resource,
            subject=subject,
            medication=medication,
            authored_on=authored_on,
            requester=requester,
            status=status,
        )
