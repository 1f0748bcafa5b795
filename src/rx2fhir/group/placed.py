"""Drug names that the model missed, by their place: unread words before an amount, or at the beginning of a line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rx2fhir.group.name_words import is_compound, is_hyphen, is_name
from rx2fhir.normalize.match import Match
from rx2fhir.normalize.reader import Reader

_CLAUSE_SIGNS = frozenset("\n;,+:")
_GIVEN = frozenset(("frequency", "scheme", "when", "as_needed", "form_count", "administration"))
_PRODUCT = frozenset(("form", "form_count", "amount", "strength", "scheme"))
_AMOUNTS = frozenset(("amount", "strength", "scheme"))
_BEHIND_NAME = frozenset(":-,;|")
_PART_ENDS = frozenset("\n;")
_HEADS = ("frequency", "when", "as_needed")
_LEAST_LETTERS = 4
_MAX_NAME = 4
_LONGEST_ARTICLE = 2


def by_place(reader: Reader, matches: Sequence[Match], read: set[int]) -> list[tuple[int, int]]:
    """Unread words between the beginning of a clause and an amount, where the clause goes on to say how to take it."""
    found = []
    amounts = [match for match in matches if _is_amount(match) and not reader.tokens[match.start].is_word]
    rates = {match.end: match.start for match in matches if _is_rate(match)}
    for amount in amounts:
        end = rates.get(amount.start, amount.start)
        first = _name_before(reader, end, read)
        if (
            _is_long(reader, first, end)
            and _begins(reader, first, read)
            and (_is_given(reader, amount, matches) or _is_headed(reader, first, matches, read))
        ):
            found.append((first, end))
    return found


def _is_rate(match: Match) -> bool:
    """Several words that lead to an amount: "à raison de 5 mg"."""
    return match.row is not None and match.row.key == "filler" and match.end - match.start > _LONGEST_ARTICLE


def _name_before(reader: Reader, end: int, read: set[int]) -> int:
    """The first of the words of a name before a token."""
    first = end
    while first > 0 and end - first < _MAX_NAME:
        joined = first < end and first > 1 and is_hyphen(reader, first - 1)
        step = 2 if joined else 1  # Diffu-K
        if not is_name(reader, first - step, read):
            break
        first -= step
    return first


def _is_amount(match: Match) -> bool:
    """An amount, or a row that begins with one: 3x20 drops."""
    return match.kind in _AMOUNTS or (match.kind == "frequency" and match.row is not None and "dose" in match.row.means)


def by_line(reader: Reader, matches: Sequence[Match], read: set[int]) -> list[tuple[int, int]]:
    """Unread words with a capital that open a line, before a form or an amount: "NOVORAPID FlexPen : 6 U matin"."""
    starts = {match.start: match for match in matches}
    found = []
    routes = {match.start: match.end for match in matches if match.kind == "routes"}
    for first in line_starts(reader, matches):
        last = routes.get(first, first)  # "Oral rehydration sachets"
        while last < len(reader.tokens) and last - first < _MAX_NAME and is_name(reader, last, read):
            last += 2 if is_compound(reader, last, read) else 1
            last = _behind_of(reader, last, read)
        sign = last < len(reader.tokens) and reader.tokens[last].text in _BEHIND_NAME
        said = starts.get(last + sign)
        if said and _is_title(reader, first, last) and _is_product(reader, said, matches):
            found.append((first, last))
    return found


def _behind_of(reader: Reader, at: int, read: set[int]) -> int:
    """Behind "of" before another word of a name: "cérat de Galien"."""
    ends = (end for end, _ in reader.ends("<of>", at))
    return next((end for end in ends if end < len(reader.tokens) and is_name(reader, end, read)), at)


def _is_title(reader: Reader, first: int, last: int) -> bool:
    return _is_long(reader, first, last) and reader.text[reader.tokens[first].start].isupper()


def _is_product(reader: Reader, said: Match, matches: Sequence[Match]) -> bool:
    """A form or amount, and the same line or the next says how to take it."""
    lines = (reader.line(said.start), reader.line(said.start) + 1)
    behind = [match for match in matches if match.start >= said.start and match.kind in _GIVEN]
    counted = (match for match in matches if match.start >= said.end and _counts_form(match))
    measured = said.kind == "amount" and said.value.kind == "measure"
    if measured and any(reader.line(match.start) == lines[0] for match in counted):
        return True  # "Lorazepam 1 mg: 1 tablet"
    return said.kind in _PRODUCT and any(reader.line(match.start) in lines for match in behind)


def _counts_form(match: Match) -> bool:
    return match.kind == "amount" and match.value.kind == "form"


def line_starts(reader: Reader, matches: Sequence[Match]) -> Iterator[int]:
    """Where a name can begin in every line of a page: behind its list mark or "R/", and behind "solution of"."""
    marks = {match.start: match.end for match in matches if match.kind == "mark"}
    forms = {match.start: match.end for match in matches if match.kind == "form"}
    titles = {match.start: match.end for match in matches if match.row and match.row.key == "heading"}
    breaks = [at for at, token in enumerate(reader.tokens[:-1]) if token.text == "\n"]
    for at in [-1, *breaks] if breaks else []:
        first = marks.get(at + 1, at + 1)
        first = titles.get(first, first)
        yield first
        if first in forms:
            yield from (end for end, _ in reader.ends("<of>", forms[first]))


def _is_long(reader: Reader, first: int, last: int) -> bool:
    return max((len(token.text) for token in reader.tokens[first:last]), default=0) >= _LEAST_LETTERS


def _begins(reader: Reader, at: int, read: set[int]) -> bool:
    """The beginning of a line or clause, or behind something that is read."""
    if at == 0 or reader.tokens[at - 1].text in _CLAUSE_SIGNS or at - 1 in read:
        return True
    return reader.tokens[at - 1].text == "." or bool(reader.ends("<and>", at - 1))


def _is_headed(reader: Reader, first: int, matches: Sequence[Match], read: set[int]) -> bool:
    """The line or clause begins with a time or condition and a colon: "12:00 : Diffu-K 1 capsule"."""
    at = first
    while at > 0 and (at - 1 in read or reader.words[at - 1] == ":") and reader.words[at - 1] not in _PART_ENDS:
        at -= 1
    if ":" not in reader.words[max(first - 1, 0) : first] or not (at == 0 or reader.words[at - 1] in _PART_ENDS):
        return False
    return any(at <= match.start and match.end <= first and match.kind in _HEADS for match in matches)


def _is_given(reader: Reader, amount: Match, matches: Sequence[Match]) -> bool:
    """The amount is followed by when or how often, before the next sentence; a laboratory value is not."""
    for match in matches:
        rated = match.kind == "amount" and str(match.value.unit).endswith(("/h", "/min"))
        if match.start >= amount.start and (rated or match.kind in _GIVEN):
            gap = reader.tokens[amount.end : match.start]
            return not any(token.text in "\n;" for token in gap) and len(gap) <= 6
    return False
