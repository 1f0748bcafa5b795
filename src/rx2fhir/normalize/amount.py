"""Reads amounts: a count with a unit of measure or a form, dash schemes of a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from rx2fhir.codes import is_countable, is_product
from rx2fhir.normalize.number import Words, is_one_blank
from rx2fhir.normalize.ranges import ranges
from rx2fhir.normalize.values import Count, Measure
from rx2fhir.quantity import in_base
from rx2fhir.statement import Quantity

UNAMBIGUOUS_THOUSANDS = ("[iU]", "unit")
"""Units whose doses are thousands as a rule: 50.000 I.E. is no 50."""

_SPOONS = ("teaspoon", "tablespoon", "dessertspoon", "spoonful", "measure", "measuring cup", "cup", "pipette", "scoop")
_TOO_MANY = 50
"""Nobody takes 500 capsules: before such a form, a number like this is the strength."""


_SMALL_FORMS = ("drop", "globule", "granule", "pellet")
_RATE_UNITS = ("h", "min")
_DROP_RATES = ("/min", "/kg", "/kg/d")
ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "xv": 15, "xx": 20}
"""No single x: behind a form it means times."""


def read_measures(words: Words, at: int) -> list[tuple[int, Measure]]:
    """`5 mg`, `10 ml/h`, `80 mg/kg/j`: (end, Measure) with a UCUM unit."""
    found = []
    for counted, count in words.read("count", at):
        for end, unit in _units(words, counted) if count.high or count.low else ():
            measure = Measure(settled(count, unit), unit, "measure", at, counted, counted, end)
            found.append((end, measure))
    return found + _multiplied(words, at) + _broken(words, at)


def _broken(words: Words, at: int) -> list[tuple[int, Measure]]:
    """`5 00 mg`: a figure that a blank has broken, as no amount begins with a nought. Maybe 500, maybe another."""
    tokens, behind = words.tokens, at + 2
    if behind >= len(tokens) or not (tokens[at].is_number and tokens[at + 1].is_number):
        return []
    if not tokens[at + 1].text.startswith("0") or not is_one_blank(words, at):
        return []
    whole = Count(Decimal(tokens[at].text + tokens[at + 1].text), doubt=Decimal(tokens[at].text))
    return [
        (end, Measure(whole, unit, "measure", at, behind, behind, end)) for end, unit in words.ends("units", behind)
    ]


def settled(count: Count, unit: str) -> Count:
    """The count without its doubt where the unit leaves none: 50.000 I.E. are thousands."""
    thousands = count.doubt is not None and count.low > count.doubt
    return replace(count, doubt=None) if thousands and unit.split("/")[0] in UNAMBIGUOUS_THOUSANDS else count


def _units(words: Words, at: int) -> list[tuple[int, str]]:
    found = []
    for end, unit in words.ends("units", at):
        found.append((end, unit))
        found.extend(_per(words, end, unit))
    for end, form in words.ends("forms", at):
        if form == "unit":
            found.extend(_per(words, end, form))
        if form == "drop":  # "2 drops every hour" is a dose
            found.extend(rate for rate in _per(words, end, form) if rate[1].endswith(_DROP_RATES))
    return found


def _per(words: Words, at: int, unit: str) -> list[tuple[int, str]]:
    """The denominators of a unit: mg/kg, mg/kg/d, mL/h; mg per day is left to the frequency."""
    found = []
    for start in slashes(words, at):
        for end, body in words.ends("units", start):
            if body in ("kg", "m2"):
                found.append((end, f"{unit}/{body}"))
                found += [(stop, f"{unit}/{body}/{time}") for stop, time in _times(words, end)]
        if not words.ends("<every>", at):  # "5 mg jede Stunde" is a dose
            found += [(end, f"{unit}/{time}") for end, time in words.ends("time_units", start) if time in _RATE_UNITS]
    return found


def _times(words: Words, at: int) -> list[tuple[int, str]]:
    return [found for start in slashes(words, at) for found in words.ends("time_units", start)]


def slashes(words: Words, at: int) -> list[int]:
    """Behind each "per" or slash that stands at a token."""
    starts = [end for end, _ in words.ends("<per>", at)]
    if at < len(words.tokens) and words.tokens[at].text == "/":
        starts.append(at + 1)
    return list(dict.fromkeys(starts))


def _multiplied(words: Words, at: int) -> list[tuple[int, Measure]]:
    """`2 x 5 ml` and `two 5 ml spoonfuls` are 10 mL."""
    tokens, found = words.tokens, []
    for sign, times in words.read("number", at):
        crossed = sign < len(tokens) and tokens[sign].text == "x"
        for counted, count in words.read("number", sign + crossed):
            for end, unit in words.ends("units", counted):
                spoon = next((stop for stop, form in words.ends("forms", end) if "spoon" in form), None)
                if unit == "mL" and (crossed or spoon):
                    stop = spoon or end
                    found.append(
                        (
                            stop,
                            Measure(Count(times.low * count.low), unit, "measure", at, counted, counted, stop),
                        )
                    )
    return found


def read_amounts(words: Words, at: int) -> list[tuple[int, Measure]]:
    """Everything that can be taken: measures, counted forms, bare counts; the longest first."""
    found = list(words.read("measure", at))
    for counted, count in [*words.read("count", at), *_halves(words, at), *_roman_before_form(words, at)]:
        found.append((counted, Measure(count, None, "none", at, counted, counted, counted)))
    found += words.read("counted_form", at)
    found += [wide for end, low in found if low.kind != "none" for wide in _wider(words, at, end, low)]
    return sorted(found, key=lambda item: -item[0])


def _wider(words: Words, at: int, end: int, low: Measure) -> list[tuple[int, Measure]]:
    """`half a tablet or one tablet`, `500 mg to 1 g`: a range whose ends both name the unit, or masses."""
    found = []
    dash = [end + 1] if end < len(words.tokens) and words.tokens[end].text == "-" else []
    for start in [*dash, *(stop for name in ("<to>", "<or>") for stop, _ in words.ends(name, end))]:
        for stop, high in [*words.read("measure", start), *words.read("counted_form", start)]:
            scale = _scale(low, high)
            if low.count.high is None and high.count.low * scale > low.count.low:
                most = (high.count.high or high.count.low) * scale
                count = Count(low.count.low, most, low.count.doubt or high.count.doubt)
                found.append((stop, replace(low, count=count, count_start=at)))
    return found


def _scale(low: Measure, high: Measure) -> Decimal:
    """How many of the first unit one of the second is: 1000 of 500 mg and 1 g, 0 where they are not alike."""
    if low.unit == high.unit:
        return Decimal(1)
    one, two = (in_base(Quantity(Decimal(1), measure.unit)) for measure in (low, high))
    return two.value / one.value if one.unit == two.unit and one.value < two.value else Decimal(0)


def read_counted_forms(words: Words, at: int) -> list[tuple[int, Measure]]:
    """`2 comprimés`, `a tablet`, `ii gtt`."""
    counts = [*words.read("count", at), *_ones(words, at), *_roman_before_form(words, at)]
    return [found for counted, count in counts for found in _forms(words, at, counted, count)]


def _forms(words: Words, at: int, counted: int, count: Count) -> list[tuple[int, Measure]]:
    found = []
    for start in (counted, *(end for end, _ in words.ends("<of>", counted))):
        for end, form in _counted(words, start):
            if count.low >= _TOO_MANY and is_product(form) and form not in _SMALL_FORMS and not _is_most(words, at):
                continue
            stop, more = _half_behind(words, end, count)
            found.append((stop, Measure(settled(more, form), form, "form", at, counted, start, end)))
            found.extend(_spoon_volume(words, at, counted, end, form, count))
    return found


def _is_most(words: Words, at: int) -> bool:
    """Behind a word for the most: "max. 64 sprays a day"."""
    return any(end == at for before in range(max(at - 2, 0), at) for end, _ in words.ends("<most>", before))


def _counted(words: Words, at: int) -> Sequence[tuple[int, str]]:
    """Without the reading of a word that nobody counts, where it has another: "1 GEL" in French is a gélule, no gel."""
    forms, found = words.ends("forms", at), words.read("form", at)
    if len(forms) < 2:
        return found
    countable = {end for end, form in forms if is_countable(form)}
    uncounted = {(end, form) for end, form in forms if end in countable and not is_countable(form)}
    return [one for one in found if one not in uncounted]


def _spoon_volume(words: Words, at: int, counted: int, end: int, form: str, count: Count) -> list[tuple[int, Measure]]:
    """`2 measures of 5 ml` hold 10 mL; `2 measures (10 ml)` say the whole."""
    tokens = words.tokens
    if form not in _SPOONS or end + 2 >= len(tokens) or count.high is not None:
        return []
    bracket = tokens[end].text == "("
    start = end + 1 if bracket or not tokens[end].is_number else end
    for stop, volume in words.read("number", start):
        for last, unit in words.ends("units", stop):
            if unit == "mL" and (not bracket or (last < len(tokens) and tokens[last].text == ")")):
                total = volume if bracket else Count(count.low * volume.low)
                return [(last + bracket, Measure(total, "mL", "measure", at, counted, counted, last))]
    return []


def _half_behind(words: Words, end: int, count: Count) -> tuple[int, Count]:
    """`1 cp ½`, `un comprimé et demi`; the half of "1 tablet half an hour before breakfast" is of the hour."""
    if count.high is not None or not count.whole:
        return end, count
    figure = end < len(words.tokens) and not words.tokens[end].is_word and not words.read("duration", end)
    for stop, number in words.read("number", end) if figure else ():
        if 0 < number.low < 1 and not words.ends("forms", stop) and not words.ends("units", stop):
            return stop, Count(count.low + number.low)
    for stop, _ in words.ends("<half_more>", end):
        if not words.ends("forms", stop):
            return stop, Count(count.low + Decimal("0.5"))
    for stop, number in _quarters(words, end):
        return stop, Count(count.low + number.low)
    return end, count


def _quarters(words: Words, end: int) -> list[tuple[int, Count]]:
    """The quarters of "un comprimé et quart", "1 cp et 3/4", "un comprimé trois quarts", but of no hour."""
    starts = [end, *(stop for stop, _ in words.ends("<and>", end))]
    found = [] if words.read("duration", end) else [item for start in starts for item in words.read("number", start)]
    quarters = [item for item in found if item[1].low in (Decimal("0.25"), Decimal("0.75")) and item[1].high is None]
    return [item for item in quarters if not (words.ends("forms", item[0]) or words.ends("units", item[0]))]


def _ones(words: Words, at: int) -> list[tuple[int, Count]]:
    """Articles count as one before a form, "half of a" as a half."""
    ones = [(end, Count(Decimal(1))) for end, _ in words.ends("<one>", at)]
    ones += [found for end, one in ones for found in ranges(words, end, one)]
    return ones + _halves(words, at)


def _halves(words: Words, at: int) -> list[tuple[int, Count]]:
    return [(end, Count(Decimal("0.5"))) for end, _ in words.ends("<half_of>", at)]


def _roman_before_form(words: Words, at: int) -> list[tuple[int, Count]]:
    """`ii gtt`, `X gouttes`; behind a number, "3 x caps" is no numeral, and the V of "Betnesol-V cream" neither."""
    if at > 0 and (words.tokens[at - 1].is_number or _is_compound(words, at)):
        return []
    if at < len(words.tokens) and words.tokens[at].text == "x":
        return [(at + 1, Count(Decimal(10))) for _, form in words.ends("forms", at + 1) if form == "drop"]
    drops = at < len(words.tokens) and (words.tokens[at].text == "v" or bool(words.ends("routes", at)))
    return [(end, count) for end, count in read_roman(words, at) if _counts_form(words, end, drops)]


def _is_compound(words: Words, at: int) -> bool:
    """A word and its hyphen stand before."""
    tokens = words.tokens
    hyphen = at > 1 and tokens[at - 1].text == "-" and tokens[at - 1].glued
    return hyphen and tokens[at - 2].is_word and tokens[at].glued


def _counts_form(words: Words, at: int, drops: bool) -> bool:
    """A form that is counted stands there. drops: they alone; "IV c/8h" is a route, "V tablets" the end of a name."""
    forms = [form for _, form in words.ends("forms", at)]
    return any(form == "drop" or not (drops or _is_uncounted(form)) for form in forms)


def _is_uncounted(form: str) -> bool:
    return is_product(form) and not is_countable(form)


def read_roman(words: Words, at: int) -> list[tuple[int, Count]]:
    """`ii gtt`, `cap i`: small roman numerals count drops and forms."""
    if at >= len(words.tokens) or words.tokens[at].text not in ROMAN:
        return []
    return [(at + 1, Count(Decimal(ROMAN[words.tokens[at].text])))]
