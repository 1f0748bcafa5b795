"""What a statement gives on a mean day: strength x dose x frequency, where the text says all of them."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from rx2fhir.statement import Amount, DosageInstruction, Medication, Quantity, Range, Ratio, Statement, Strength
from rx2fhir.statement.intakes import intakes_per_day

_MEASURES = frozenset("pg ng ug mg g umol mmol mol meq m[iU] [iU] k[iU] M[iU] [anti'Xa'U] [USP'U] uL mL L".split())
_COUNTED = frozenset((None, "tablet", "capsule", "puff", "inhalation", "suppository", "pessary", "sachet", "lozenge"))
"""Units of dose that one strength belongs to; a drop or a spoon of a product of 500 mg is none."""

_SHOTS = frozenset(("dose", "puff", "actuation", "inhalation"))
"""What an inhaler gives at one stroke: its strength "per dose" is per puff."""

Ends = tuple[Decimal, Decimal, str]


def daily_dose(statement: Statement) -> Range | None:
    """The least and most of a mean day, in a UCUM unit per day (`mg/d`); see `Statement.daily_dose`."""
    stages: dict[int | None, list[Ends | None]] = {}
    for dosage in statement.dosages:
        stages.setdefault(dosage.sequence, []).append(_of(dosage, statement.medication))
    sums = [_sum(parts) for parts in stages.values()]
    found = [part for part in sums if part]
    if not found or len(found) < len(sums) or len({unit for _, _, unit in found}) > 1:
        return None
    unit = f"{found[0][2]}/d"
    low, high = (_rounded(end) for end in (min(part[0] for part in found), max(part[1] for part in found)))
    return Range(Quantity(low, unit), Quantity(high, unit))


def _rounded(value: Decimal) -> Decimal:
    """To a millionth of a unit: a weekly dose has endless digits a day."""
    return Decimal(f"{round(value, 6).normalize():f}")


def _sum(parts: Iterable[Ends | None]) -> Ends | None:
    """What concurrent dosages give together; None where one of them does not say, or in another unit."""
    low, high, units = Decimal(0), Decimal(0), set()
    for part in parts:
        if part is None:
            return None
        low, high = low + part[0], high + part[1]
        units.add(part[2])
    return (low, high, units.pop()) if len(units) == 1 else None


def _of(dosage: DosageInstruction, drug: Medication | None) -> Ends | None:
    if dosage.dose is None:
        return _rate(dosage)
    times = intakes_per_day(dosage.timing)
    each = _substance(_ends(dosage.dose), drug)
    if times is None or each is None:
        return None
    least = Decimal(0) if dosage.as_needed else each[0] * times[0]
    return least, each[1] * times[1], each[2]


def _rate(dosage: DosageInstruction) -> Ends | None:
    """A rate that is said per day: 400 mg a day in two doses."""
    rate = dosage.rate
    if isinstance(rate, Ratio):
        rate = Quantity(rate.numerator.value, f"{rate.numerator.unit}/{rate.denominator.unit}")
    if rate is None:
        return None
    low, high, unit = _ends(rate)
    measure, _, per = (unit or "").partition("/")
    return (low, high, measure) if per == "d" and measure in _MEASURES else None


def _ends(amount: Amount) -> tuple[Decimal, Decimal, str | None]:
    """The least and most of an amount; nothing is the least of "up to 2"."""
    if isinstance(amount, Quantity):
        return amount.value, amount.value, amount.unit
    known = amount.high or amount.low or Quantity(Decimal(0))
    return amount.low.value if amount.low else Decimal(0), known.value, known.unit


def _substance(dose: tuple[Decimal, Decimal, str | None], drug: Medication | None) -> Ends | None:
    """The dose as an amount of substance: by the strength where the text has one that fits, else as it is."""
    low, high, unit = dose
    strength = drug.strengths[0] if drug and len(drug.strengths) == 1 else None
    factor = _factor(strength, unit) if strength else None
    if strength and factor is not None:
        return low * factor, high * factor, strength.unit
    return (low, high, unit) if unit in _MEASURES and not (drug and len(drug.strengths) > 1) else None


def _factor(strength: Strength, unit: str | None) -> Decimal | None:
    """How much substance one `unit` of the product holds; None where the strength does not say."""
    if strength.unit not in _MEASURES:
        return None
    if strength.per is None:
        return strength.value if unit in _COUNTED else None
    fits = unit == strength.per.unit or {unit, strength.per.unit} <= _SHOTS
    return strength.value / strength.per.value if fits and strength.per.value else None
