"""The statement model: what a prescription says, as plain frozen values.

It knows neither the words of a language nor FHIR's JSON, but uses FHIR's own nouns and codes: UCUM units,
EventTiming codes (`MORN`, `ACM`), days of the week (`mon`). Every part keeps the span of the text it was read
from: `start` and `end` are code points of the user's text, end not included.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

Severity = Literal["information", "warning", "error"]
Status = Literal["active", "completed", "stopped", "on-hold", "not-taken", "intended", "unknown"]


@dataclass(frozen=True, slots=True)
class Issue:
    """Something the reader of the result must know: what was not read, or could be read in two ways."""

    severity: Severity
    code: str
    message: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Coding:
    """A code of a terminology: `system` is its FHIR URI."""

    system: str
    code: str
    display: str | None = None


@dataclass(frozen=True, slots=True)
class Concept:
    """Words of the text and the codes they stand for (FHIR CodeableConcept).

    display: the English name in our own table, which may have no code for it.
    """

    text: str
    codings: tuple[Coding, ...] = ()
    display: str | None = None
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount. `unit`: a UCUM code (`mg`, `[iU]`, `mg/kg`), an English form word (`tablet`), or None for a count."""

    value: Decimal
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Range:
    """An amount between two, either may be open."""

    low: Quantity | None = None
    high: Quantity | None = None


@dataclass(frozen=True, slots=True)
class Ratio:
    """An amount per another amount: `4 g` per `1 d`."""

    numerator: Quantity
    denominator: Quantity


Amount = Quantity | Range
Rate = Quantity | Range | Ratio


@dataclass(frozen=True, slots=True)
class Strength:
    """Active ingredient per unit of the product. `unit` is UCUM, empty where the text has a bare number.

    per: the denominator of a concentration (`5 mL` of `10 mg/5 ml`); None means per unit of dose form.
    """

    value: Decimal
    unit: str = ""
    per: Quantity | None = None
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Form:
    """Dose form. `name`: English canonical singular (`tablet`), a key of `mappings/codes/forms.csv`."""

    name: str
    text: str = ""
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Ingredient:
    """An active ingredient of the product. text: the words for it, None where the text names the product alone."""

    text: str | None = None
    codings: tuple[Coding, ...] = ()


@dataclass(frozen=True, slots=True)
class Medication:
    """The product: `text` as written (None for a sig that names none).

    alias: a second name in the text, as written ("Budesonide (Pulmicort)"). codings: ATC, and RxNorm's code of the
    ingredient where there is one alone. ingredients: of a known name, in the order of the text where that names them.
    """

    text: str | None = None
    strengths: tuple[Strength, ...] = ()
    form: Form | None = None
    codings: tuple[Coding, ...] = ()
    ingredients: tuple[Ingredient, ...] = ()
    alias: str | None = None
    start: int = 0
    end: int = 0

    @property
    def strength(self) -> Strength | None:
        """The first strength; combination products have several in `strengths`."""
        return self.strengths[0] if self.strengths else None


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time. `unit`: s, min, h, d, wk, mo or a."""

    value: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class DurationRange:
    """A length of time between two, either may be open (`max. 7 days` has no low)."""

    low: Duration | None = None
    high: Duration | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """From a calendar date to a calendar date, either may be open."""

    start: date | None = None
    end: date | None = None


Bounds = Duration | DurationRange | Period


@dataclass(frozen=True, slots=True)
class Timing:
    """When and how often (FHIR Timing.repeat; the same names).

    frequency..frequency_max times per period..period_max period_unit (s, min, h, d, wk, mo, a);
    when: EventTiming codes; offset: minutes before or after them; time_of_day: `08:00:00`; day_of_week: `mon`;
    count: number of doses in all; duration: how long one administration takes.
    """

    frequency: int | None = None
    frequency_max: int | None = None
    period: Decimal | None = None
    period_max: Decimal | None = None
    period_unit: str | None = None
    when: tuple[str, ...] = ()
    offset: int | None = None
    time_of_day: tuple[str, ...] = ()
    day_of_week: tuple[str, ...] = ()
    bounds: Bounds | None = None
    count: int | None = None
    count_max: int | None = None
    duration: Decimal | None = None
    duration_max: Decimal | None = None
    duration_unit: str | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a fact stands in the result: the FHIR element, the span it was read from and the rule that read it.

    element: a FHIRPath from the part that has the evidence, empty for words that carry no fact.
    rule: file and line of a pack (`fr/frequency.yaml:12`), a part of the grammar (`grammar:amount`), or `model`.
    score: the model's, from 0 to 1; None where a rule read it.
    """

    element: str
    start: int
    end: int
    rule: str
    score: float | None = None


@dataclass(frozen=True, slots=True)
class DosageInstruction:
    """One way of taking the medication (FHIR Dosage; the same names).

    text: the source words. sequence: 1, 2, ... for steps, None where dosages are concurrent or alone.
    max_dose_per_period: an unbounded numerator unit means "as the dose's". evidence: the span of every fact.
    """

    text: str
    start: int
    end: int
    sequence: int | None = None
    dose: Amount | None = None
    rate: Rate | None = None
    timing: Timing | None = None
    as_needed: bool = False
    as_needed_for: Concept | None = None
    route: Concept | None = None
    site: Concept | None = None
    method: Concept | None = None
    additional_instructions: tuple[Concept, ...] = ()
    patient_instruction: str | None = None
    max_dose_per_period: Ratio | None = None
    max_dose_per_administration: Quantity | None = None
    max_dose_per_lifetime: Quantity | None = None
    evidence: tuple[Evidence, ...] = ()

    def span_of(self, element: str) -> tuple[int, int]:
        """Start and end of the words that gave an element of this dosage; of the dosage where none did."""
        spans = ((fact.start, fact.end) for fact in self.evidence if fact.element == element)
        return next(spans, (self.start, self.end))


@dataclass(frozen=True, slots=True)
class Dispense:
    """What is to be handed out (FHIR MedicationRequest.dispenseRequest), only what the text says.

    quantity: each time; repeats: how often again after the first time; supply: how long one quantity lasts;
    valid_until: the last day of the prescription.
    """

    quantity: Quantity | None = None
    repeats: int | None = None
    supply: Duration | None = None
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """One medication and how it is taken. `medication` is None where the text names neither drug, strength nor form."""

    medication: Medication | None
    dosages: tuple[DosageInstruction, ...]
    status: Status
    start: int
    end: int
    evidence: tuple[Evidence, ...] = ()
    dispense: Dispense | None = None

    def daily_dose(self) -> Range | None:
        """The least and most that the text gives on a mean day: strength x dose x frequency, in a UCUM unit per day.

        500 mg tablets, 1-2 three times a day: 1500 to 3000 `mg/d`. As needed begins at 0; steps give the least and the
        most of all of them; what runs side by side is added up. None where the text leaves strength, dose or
        frequency open, for products with several strengths, and for doses by weight.
        """
        from rx2fhir.statement.daily_dose import daily_dose

        return daily_dose(self)
