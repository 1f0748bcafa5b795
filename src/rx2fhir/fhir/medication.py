"""The medication of a statement: contained where the text gives strength or form, else its name alone.

https://hl7.org/fhir/R4/medication.html and https://hl7.org/fhir/R5/medication.html
"""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from rx2fhir.codes import table
from rx2fhir.fhir.concept import codeable
from rx2fhir.fhir.element import Json, string, unknown
from rx2fhir.fhir.quantity import number, ratio
from rx2fhir.fhir.release import Release
from rx2fhir.statement import Coding, Form, Ingredient, Medication, Quantity, Ratio, Strength

ORDERABLE_FORM = "http://terminology.hl7.org/CodeSystem/v3-orderableDrugForm"

CONTAINED_ID = "med1"

_BETWEEN_INGREDIENTS = re.compile(r"\s*[/+]\s*")


def medication_fields(value: Medication | None, release: Release, contained: bool) -> Json:
    """The fields of a resource that say which medication it is about.

    contained: strength and form go into a contained Medication; else all of it is one CodeableConcept.
    A text that names none gives a data-absent-reason: FHIR requires a medication, and none is invented.
    """
    if value is None:
        return release.medication_concept(unknown())
    if not contained or (not value.strengths and value.form is None):
        return release.medication_concept(codeable(_words(value), value.codings) or unknown())
    reference = {"reference": f"#{CONTAINED_ID}"}
    if display := string(value.text):
        reference["display"] = display
    return {"contained": [_contained(value, release)], **release.medication_reference(reference)}


def _words(value: Medication) -> str:
    """Name, strengths and form in one line: `Clamoxyl 250 mg/5 mL sirop`."""
    form = (value.form.text or value.form.name) if value.form else None
    parts = [value.text, "/".join(map(_strength_words, value.strengths)), form]
    return " ".join(part for part in parts if part)


def _strength_words(strength: Strength) -> str:
    words = f"{number(strength.value)} {strength.unit}".strip()
    return f"{words}/{number(strength.per.value)} {strength.per.unit or ''}".strip() if strength.per else words


def _contained(value: Medication, release: Release) -> Json:
    fields: Json = {"resourceType": "Medication", "id": CONTAINED_ID}
    if code := codeable(value.text, value.codings):
        fields["code"] = code
    if value.form is not None:
        fields.update(release.dose_form(_form(value.form)))
    if ingredients := _ingredients(value, release):
        fields["ingredient"] = ingredients
    return fields


def _form(form: Form) -> Json:
    code = table("forms", "name").get(form.name, {}).get("orderable_form")
    codings = (Coding(ORDERABLE_FORM, code),) if code else ()
    return codeable(string(form.text) or form.name, codings)


def _ingredients(value: Medication, release: Release) -> list[Json]:
    """Each strength with its ingredient; without strengths the ingredients of a combination alone."""
    if not value.strengths:
        several = value.ingredients if len(value.ingredients) > 1 else ()
        return [release.ingredient(_item(part), None) for part in several]
    items = _items(value)
    return [
        release.ingredient(item or unknown(), ratio(_strength(strength)))
        for item, strength in zip(items, value.strengths, strict=True)
    ]


def _items(value: Medication) -> list[Json]:
    """The ingredient of each strength; under one brand with two strengths the text does not say which is whose."""
    known = value.ingredients
    if len(known) == len(value.strengths) and (len(known) == 1 or all(part.text for part in known)):
        return [_item(replace(part, text=part.text or value.text)) for part in known]
    names = _BETWEEN_INGREDIENTS.split(value.text or "")
    named = len(names) == len(value.strengths) and len(known) < 2
    return [codeable(name) for name in names] if named else [{} for _ in value.strengths]


def _item(part: Ingredient) -> Json:
    return codeable(part.text, part.codings) or unknown()


def _strength(strength: Strength) -> Ratio:
    """`500 mg` is 500 mg per 1 of the product; the bare `500` of "doliprane 500" stays without a unit."""
    return Ratio(Quantity(strength.value, strength.unit or None), strength.per or Quantity(Decimal(1)))
