"""Cuts the items of a statement into clauses of one amount at most: at commas, "and", line breaks and "then"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from rx2fhir.normalize.item import AS_NEEDED, Item
from rx2fhir.normalize.reader import Reader
from rx2fhir.normalize.values import Count, Measure

DOSES = frozenset(("dose", "dose_max", "scheme"))
"""Facts that say how much is taken."""

_SEPARATORS = frozenset((",", ";", "\n", "+", "&", ".", "/", "|"))
_SHOTS = ("injection", "dose", "infusion")
_SAID = frozenset(("dose", "rate", "max_dose", "max_per_administration"))
_IGNORED = frozenset(("background", "mark", "strength", "form", "status"))


@dataclass(slots=True)
class Clause:
    """Items with one amount at most.

    then: it opens a step. apart: a comma, "and" or the like stands before it; added: it is "and"; beside: "and" stands
    directly before, and no "only" behind it.
    """

    items: list[Item] = field(default_factory=list)
    then: bool = False
    apart: bool = False
    added: bool = False
    beside: bool = False

    @property
    def has_dose(self) -> bool:
        return any(is_dose(item) for item in self.items)


def is_dose(item: Item) -> bool:
    """The item is an amount to take: a dose or a scheme."""
    return not DOSES.isdisjoint(item.facts)


def clauses(reader: Reader, items: Sequence[Item]) -> list[Clause]:
    """The clauses of a statement, in text order."""
    found: list[Clause] = []
    said = [item for item in _once(reader, items) if item.kind not in _IGNORED]
    for last, item, after in zip([None, *said], said, [*said[1:], None], strict=False):
        apart = last is None or _is_apart(reader, last, item) or _opens_aside(reader, last, item, after)
        told = _told_of(found) if not apart and _ends_step(reader, found, item, after) else None
        if told is not None:
            found[told].then = found[told].then or told > 0
        elif last is None or (apart and not _is_then(found[-1])) or _opens_step(reader, found, last, item, after):
            then = _opens_step(reader, found, last, item, after)
            added = last is not None and _gap_has(reader, "<and>", last.last, item.first)
            found.append(Clause(then=then, apart=bool(found), added=added, beside=added and _is_beside(reader, item)))
        found[-1].items.append(item)
    if len(found) > 1 and _trails_then(reader, said[-1]):
        found[-1].then = True
    return [part for clause in found for part in _split(clause)]


def _opens_step(reader: Reader, found: Sequence[Clause], last: Item | None, item: Item, after: Item | None) -> bool:
    """A word for the next step, or "then" before the item; a second "first week:" is a next step too."""
    again = "step" in item.facts and any("step" in one.facts for clause in found for one in clause.items)
    then = last is not None and _gap_has(reader, "<then>", last.last, item.first)
    return again or then or item.facts.get("step") == "next" or _is_next_taken(reader, item, after)


def _is_next_taken(reader: Reader, item: Item, after: Item | None) -> bool:
    """The "then swallow" of "then swallow 2 tablets", which without an amount is an instruction."""
    taken = after is not None and is_dose(after) and after.first == item.last
    return taken and "instruction" in item.facts and bool(reader.ends("<then>", item.first))


def _is_beside(reader: Reader, item: Item) -> bool:
    """ "And" stands directly before; what stays of "only if needed" without its first word says the same."""
    before = range(max(item.first - 2, 0), item.first)
    joined = any(end == item.first for at in before for end, _ in reader.ends("<and>", at))
    needed = joined and item.kind == "as_needed" and item.last > item.first + 1
    rest = [row for trie in ("closed", "open") for row in reader.rows(trie, item.first + 1)] if needed else []
    return joined and not any(row.concept == "as_needed" and end == item.last for end, row, _ in rest)


def _is_then(clause: Clause) -> bool:
    """Nothing but words that open a step: in "thereafter, 2 tablets" the comma parts them from no amount."""
    return clause.then and all("step" in item.facts for item in clause.items)


def _opens_aside(reader: Reader, last: Item, item: Item, after: Item | None) -> bool:
    """A condition in brackets with an amount of its own: "1-0-0 (if the weight rises: 2-0-0)"."""
    if after is None or last.bracketed or not (item.bracketed and item.facts.keys() & AS_NEEDED):
        return False
    return is_dose(after) and ")" not in reader.words[item.last : after.first]


def _ends_step(reader: Reader, found: Sequence[Clause], item: Item, after: Item | None) -> bool:
    """A step word behind its amount, "1 tablet on the next days", "1 sachet on days 2-6", is said of that amount."""
    parted = after is None or "step" in after.facts or _gap_has(reader, "<then>", item.last, after.first)
    leads = after is not None and not parted and not _apart(reader, item.last, after.first)
    own = len(found) > 1 or item.facts.keys() & {"bounds", "frequency"}
    return "step" in item.facts and not leads and bool(own)


def _trails_then(reader: Reader, last: Item) -> bool:
    """ "Then" ends the sentence: the last amount of "2 a day for 3 days, 1 a day thereafter" is a step."""
    tokens = reader.tokens
    ends = [end for end, _ in reader.ends("<then>", last.last)] if last.last < len(tokens) else []
    return any(end >= len(tokens) or tokens[end].text in ".;\n" for end in ends)


def _told_of(found: Sequence[Clause]) -> int | None:
    """The last amount, where only times stand behind it: the step of "1 capsule morning and evening day 2"."""
    last = next((at for at in range(len(found) - 1, -1, -1) if found[at].has_dose), None)
    times = [item for clause in found[last + 1 :] for item in clause.items] if last is not None else []
    return last if all(item.facts.keys() <= {"when", "time_of_day"} for item in times) else None


def _once(reader: Reader, items: Sequence[Item]) -> Iterator[Item]:
    """Without amounts in brackets that say an amount again: "1000 mg (2 capsules)"."""
    last: Item | None = None
    mass: Item | None = None
    for at, item in enumerate(items):
        after = next((one for one in items[at + 1 :] if "background" not in one.facts), None)
        if after is not None and is_filled(item, after):
            continue
        again = bool(last and item.bracketed and "dose" in item.facts and last.facts.keys() & _SAID)
        again = again and not _is_of_time(last, item, after)
        again = again or (item.bracketed and (_says_same(reader, items[:at], item) or _holds(reader, mass, item)))
        if not again and not (last and (is_shot(last, item) or is_restated(reader, last, item))):
            yield item
            last = last if "background" in item.facts else item
            mass = item if is_dose(item) else mass


def _is_of_time(last: Item | None, item: Item, after: Item | None) -> bool:
    """`½ tablet (1 tablet on Mondays)`: another number of the same, with its own time in the brackets."""
    one, two = last.facts.get("dose") if last else None, item.facts.get("dose")
    if not (isinstance(one, Measure) and isinstance(two, Measure)) or after is None:
        return False
    timed = after.bracketed and after.is_timing
    return timed and one.count != two.count and two.unit in (one.unit, None)


def _holds(reader: Reader, mass: Item | None, item: Item) -> bool:
    """`15 mg weekly (6 tablets)`: nothing but forms in brackets, behind a mass that has its time."""
    whole, part = mass.facts.get("dose") if mass else None, item.facts.get("dose")
    if not (isinstance(whole, Measure) and isinstance(part, Measure)):
        return False
    alone = item.last < len(reader.words) and reader.words[item.last] == ")"
    return alone and (whole.kind, part.kind, part.count.high) == ("measure", "form", None)


def _says_same(reader: Reader, before: Sequence[Item], item: Item) -> bool:
    """Nothing but the amount of before stands in the brackets: "1/2 tablet daily (half a tablet)"."""
    dose = item.facts.get("dose")
    alone = reader.words[item.first - 1] == "(" and reader.words[item.last : item.last + 1] == [")"]
    said = [one.facts["dose"] for one in before if isinstance(one.facts.get("dose"), Measure)]
    return alone and isinstance(dose, Measure) and any((one.count, one.unit) == (dose.count, dose.unit) for one in said)


def is_restated(reader: Reader, last: Item, item: Item) -> bool:
    """`20 drops = 1 ml`: a dose, said again in another unit; "either 1 or 2" says "either" before both.

    Another number of the same unit is another dose: "+ 2 units, that is 20 units".
    """
    one, two = last.facts.get("dose"), item.facts.get("dose")
    if not (isinstance(one, Measure) and isinstance(two, Measure)) or item.first <= last.last:
        return False
    if one.unit == two.unit and one.count != two.count:
        return False
    start = last.last + (reader.words[last.last] == ",")
    said = item.first == start + 1 and reader.words[start] == "="
    said = said or any(end == item.first for end, _ in reader.ends("<restated>", start))
    before = range(max(last.first - 3, 0), last.first)
    return said and not any(end == last.first for at in before for end, _ in reader.ends("<restated>", at))


def is_shot(last: Item, item: Item) -> bool:
    """`0.4 ml: 1 injection` is one amount, not two."""
    volume, shot = last.facts.get("dose"), item.facts.get("dose")
    if not (isinstance(volume, Measure) and isinstance(shot, Measure)) or volume.kind != "measure":
        return False
    return shot.unit in _SHOTS and shot.count == Count.of(1)


def is_filled(item: Item, after: Item) -> bool:
    """`1 infusion of 5 mg/kg`, `1 injection of 0.5 ml`: what the one holds is the amount."""
    shot, held = item.facts.get("dose"), after.facts.get("dose")
    if not (isinstance(shot, Measure) and isinstance(held, Measure)) or after.first - item.last > 1:
        return False
    return shot.unit in _SHOTS and shot.count == Count.of(1) and ("/" in str(held.unit) or held.unit == "mL")


def _is_apart(reader: Reader, last: Item, item: Item) -> bool:
    """A separator between; the + of "if glucose > 8 +2 units", "as needed + 10" is that of the amount."""
    plus = last.facts.keys() <= AS_NEEDED and is_dose(item) and reader.words[last.last : item.first] == ["+"]
    return not plus and _apart(reader, last.last, item.first)


def _gap_has(reader: Reader, words: str, start: int, end: int) -> bool:
    return any(stop <= end for at in range(start, end) for stop, _ in reader.ends(words, at))


def _apart(reader: Reader, start: int, end: int) -> bool:
    gap = reader.tokens[start:end]
    return any(token.text in _SEPARATORS for token in gap) or _gap_has(reader, "<and>", start, end)


def _split(clause: Clause) -> list[Clause]:
    """A clause with several amounts: what stands between two belongs to the first, unless its own time leads each."""
    doses = [at for at, item in enumerate(clause.items) if is_dose(item)]
    if len(doses) < 2:
        return [clause]
    leads = doses[0] > 0 and clause.items[doses[0] - 1].is_timing
    cuts = [0] + [(one + 1 if leads else two) for one, two in pairwise(doses)] + [len(clause.items)]
    parts = [Clause(clause.items[low:high], apart=True) for low, high in pairwise(cuts)]
    parts[0].then, parts[0].apart = clause.then, clause.apart
    return parts
