"""Chooses among all candidate readings the ones that together explain most of the text.

Weighted interval cover by dynamic programming, linear in tokens and candidates: words that are read count most, fewer
and longer readings beat many short ones, filler words count little.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from rx2fhir.normalize.bare_hours import without_clocks
from rx2fhir.normalize.match import Match
from rx2fhir.normalize.matches import Matches, closed_matches, open_matches
from rx2fhir.normalize.reader import Reader
from rx2fhir.normalize.values import Measure
from rx2fhir.packrows import Row
from rx2fhir.quantity import MASSES
from rx2fhir.text import COMPARED

_READ, _FILLER, _PIECE = 100, 30, 25
_FEW_WORDS = 2
_STOP_KINDS = frozenset(
    "frequency bounds length maximum administration steps as_needed".split()
    + "scheme when instructions status routes form_count".split()
)
_LED = ("routes", "when", "frequency")
_LIMITS = frozenset(("bounds_max", "max_dose"))
_CEILINGS = _LIMITS | {"frequency_max"}
_EYE_FORMS = frozenset(("drop", "ointment", "gel"))


def cover(reader: Reader, drugs: Sequence[tuple[int, int]] = ()) -> list[Match]:
    """The chosen readings of a text, in order. drugs: token spans that stay closed to every reading."""
    closed = _allowed(closed_matches(reader, _behind(reader, drugs)), drugs)
    closed = without_clocks(reader, _lead_on(_in_context(reader, closed, closed)))
    first = choose(reader, closed)
    if not any("open" in openings for openings in reader.openings):
        return first
    opened = _allowed(open_matches(reader, _stops(reader, first, drugs), _verbs(first)), drugs)
    opened = [
        [one for one in found if not (_cut_short(one, closed) or _robs(one, closed) or _is_of_person(reader, one))]
        for found in opened
    ]
    opened = _in_context(reader, opened, closed)
    return choose(reader, [one + other for one, other in zip(closed, opened, strict=True)]) if any(opened) else first


def _behind(reader: Reader, drugs: Sequence[tuple[int, int]]) -> frozenset[int]:
    """The tokens directly behind a drug, or behind the form that follows it."""
    ends = {end for _, end in drugs}
    return frozenset(ends | {stop for end in ends for stop, _ in reader.read("form", end)})


def _allowed(matches: Matches, drugs: Sequence[tuple[int, int]]) -> Matches:
    """Without the matches that reach into a drug name."""
    blocked = {at for start, end in drugs for at in range(start, end)}
    allowed, limit = [], len(matches)
    for at in reversed(range(len(matches))) if drugs else ():
        limit = at if at in blocked else limit
        allowed.append([match for match in matches[at] if match.end <= limit])
    return allowed[::-1] if drugs else matches


def _lead_on(closed: Matches) -> Matches:
    """Without ceilings whose last word leads on: "a day max" where "1 tablet a day max 5 days" stands, or an amount."""
    limits = [[match for match in found if match.row and _is_limit(match.row)] for found in closed]
    if not any(limits):
        return closed
    return [[match for match in found if not (_is_ceiling(match) and _leads_on(match, limits))] for found in closed]


def _leads_on(ceiling: Match, limits: Matches) -> bool:
    """A limit begins inside the ceiling and goes on, unless it would be less: "3 g max a day 1 g" is at most 3 g.

    "2 applications a day max 1 tube a week": amounts of two units are two facts.
    """
    inside = (limit for at in range(ceiling.start + 1, ceiling.end) for limit in limits[at] if limit.end > ceiling.end)
    most, unit = _most(ceiling)
    units = ((least, {unit, of} - {None}) for least, of in map(_most, inside))
    return any(most is None or least is None or most <= least or len(both) > 1 for least, both in units)


def _most(match: Match) -> tuple[Decimal | None, str | None]:
    """The number and unit of the largest amount that a ceiling or a limit allows."""
    dose = match.values.get(str(match.row.means.get("max_dose"))) if match.row else None
    return (dose.count.high or dose.count.low, dose.unit) if isinstance(dose, Measure) else (None, None)


def _is_ceiling(match: Match) -> bool:
    """ "2 puffs a day max": words behind say that it is the most."""
    row = match.row
    return row is not None and not _CEILINGS.isdisjoint(row.means) and row.phrase.startswith(("{", "["))


def _is_limit(row: Row) -> bool:
    """ "Max 5 days", "max 8 puffs a day": words before the length or the amount say that it is the most."""
    return not _LIMITS.isdisjoint(row.means) and not row.phrase.startswith("{")


def _cut_short(match: Match, closed: Matches) -> bool:
    """Its free words begin inside a phrase: "si {reason}" where "si besoin" stands, a meal, or boilerplate as long."""
    kinds = (match.kind, "when", "frequency")
    longer = [one for one in closed[match.start] if one.end > match.own_end]
    return any(one.kind in kinds or (_is_noise(one) and one.end >= match.end) for one in longer)


def _robs(match: Match, closed: Matches) -> bool:
    """The word that leads to its reason leads to a route or a time: the "for" of "if needed for oral use"."""
    inside = range(match.start + 1, match.own_end) if match.kind == "as_needed" else ()
    return any(one.end > match.own_end and one.kind in _LED for at in inside for one in closed[at])


def _is_of_person(reader: Reader, match: Match) -> bool:
    """Its free words begin with whom the text speaks of: "bei Frau S.", "Herr B.": no reason to take a dose."""
    if match.kind != "as_needed" or not match.start:
        return match.kind == "as_needed" and bool(reader.ends("<people>", match.own_end))
    token, before = reader.tokens[match.start], reader.ends("<people>", match.start - 1)
    initial = len(token.text) == 1 and reader.text[token.start].isupper()
    return bool(reader.ends("<people>", match.own_end)) or (initial and any(end == match.start for end, _ in before))


def _in_context(reader: Reader, matches: Matches, closed: Matches) -> Matches:
    """Without the rows that hold only in a context which is not there."""
    if not any(match.row is not None and match.row.context is not None for found in matches for match in found):
        return matches
    lines, named = _eye_lines(reader, closed), _eye_lines(reader, closed, forms=frozenset())
    weighed = _weighed_lines(reader, closed)
    holds: dict[str | None, Callable[[Match], bool]] = {
        None: lambda match: True,
        "unweighed": lambda match: reader.line(match.start) not in weighed,
        "eye": lambda match: reader.line(match.start) in lines - (named if _is_rhythm_too(match, closed) else set()),
        "known": lambda match: _is_followed(reader, match, closed),
        "supper": lambda match: any(reader.ends("<supper>", at) for at in reader.starts("<supper>")),
    }
    return [[match for match in found if holds[match.row.context if match.row else None](match)] for found in matches]


def _is_followed(reader: Reader, match: Match, closed: Matches) -> bool:
    """No word follows but of another fact: "1 capsule on" is at night, "1 capsule on applesauce" is not."""
    at = match.end
    facts = at >= len(closed) or any(one.kind != "background" for one in closed[at])
    return facts or not reader.tokens[at].is_word


def _is_rhythm_too(match: Match, closed: Matches) -> bool:
    """An eye that can be a rhythm as well: where words name the eye, "1 drop left eye bd, then od" is once daily."""
    rivals = [one.row for one in closed[match.start] if one.row and one.end == match.end and one.row is not match.row]
    return match.row is not None and "frequency" not in match.row.means and any("period" in row.means for row in rivals)


def _weighed_lines(reader: Reader, matches: Matches) -> set[int]:
    """The lines with an amount by mass: "ramipril 5 mg OD" goes into no eye."""
    return {reader.line(at) for at, found in enumerate(matches) if any(_is_mass(match) for match in found)}


def _is_mass(match: Match) -> bool:
    return match.kind == "amount" and isinstance(match.value, Measure) and match.value.unit in MASSES


def _eye_lines(reader: Reader, matches: Matches, forms: frozenset[str] = _EYE_FORMS) -> set[int]:
    """The lines of the text that speak of an eye, or of the forms that go there."""
    return {reader.line(at) for at, found in enumerate(matches) if any(_is_eye(match, forms) for match in found)}


def _is_eye(match: Match, forms: frozenset[str]) -> bool:
    site = match.row is not None and "eye" in str(match.row.means.get("site", "")) and match.row.context is None
    return site or (match.kind == "form" and match.value in forms)


def _stops(reader: Reader, matches: Iterable[Match], drugs: Iterable[tuple[int, int]]) -> frozenset[int]:
    """Where free words end because something else is read there; the length of "a seizure > 5 min" is part of them."""
    stops = [match for match in matches if match.kind in _STOP_KINDS or _is_dose(match)]
    ends = {match.end for match in stops}
    starts = {match.start for match in stops if not _is_of_value(reader, match, ends)}
    return frozenset(starts | {start for start, _ in drugs})


def _is_of_value(reader: Reader, match: Match, ends: set[int]) -> bool:
    """It belongs to a measured value: "> 5 min", "if the pulse is < 50/min", "> 1 kg/day"."""
    at = match.start
    compared = at > 0 and reader.words[at - 1] in COMPARED
    rate = match.kind == "frequency" and reader.words[at] == "/" and at not in ends
    return rate or (compared and match.kind in ("frequency", "length"))


def _verbs(matches: Iterable[Match]) -> frozenset[int]:
    """Where a reason ends as well: at a verb ("if it hurts take ..."), and at boilerplate."""
    return frozenset(match.start for match in matches if match.kind == "methods" or _is_noise(match))


def _is_noise(match: Match) -> bool:
    """Boilerplate of more than a word, "no refills": a single word may well be part of a reason."""
    return match.row is not None and match.row.key == "noise" and match.end - match.start > 1


def _is_dose(match: Match) -> bool:
    return match.kind == "amount" and match.value.kind != "none"


def weight(matches: Iterable[Match]) -> int:
    """How much of a text readings explain: what `choose` makes as great as it can."""
    return sum(_score(match) for match in matches)


def choose(reader: Reader, matches: Matches) -> list[Match]:
    """The best set of matches that do not overlap. A number glued to a word is read only where the word is."""
    size = len(reader.tokens)
    after_read, after_gap = [0] * (size + 1), [0] * (size + 1)
    pick: list[Match | None] = [None] * size
    for at in range(size - 1, -1, -1):
        best, pick[at] = _best(matches[at], after_read, after_gap[at + 1])
        after_read[at] = best
        after_gap[at] = after_gap[at + 1] if at in reader.hanging else best
    return _walk(reader, pick)


def _best(matches: Sequence[Match], after_read: Sequence[int], skipped: int) -> tuple[int, Match | None]:
    best: tuple[int, Match | None] = (skipped, None)
    for match in matches:
        score = _score(match) + after_read[match.end]
        if score > best[0]:
            best = (score, match)
    return best


def _walk(reader: Reader, pick: Sequence[Match | None]) -> list[Match]:
    chosen: list[Match] = []
    at, read = 0, False
    while at < len(pick):
        match = pick[at] if read or at not in reader.hanging else None
        if match is not None:
            chosen.append(match)
        at, read = (match.end, True) if match else (at + 1, False)
    return chosen


def _score(match: Match) -> int:
    length = match.end - match.start
    if match.kind in ("mark", "header"):
        return length * _READ
    if match.row and match.row.concept == "dispense":  # "renewable 3 times in 6 months" is no rhythm of 3 in 6 months
        return length * _READ - _PIECE // 5
    if match.kind == "background":
        return length * (_READ - 5 if _is_phrase(match, length) else _FILLER) - _PIECE // 5
    weight = length * _READ - _PIECE
    if match.kind in ("amount", "form_count", "form"):
        weight -= 3
    return weight + (match.row.priority if match.row else 0)


def _is_phrase(match: Match, length: int) -> bool:
    """Boilerplate and titles, and negations of several words: "i.p.v." holds no "p.v." """
    key = match.row.key if match.row else ""
    return key in ("noise", "heading") or (key == "negation" and length > _FEW_WORDS)
