"""The medication of a statement: contained where the text gives strength or form, else its name alone.

https://hl7.org/fhir/R4/medication.html and https://hl7.org/fhir/R5/medication.html
"""

from __future__ import annotations

import re
from decimal import Decimal

from rx2fhir.codes import table
from rx2fhir.fhir.concept import codeable
from rx2fhir.fhir.element import Json, string, unknown
from rx2fhir.fhir.quantity import ratio
from rx2fhir.fhir.release import Release
from rx2fhir.statement import Coding, Form, Medication, Quantity, Ratio, Strength

ORDERABLE_FORM = "http://terminology.hl7.org/CodeSystem/v3-orderableDrugForm"

CONTAINED_ID = "med1"

_BETWEEN_INGREDIENTS = re.compile(r"\s*[/+]\s*")


def medication(value: Medication | None, release: Release) -> Json:
    """The fields of a resource that say which medication it is about.

    A text that names none gives a data-absent-reason: FHIR requires a medication, and none is invented.
    """
    if value is None:
        return release.medication_concept(unknown())
    if not value.strengths and value.form is None:
        return release.medication_concept(codeable(value.text, value.codings) or unknown())
    reference = {"reference": f"#{CONTAINED_ID}"}
    if display := string(value.text):
        reference["display"] = display
    return {"contained": [_contained(value, release)], **release.medication_reference(reference)}


def _contained(value: Medication, release: Release) -> Json:
    fields: Json = {"resourceType": "Medication", "id": CONTAINED_ID}
    if code := codeable(value.text, value.codings):
        fields["code"] = code
    if value.form is not None:
        fields.update(release.dose_form(_form(value.form)))
    if value.strengths:
        fields["ingredient"] = _ingredients(value, release)
    return fields


def _form(form: Form) -> Json:
    code = table("forms", "name").get(form.name, {}).get("orderable_form")
    codings = (Coding(ORDERABLE_FORM, code),) if code else ()
    return codeable(string(form.text) or form.name, codings)


def _ingredients(value: Medication, release: Release) -> list[Json]:
    names = _ingredient_names(value)
    return [
        release.ingredient(codeable(name) or unknown(), ratio(_strength(strength)))
        for name, strength in zip(names, value.strengths, strict=True)
    ]


def _ingredient_names(value: Medication) -> list[str | None]:
    """A name for each strength; under one brand with two strengths the text does not say which is whose."""
    names = _BETWEEN_INGREDIENTS.split(value.text or "")
    return list(names) if len(names) == len(value.strengths) else [None] * len(value.strengths)


def _strength(strength: Strength) -> Ratio:
    """`500 mg` is 500 mg per 1 of the product; the bare `500` of "doliprane 500" stays without a unit."""
    return Ratio(Quantity(strength.value, strength.unit or None), strength.per or Quantity(Decimal(1)))
