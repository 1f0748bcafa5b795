"""Settles where drug names are: the model proposes spans, what the pack reads completely is taken out of them.

A name that the model missed is still seen by its place: words that nothing else reads, at the beginning of a clause
and directly before an amount.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise, zip_longest

from rx2fhir.entities import Entity
from rx2fhir.group.known import known_names
from rx2fhir.group.segment import Drug
from rx2fhir.normalize.match import Match
from rx2fhir.normalize.matches import background_at
from rx2fhir.normalize.number import is_column
from rx2fhir.normalize.reader import Reader
from rx2fhir.normalize.values import Words

_SIGNS = frozenset("®™:,;-.()[]/+'\"*#\n")
_NO_NAMES = ("units", "<nothing>", "<and>")
_MARKS = frozenset("®™")
_NAME_SIGNS = frozenset(".)")
_CLAUSE_SIGNS = frozenset("\n;,+:")
_GIVEN = frozenset(("frequency", "scheme", "when", "as_needed", "form_count", "administration"))
_PRODUCT = frozenset(("form", "form_count", "amount", "strength", "scheme"))
_AMOUNTS = frozenset(("amount", "strength", "scheme"))
_JOINTS = frozenset("-/+")
_SENTENCE_ENDS = frozenset(".;\n")
_BEHIND_NAME = frozenset(":-,;|")
_LEAST_LETTERS = 4
_MAX_NAME = 4
_MAX_SWITCH = 6


def find_drugs(reader: Reader, entities: Sequence[Entity], matches: Sequence[Match]) -> list[Drug]:
    """The drug names of a text in text order. matches: what the pack reads with no regard to names."""
    read = _read_tokens(matches)
    reasons, avoided = set(_reasons(matches)), list(_avoided(reader, matches))
    spans: list[tuple[int, int]] = []
    for first, last in _proposed(reader, entities):
        first, last = _trim(reader, first, last, read)
        if (
            (first, last) in reasons
            or any(one <= first and last <= end for one, end in avoided)
            or any(end == last for name in _NO_NAMES for end, _ in reader.ends(name, first))
        ):
            continue
        if last > first and any(token.is_word for token in reader.tokens[first:last]):
            spans.append(_widen(reader, first, last, read))
    covered = {at for match in matches for at in range(match.start, match.end)}
    switched = list(_by_switch(reader, covered))
    spans = [*switched, *(span for span in spans if not _overlaps(span, switched))]
    placed = [*_by_place(reader, matches, covered), *_by_line(reader, matches, covered)]
    spans = [span for span in spans if not any(one[0] <= span[0] and span[1] <= one[1] for one in placed)]
    spans += [span for span in placed if not _overlaps(span, spans)]
    known = known_names(reader, matches, [0, *_line_starts(reader, matches)], spans)
    spans += [span for span in known if not _overlaps(span, spans)]
    spans = [part for span in spans for part in _columns(reader, *span) if not _is_modifier(reader, *part)]
    spans = [span for span in spans if not _leads_name(reader, matches, span, spans)]
    tokens = reader.tokens
    return [
        Drug(first, last, tokens[first].start, tokens[last - 1].end, is_combination=_joins(reader, first, last))
        for first, last in _apart(sorted(spans))
    ]


def _reasons(matches: Sequence[Match]) -> Iterator[tuple[int, int]]:
    """The free words behind "prn", where no amount follows: anaphylaxis of "0.3 mg IM prn anaphylaxis" is no drug."""
    for at, match in enumerate(matches):
        amount = at + 1 < len(matches) and matches[at + 1].kind in _AMOUNTS and matches[at + 1].start == match.end
        if match.kind == "as_needed" and not amount:
            yield from ((words.start, words.end) for words in match.values.values() if isinstance(words, Words))


def _avoided(reader: Reader, matches: Sequence[Match]) -> Iterator[tuple[int, int]]:
    """The free words of an instruction with a negation: nobody prescribes the aspirin of "do not take with aspirin"."""
    said = (match for match in matches if match.kind == "instructions")
    for words, first in ((value, match.start) for match in said for value in match.values.values()):
        if isinstance(words, Words) and any(_denies(reader, at) for at in range(first, words.start)):
            yield words.start, words.end


def _denies(reader: Reader, at: int) -> bool:
    return any(row.key == "negation" for row in background_at(reader, at))


def _columns(reader: Reader, first: int, last: int) -> Iterator[tuple[int, int]]:
    """Names in columns side by side are names of their own: ingredient and brand of a plan."""
    cuts = [at for at in range(first + 1, last) if is_column(reader, at)]
    yield from pairwise([first, *cuts, last])


def _is_modifier(reader: Reader, first: int, last: int) -> bool:
    """Nothing but what a form is like: the "chewable" of "5 mg chewable 1 tab" is no name."""
    return any(end == last for end, _ in reader.ends("form_modifiers", first))


def _leads_name(
    reader: Reader, matches: Sequence[Match], span: tuple[int, int], spans: Sequence[tuple[int, int]]
) -> bool:
    """The misspelt verb of "tkae 2 tablets of Tylenol": so much of a drug is named behind it."""
    counted = (match for match in matches if match.start == span[1] and match.kind == "amount")
    names = {first for first, _ in spans}
    return any(end in names for match in counted for end, _ in reader.ends("<of>", match.end))


def _joins(reader: Reader, first: int, last: int) -> bool:
    """The name holds a joint between two long words: amlodipine/valsartan, but not co-codamol."""
    tokens = reader.tokens
    for at in range(first + 1, last - 1):
        joint = tokens[at].text in _JOINTS or reader.ends("<and>", at)
        if joint and min(len(tokens[at - 1].text), len(tokens[at + 1].text)) >= _LEAST_LETTERS:
            return True
    return False


def _proposed(reader: Reader, entities: Sequence[Entity]) -> list[tuple[int, int]]:
    """The tokens of the model's drug names."""
    starts, ends = [token.start for token in reader.tokens], [token.end for token in reader.tokens]
    drugs = [entity for entity in entities if entity.label == "DRUG"]
    return [(bisect_right(ends, drug.start), bisect_left(starts, drug.end)) for drug in drugs]


def _read_tokens(matches: Sequence[Match]) -> set[int]:
    """Tokens that a reading with words of its own explains; a bare number, a length or free words explain nothing."""
    read: set[int] = set()
    for match, after in zip_longest(matches, matches[1:]):
        bare = match.kind == "amount" and match.value.kind == "none"
        if not bare and match.kind != "length" and not _is_fluid(match, after):
            free = [value.start for value in match.values.values() if isinstance(value, Words)]
            read.update(range(match.start, min([*free, match.end])))
    return read


def _is_fluid(match: Match, after: Match | None) -> bool:
    """The glucose of "glucose 5 %", which in "glucose 5.4" is a laboratory value."""
    percent = after is not None and after.start == match.end and getattr(after.value, "unit", None) == "%"
    return percent and match.kind == "background"


def _trim(reader: Reader, first: int, last: int, read: set[int]) -> tuple[int, int]:
    """Without signs and words of the pack at the edges."""
    tokens = reader.tokens
    first = next((end for end, _ in reader.ends("<replace>", first) if end < last), first)
    while first < last and (first in read or tokens[first].text in _SIGNS):
        first += 1
    while last > first and (last - 1 in read or tokens[last - 1].text in _SIGNS - _NAME_SIGNS):
        last -= 1
    while last > first and tokens[last - 1].text in _NAME_SIGNS and not _belongs(reader, first, last - 1):
        last -= 1
    return first, last


def _belongs(reader: Reader, first: int, at: int) -> bool:
    """A closing bracket with its opening one inside the name; a dot of an abbreviation ("comp.")."""
    tokens = reader.tokens
    if tokens[at].text == ")":
        return "(" in [token.text for token in tokens[first:at]]
    return tokens[at].glued and at + 1 < len(tokens) and tokens[at + 1].text != "\n"


def _widen(reader: Reader, first: int, last: int, read: set[int]) -> tuple[int, int]:
    """With the unread words before the amount and all of a compound: "Valproat chrono 500", "L-Thyroxin"."""
    while _is_hyphen(reader, last) and _is_name(reader, last + 1, read):  # Diffu-K
        last += 2
        last += len(reader.words[last - 1]) == 1 and reader.words[last].isdecimal() and reader.tokens[last].glued  # B6
    last += 2 if _is_suffix(reader, last + 1, read) else 0
    first -= 2 if _is_suffix(reader, first, read) and _is_name(reader, first - 2, read) else 0
    end = last
    while first > 1 and _is_joint(reader, first - 1) and _is_name(reader, first - 2, read):
        first -= 2
    while end < len(reader.tokens) and end - last < 2 and _is_name(reader, end, read):
        end += 1
        if end < len(reader.tokens) and reader.tokens[end].text == "." and reader.tokens[end].glued:
            end += 1
    followed = end < len(reader.tokens) and reader.tokens[end].is_number
    return first, end if followed else last


def _is_name(reader: Reader, at: int, read: set[int]) -> bool:
    """A word that no row and no word of the grammar explains."""
    joints = ("<and>", "<or>", "<of>", "<then>", "<per>", "<to>", "<one>", "<each>", "<compared>", "<replace>", "forms")
    return reader.tokens[at].is_word and at not in read and not any(reader.ends(name, at) for name in joints)


def _is_suffix(reader: Reader, at: int, read: set[int]) -> bool:
    """A word of the name behind its sign, alone before a number or sign: "BACTRIM® forte,", "SKENAN® LP 30 mg"."""
    if not 1 < at < len(reader.tokens) or reader.tokens[at - 1].text not in _MARKS or not _is_name(reader, at, read):
        return False
    return at + 1 == len(reader.tokens) or not reader.tokens[at + 1].is_word


def _is_hyphen(reader: Reader, at: int) -> bool:
    """A hyphen between two words, with no blank beside it."""
    tokens = reader.tokens
    behind = tokens[at + 1] if at + 1 < len(tokens) else None
    return (
        at < len(tokens)
        and tokens[at].text == "-"
        and tokens[at].glued
        and behind is not None
        and behind.glued
        and behind.is_word
    )


def _is_joint(reader: Reader, at: int) -> bool:
    """A hyphen between two words, or a slash between two long ones: ethinylestradiol/levonorgestrel."""
    if _is_hyphen(reader, at):
        return True
    beside = reader.tokens[at - 1 : at + 2]
    words = len(beside) == 3 and all(len(token.text) >= _LEAST_LETTERS for token in (beside[0], beside[2]))
    return words and beside[1].text == "/" and beside[1].glued and beside[2].glued


def _is_compound(reader: Reader, first: int, read: set[int]) -> bool:
    """A hyphen and another word of a name follow the word: D-Cure, but not Ibuprofen-Saft."""
    inside = first + 2 < len(reader.tokens)
    return inside and _is_hyphen(reader, first + 1) and _is_name(reader, first + 2, read)


def _by_switch(reader: Reader, read: set[int]) -> Iterator[tuple[int, int]]:
    """The two names of "replace X by Y", where nothing reads X."""
    for at in reader.starts("<replace>"):
        for first, _ in reader.ends("<replace>", at):
            last = _name_end(reader, first, read)
            behind = range(last, _sentence_end(reader, last, _MAX_SWITCH))
            joint = next((end for at in behind for end, _ in reader.ends("<by>", at)), None)
            if last > first and joint is not None:
                yield first, last
                if _name_end(reader, joint, read) > joint:
                    yield joint, _name_end(reader, joint, read)


def _sentence_end(reader: Reader, first: int, most: int) -> int:
    """The sign that ends the sentence, or `most` tokens on."""
    last = min(first + most, len(reader.tokens))
    return next((at for at in range(first, last) if reader.words[at] in _SENTENCE_ENDS), last)


def _name_end(reader: Reader, first: int, read: set[int]) -> int:
    """Behind the unread words that begin at `first`, as many as a name has."""
    last = first
    while last < min(first + _MAX_NAME, len(reader.tokens)) and _is_name(reader, last, read):
        if reader.ends("<by>", last):
            break
        last += 1
    return last


def _by_place(reader: Reader, matches: Sequence[Match], read: set[int]) -> list[tuple[int, int]]:
    """Unread words between the beginning of a clause and an amount, where the clause goes on to say how to take it."""
    found = []
    amounts = [match for match in matches if _is_amount(match) and not reader.tokens[match.start].is_word]
    for amount in amounts:
        first = amount.start
        while first > 0 and amount.start - first < _MAX_NAME and _is_name(reader, first - 1, read):
            first -= 1
        if (
            _is_long(reader, first, amount.start)
            and _begins(reader, first, read)
            and _is_given(reader, amount, matches)
        ):
            found.append((first, amount.start))
    return found


def _is_amount(match: Match) -> bool:
    """An amount, or a row that begins with one: 3x20 drops."""
    return match.kind in _AMOUNTS or (match.kind == "frequency" and match.row is not None and "dose" in match.row.means)


def _by_line(reader: Reader, matches: Sequence[Match], read: set[int]) -> list[tuple[int, int]]:
    """Unread words with a capital that open a line, before a form or an amount: "NOVORAPID FlexPen : 6 U matin"."""
    starts = {match.start: match for match in matches}
    found = []
    routes = {match.start: match.end for match in matches if match.kind == "routes"}
    for first in _line_starts(reader, matches):
        last = routes.get(first, first)  # "Oral rehydration sachets"
        while last < len(reader.tokens) and last - first < _MAX_NAME and _is_name(reader, last, read):
            last += 2 if _is_compound(reader, last, read) else 1
            last = _behind_of(reader, last, read)
        sign = last < len(reader.tokens) and reader.tokens[last].text in _BEHIND_NAME
        said = starts.get(last + sign)
        if said and _is_title(reader, first, last) and _is_product(reader, said, matches):
            found.append((first, last))
    return found


def _behind_of(reader: Reader, at: int, read: set[int]) -> int:
    """Behind "of" before another word of a name: "cérat de Galien"."""
    ends = (end for end, _ in reader.ends("<of>", at))
    return next((end for end in ends if end < len(reader.tokens) and _is_name(reader, end, read)), at)


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


def _line_starts(reader: Reader, matches: Sequence[Match]) -> Iterator[int]:
    """Where a name can begin in every line of a page: behind its list mark, and behind "solution of"."""
    marks = {match.start: match.end for match in matches if match.kind == "mark"}
    forms = {match.start: match.end for match in matches if match.kind == "form"}
    breaks = [at for at, token in enumerate(reader.tokens[:-1]) if token.text == "\n"]
    for at in [-1, *breaks] if breaks else []:
        first = marks.get(at + 1, at + 1)
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


def _is_given(reader: Reader, amount: Match, matches: Sequence[Match]) -> bool:
    """The amount is followed by when or how often, before the next sentence; a laboratory value is not."""
    for match in matches:
        rated = match.kind == "amount" and str(match.value.unit).endswith(("/h", "/min"))
        if match.start >= amount.start and (rated or match.kind in _GIVEN):
            gap = reader.tokens[amount.end : match.start]
            return not any(token.text in "\n;" for token in gap) and len(gap) <= 6
    return False


def _overlaps(span: tuple[int, int], spans: Sequence[tuple[int, int]]) -> bool:
    return any(span[0] < last and first < span[1] for first, last in spans)


def _apart(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Without spans that overlap an earlier one."""
    found: list[tuple[int, int]] = []
    for span in spans:
        if not found or found[-1][1] <= span[0]:
            found.append(span)
    return found
