"""Where two Dosages differ: the one that was read from the text, and the one that a record holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from rx2fhir.fhir import reading
from rx2fhir.fhir.element import Json
from rx2fhir.fhir.reading import part
from rx2fhir.quantity import is_ucum, same_amount
from rx2fhir.statement import Quantity, Range
from rx2fhir.statement.intakes import intakes_per_day

Kind = Literal["disagree", "not-comparable", "text-only", "structure-only"]

KINDS: tuple[Kind, ...] = ("disagree", "not-comparable", "text-only", "structure-only")

STRUCTURE = frozenset(
    (
        *("timing", "asNeededBoolean", "asNeededCodeableConcept", "asNeeded", "asNeededFor", "site", "route", "method"),
        *("doseAndRate", "maxDosePerPeriod", "maxDosePerAdministration", "maxDosePerLifetime"),
    )
)
"""The elements of a Dosage, in R4 or R5, that make it more than text."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One fact on which text and structure are not the same.

    kind: "disagree"; "not-comparable", as mg and tablets; or only one of them says it. element: FHIRPath in the Dosage,
    as in R4. text, structure: what each says, empty where it says nothing.
    """

    kind: Kind
    element: str
    text: str
    structure: str


def differences(text: Json, structure: Json) -> Iterator[Difference]:
    """Fact for fact, the differences of two Dosages, each R4 or R5.

    Amounts are compared in one unit (500 mg is 0.5 g), rhythms as intakes a day (every 8 hours is 3 times a day).
    """
    for element, fact in _FACTS.items():
        ours, theirs = fact.read(text), fact.read(structure)
        if ours is None and theirs in (None, False):  # "not as needed" goes without saying
            continue
        kind = _kind(ours, theirs, fact.same)
        if kind:
            yield Difference(kind, element, fact.words(ours), fact.words(theirs))


def said(dosage: Json) -> set[str]:
    """The facts that a Dosage states, of those that are compared; "not as needed" goes without saying."""
    return {element for element, fact in _FACTS.items() if fact.read(dosage) not in (None, False)}


def _kind(ours: Any, theirs: Any, same: Callable[[Any, Any], bool | None]) -> Kind | None:
    if theirs is None:
        return "text-only"
    if ours is None:
        return "structure-only"
    agrees = same(ours, theirs)
    if agrees is None:
        return "not-comparable"
    return None if agrees else "disagree"


def _same_range(a: Range, b: Range) -> bool | None:
    ends = [(x, y) for x, y in ((a.low, b.low), (a.high, b.high)) if x or y]
    if not all(x and y for x, y in ends):
        return False
    pairs = [(x, y) for x, y in ends if x and y]
    if all(_comparable(x, y) for x, y in pairs):
        return all(same_amount(x, y) for x, y in pairs)
    return None


def _comparable(a: Quantity, b: Quantity) -> bool:
    """A mass and a count of tablets are not, nor 5 mg and 1 mL; two words for one form, or a count without, may be."""
    if a.unit == b.unit:
        return True
    if not (a.unit and b.unit and is_ucum(a.unit) and is_ucum(b.unit)):
        return False
    return same_amount(Quantity(Decimal(0), a.unit), Quantity(Decimal(0), b.unit))


def _same_rhythm(a: tuple[Decimal, Decimal], b: tuple[Decimal, Decimal]) -> bool:
    return all(abs(x - y) < Decimal("0.0001") for x, y in zip(a, b, strict=True))


def _same_codes(a: frozenset[str], b: frozenset[str]) -> bool | None:
    """Codes of one system can be compared; of different systems they cannot."""
    if a & b:
        return True
    return False if {code.split("|")[0] for code in a} & {code.split("|")[0] for code in b} else None


def _same_bounds(a: tuple[str, Any], b: tuple[str, Any]) -> bool | None:
    """A length and dates are not compared: the day on which the length begins is not known."""
    if a[0] != b[0]:
        return None
    return _same_range(a[1], b[1]) if a[0] == "length" else bool(a[1] == b[1])


def _dose_part(name: str) -> Callable[[Json], Range | None]:
    return lambda dosage: reading.amount(part(dosage, "doseAndRate"), name)


def _repeated(name: str) -> Callable[[Json], frozenset[str] | None]:
    return lambda dosage: frozenset(getattr(reading.timing(dosage), name)) or None


def _coded(name: str) -> Callable[[Json], frozenset[str] | None]:
    def read(dosage: Json) -> frozenset[str] | None:
        codings = part(dosage, name).get("coding")
        found = [one for one in codings if isinstance(one, dict)] if isinstance(codings, list) else []
        return frozenset(f"{one.get('system')}|{one.get('code')}" for one in found) or None

    return read


def _bounds(dosage: Json) -> tuple[str, Any] | None:
    repeat = part(part(dosage, "timing"), "repeat")
    length = part(repeat, "boundsDuration"), part(repeat, "boundsRange")
    known = reading.amount({"boundsQuantity": length[0], "boundsRange": length[1]}, "bounds")
    if known:
        return "length", known
    dates = part(repeat, "boundsPeriod")
    ends = tuple(str(dates.get(name, ""))[:10] for name in ("start", "end"))
    return ("dates", ends) if any(ends) else None


def _as_needed(dosage: Json) -> bool | None:
    if part(dosage, "asNeededCodeableConcept") or dosage.get("asNeededFor"):
        return True
    said = dosage.get("asNeededBoolean", dosage.get("asNeeded"))
    return said if isinstance(said, bool) else None


def _most(dosage: Json) -> Range | None:
    most = reading.ratio(part(dosage, "maxDosePerPeriod"))
    return Range(most, most) if most else None


def _equal(a: object, b: object) -> bool:
    return a == b


def _plain(value: Decimal) -> str:
    return f"{round(value, 6).normalize():f}"


def _range_words(value: Range | None) -> str:
    if value is None:
        return ""
    ends = [_plain(end.value) if end else "" for end in (value.low, value.high)]
    unit = next((end.unit for end in (value.high, value.low) if end and end.unit), "")
    return f"{ends[0] if value.low == value.high else '-'.join(ends)} {unit}".strip()


def _rhythm_words(value: tuple[Decimal, Decimal] | None) -> str:
    return "" if value is None else f"{'-'.join(dict.fromkeys(map(_plain, value)))} a day"


def _code_words(value: frozenset[str] | None) -> str:
    return " ".join(sorted(value or ()))


def _bound_words(value: tuple[str, Any] | None) -> str:
    if value is None:
        return ""
    return _range_words(value[1]) if value[0] == "length" else " to ".join(value[1])


def _word(value: object) -> str:
    return "" if value is None else str(value).lower()


@dataclass(frozen=True, slots=True)
class _Fact:
    """How a fact is read out of a Dosage, compared (None: it cannot be), and put in words."""

    read: Callable[[Json], Any]
    same: Callable[[Any, Any], bool | None]
    words: Callable[[Any], str]


_FACTS = {
    "doseAndRate.dose": _Fact(_dose_part("dose"), _same_range, _range_words),
    "doseAndRate.rate": _Fact(_dose_part("rate"), _same_range, _range_words),
    "timing.repeat.frequency": _Fact(
        lambda dosage: intakes_per_day(reading.timing(dosage)), _same_rhythm, _rhythm_words
    ),
    "timing.repeat.when": _Fact(_repeated("when"), _equal, _code_words),
    "timing.repeat.timeOfDay": _Fact(_repeated("time_of_day"), _equal, _code_words),
    "timing.repeat.dayOfWeek": _Fact(_repeated("day_of_week"), _equal, _code_words),
    "timing.repeat.bounds": _Fact(_bounds, _same_bounds, _bound_words),
    "timing.repeat.count": _Fact(lambda dosage: reading.timing(dosage).count, _equal, _word),
    "asNeeded": _Fact(_as_needed, _equal, _word),
    "route": _Fact(_coded("route"), _same_codes, _code_words),
    "site": _Fact(_coded("site"), _same_codes, _code_words),
    "maxDosePerPeriod": _Fact(_most, _same_range, _range_words),
}
