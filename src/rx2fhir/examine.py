"""Looks over what was read: is it plausible, complete, agreed on, and written so that nobody misreads it?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from rx2fhir.completeness import completeness_issues
from rx2fhir.contradictions import contradiction_issues
from rx2fhir.disagreement import stage_issues
from rx2fhir.entities import Entity
from rx2fhir.error_prone import error_prone_issues
from rx2fhir.plausibility import plausibility_issues
from rx2fhir.prescription import Prescription


def examine(rx: Prescription, proposed: Sequence[Entity] = (), today: date | None = None) -> Prescription:
    """The prescription with the issues of its statements and of its wording, all in text order.

    proposed: the entities of stage 1. today: what "past" is counted from.
    """
    found = [
        *plausibility_issues(rx.statements),
        *contradiction_issues(rx.statements),
        *stage_issues(rx.text, rx.statements, proposed),
        *completeness_issues(rx.text, rx.statements, today or date.today()),
        *error_prone_issues(rx.text, str(rx.language)),
    ]
    if not found:
        return rx
    return replace(rx, issues=tuple(sorted((*rx.issues, *found), key=lambda issue: issue.start)))
