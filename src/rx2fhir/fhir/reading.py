"""FHIR JSON of others back into values: quantities, ranges, timing. What is no such element gives None, never an error.

The same for R4 and R5: https://hl7.org/fhir/R4/datatypes.html.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Any

from rx2fhir.codes import table
from rx2fhir.fhir.bindings import UNITS_OF_TIME
from rx2fhir.fhir.element import Json
from rx2fhir.fhir.quantity import UCUM
from rx2fhir.fhir.timing import GTS, abbreviations
from rx2fhir.quantity import is_ucum
from rx2fhir.statement import Quantity, Range, Timing

_SPELT = {"mcg": "ug", "ml": "mL", "l": "L", "meq": "meq", "u": "unit"}
"""Units as records spell them, in lower case: FHIR's own R4 examples hold `mcg`, `ml`, `mEq`, and `U` for insulin."""


def part(element: Any, name: str) -> Json:
    """The element `name` of another one; of a list its first; empty where there is none."""
    value = element.get(name) if isinstance(element, dict) else None
    if isinstance(value, list):
        value = value[0] if value else None
    return value if isinstance(value, dict) else {}


def number(value: Any) -> Decimal | None:
    """A JSON number."""
    exact = isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)
    return Decimal(str(value)) if exact else None


def quantity(element: Json) -> Quantity | None:
    """A Quantity, its unit as rx2fhir writes it: the UCUM code, or a form's English word."""
    value = number(element.get("value"))
    return None if value is None else Quantity(value, _unit(element))


def amount(element: Json, name: str) -> Range | None:
    """The choice element `name`: its Range; its Quantity, or its Ratio as a quotient, as a range of one value."""
    one = quantity(part(element, f"{name}Quantity")) or ratio(part(element, f"{name}Ratio"))
    if one:
        return Range(one, one)
    ends = part(element, f"{name}Range")
    low, high = quantity(part(ends, "low")), quantity(part(ends, "high"))
    return Range(low, high) if low or high else None


def ratio(element: Json) -> Quantity | None:
    """A Ratio as an amount per one of its denominator's unit: 4 g per 2 d is 2 g/d."""
    above, below = quantity(part(element, "numerator")), quantity(part(element, "denominator"))
    if above is None or below is None or not below.value:
        return None
    return Quantity(above.value / below.value, f"{above.unit or ''}/{below.unit or ''}")


def timing(dosage: Json) -> Timing:
    """How often and when, out of Timing.repeat; of Timing.code alone, where it is one of FHIR's abbreviations."""
    repeat = part(part(dosage, "timing"), "repeat")
    if not repeat:
        return _abbreviated(part(dosage, "timing"))
    unit = repeat.get("periodUnit")
    return Timing(
        frequency=_whole(repeat.get("frequency")),
        frequency_max=_whole(repeat.get("frequencyMax")),
        period=number(repeat.get("period")),
        period_max=number(repeat.get("periodMax")),
        period_unit=unit if unit in UNITS_OF_TIME else None,
        when=_codes(repeat.get("when")),
        time_of_day=_codes(repeat.get("timeOfDay")),
        day_of_week=_codes(repeat.get("dayOfWeek")),
        count=_whole(repeat.get("count")),
    )


def _abbreviated(timing: Json) -> Timing:
    codings = part(timing, "code").get("coding")
    for coding in codings if isinstance(codings, list) else []:
        if isinstance(coding, dict) and coding.get("system") == GTS:
            found = [value for value, code in abbreviations().items() if code == coding.get("code")]
            return found[0] if found else Timing()
    return Timing()


def _whole(value: Any) -> int | None:
    return value if type(value) is int else None


def _codes(value: Any) -> tuple[str, ...]:
    return tuple(code for code in value if isinstance(code, str)) if isinstance(value, list) else ()


def _unit(element: Json) -> str | None:
    code, unit = element.get("code"), element.get("unit")
    if isinstance(code, str) and is_ucum(code) and element.get("system", UCUM) == UCUM:
        return code
    word = code if isinstance(code, str) else unit
    known = _SPELT | _forms()
    return known.get(word.lower(), word.lower()) if isinstance(word, str) else None


@cache
def _forms() -> dict[str, str]:
    """Our words for forms by the codes of v3-orderableDrugForm, in lower case: `TAB` is a tablet."""
    rows = table("forms", "name").values()
    return {row["orderable_form"].lower(): row["name"] for row in rows if row["orderable_form"]}
