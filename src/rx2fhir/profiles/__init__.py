"""Resources in the subset of a profile: table-driven, over the same output as without one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rx2fhir import fhir
from rx2fhir.errors import InvalidResource, UsageError
from rx2fhir.fhir.element import Json, unknown
from rx2fhir.fhir.rendered import RENDERED
from rx2fhir.profiles.dosages import fitted, issues, rendered
from rx2fhir.profiles.profile import Profile, load_profile, profiles
from rx2fhir.statement import Issue, Statement

__all__ = ["profile_issues", "profiles", "to_dicts"]


def to_dicts(statements: Sequence[Statement], name: str, **options: Any) -> list[Json]:
    """`fhir.to_dicts` in a profile. options: those of `fhir.to_dicts`.

    Raises UsageError for a release or resource that the profile is not for, and InvalidResource as `fhir.to_dicts`.
    """
    profile = load_profile(name)
    for option, choices in (("release", profile.releases), ("resource", profile.resources)):
        default = {"release": "R4", "resource": "MedicationStatement"}[option]
        if options.get(option, default) not in choices:
            raise UsageError(f"profile {name} is for {option} {', '.join(choices)} alone")
    if profile.medication:
        options["medication"] = profile.medication
    parts = [fitted(statement, profile) for statement in statements]
    made = zip(parts, fhir.to_dicts(parts, **options), strict=True)
    return [_checked(_shaped(resource, part, profile)) for part, resource in made]


def profile_issues(statements: Sequence[Statement], name: str) -> Iterator[Issue]:
    """What a profile cannot say, an issue for each dosage that is written as text."""
    return issues(statements, load_profile(name))


def _shaped(resource: Json, statement: Statement, profile: Profile) -> Json:
    """The resource with what only the profile asks for."""
    for name in profile.unknown:
        resource.setdefault(name, unknown())
    if profile.units is not None:
        _code_units(resource, profile)
    if profile.canonical:
        return {"resourceType": resource.pop("resourceType"), "meta": {"profile": [profile.canonical]}, **resource}
    return _with_text(resource, statement, profile.language) if profile.language else resource


def _with_text(resource: Json, statement: Statement, language: str) -> Json:
    """A structure without the source's text, and the text that is made of it beside it."""
    parts = [part for part in resource.get(_element(resource), ()) if part.keys() - {"text"}]
    if not parts:
        return resource
    for part in parts:
        part.pop("text", None)
        part.get("timing", {}).pop("code", None)
    kind = resource.pop("resourceType")
    told = {"url": RENDERED.format(type=kind), "valueMarkdown": rendered(statement.dosages, language)}
    return {"resourceType": kind, "extension": [told], **resource}


def _code_units(resource: Json, profile: Profile) -> None:
    for dosage in resource.get(_element(resource), ()):
        doses = [part.get("doseQuantity") for part in dosage.get("doseAndRate", ())]
        for quantity in (*doses, dosage.get("maxDosePerPeriod", {}).get("numerator")):
            if quantity and quantity.get("unit") in (profile.units or {}):
                code, unit = (profile.units or {})[quantity["unit"]]
                quantity |= {"unit": unit, "system": profile.unit_system, "code": code}


def _element(resource: Json) -> str:
    return "dosageInstruction" if resource["resourceType"] == "MedicationRequest" else "dosage"


def _checked(resource: Json) -> Json:
    if problems := fhir.check(resource, "R4"):
        raise InvalidResource("; ".join(problems))
    return resource
