"""Settles where drug names are: the model proposes spans, what the pack reads completely is taken out of them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise, zip_longest

from rx2fhir.drugs.names import is_maker
from rx2fhir.drugs.tables import bundled
from rx2fhir.entities import Entity
from rx2fhir.group.known import is_acid, known_names
from rx2fhir.group.name_words import is_hyphen, is_joint, is_name, joins
from rx2fhir.group.placed import by_line, by_place, line_starts
from rx2fhir.group.replaced import by_switch
from rx2fhir.group.segment import Drug
from rx2fhir.normalize.match import Match
from rx2fhir.normalize.matches import background_at
from rx2fhir.normalize.number import is_column
from rx2fhir.normalize.reader import Reader
from rx2fhir.normalize.values import Words
from rx2fhir.text import COMPARED

_SIGNS = frozenset("®™:,;-.()[]/+'\"*#\n")
_NO_NAMES = ("units", "<nothing>", "<and>", "<advice>")
_MARKS = frozenset("®™")
_NAME_SIGNS = frozenset(".)")
_AMOUNTS = frozenset(("amount", "strength", "scheme"))
_JOINTS = frozenset("-/+")
_LEAST_LETTERS = 4
_COMBINED = "co"
"""Before a hyphen it is part of the name of a combination: Co-Diovan; a form elsewhere (Québec, Belgium)."""

Span = tuple[int, int]


def find_drugs(reader: Reader, entities: Sequence[Entity], matches: Sequence[Match]) -> list[Drug]:
    """The drug names of a text in text order. matches: what the pack reads with no regard to names."""
    spans = _with_missed(reader, matches, list(_seen(reader, entities, matches)))
    spans = [part for span in spans for part in _columns(reader, *span) if not _is_no_name(reader, *part)]
    spans = [(_first(reader, *span), span[1]) for span in spans if not _leads_name(reader, matches, span, spans)]
    tokens = reader.tokens
    return [
        Drug(first, last, tokens[first].start, tokens[last - 1].end, is_combination=_joins(reader, first, last))
        for first, last in _apart(sorted(spans))
    ]


def _seen(reader: Reader, entities: Sequence[Entity], matches: Sequence[Match]) -> Iterator[tuple[int, int]]:
    """The names that the model proposes, without what the pack reads, and with all of their words."""
    read = _read_tokens(reader, matches)
    reasons, avoided = list(_reasons(matches)), list(_avoided(reader, matches))
    for first, last in _proposed(reader, entities):
        first, last = _trim(reader, first, _uncompared(reader, first, last), read)
        worded = any(token.is_word for token in reader.tokens[first:last])
        if worded and not _is_said(reader, first, last, reasons, avoided):
            yield _widen(reader, _with_prefix(reader, first), last, read)


def _is_said(reader: Reader, first: int, last: int, reasons: Sequence[Span], avoided: Sequence[Span]) -> bool:
    """The words are a reason, what is not to be taken, a unit, or what joins the parts of a sig: they are no name."""
    reason = (first, last) in reasons or (_is_inside(reasons, first, last) and _is_prose(reader, first, last))
    reason = reason or (_opens_reason(reader, first) and _is_prose(reader, first, last))
    if reason or _is_inside(avoided, first, last) or all(joins(reader, at) for at in range(first, last)):
        return True
    return any(end == last for name in _NO_NAMES for end, _ in reader.ends(name, first))


def _opens_reason(reader: Reader, first: int) -> bool:
    """The word before asks for a reason: "if hypoglycaemia 18 units"."""
    found = reader.rows("open", first - 1) if first else []
    return any("as_needed_for" in row.means and row.phrase.count(" ") == 1 for _, row, _ in found)


def _is_inside(spans: Sequence[Span], first: int, last: int) -> bool:
    return any(one <= first and last <= end for one, end in spans)


def _is_prose(reader: Reader, first: int, last: int) -> bool:
    """Words in small letters that the lexicon does not know: the "kan slapen" of "als u niet kan slapen"."""
    known = bundled().products(" ".join(reader.words[first:last]))
    return reader.text[reader.tokens[first].start].islower() and not known


def _uncompared(reader: Reader, first: int, last: int) -> int:
    """Where the name ends: before the words of a compared value, "Actrapid bei BZ > 200"."""
    sign = next((at for at in range(first, last) if reader.words[at] in COMPARED), last)
    fillers = (at for at in range(first + 1, sign) if any(row.key == "filler" for row in background_at(reader, at)))
    return next(fillers, sign) if sign < last else last


def _with_missed(reader: Reader, matches: Sequence[Match], spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans, with the names that the model missed: of a replacement, by their place, and known ones."""
    covered = {at for match in matches for at in range(match.start, match.end)}
    switched = list(by_switch(reader, covered))
    spans = [*switched, *(span for span in spans if not _overlaps(span, switched))]
    placed = [*by_place(reader, matches, covered), *by_line(reader, matches, covered)]
    spans = [span for span in spans if not any(one[0] <= span[0] and span[1] <= one[1] for one in placed)]
    spans += [span for span in placed if not _overlaps(span, spans)]
    known = known_names(reader, matches, [0, *line_starts(reader, matches)], spans)
    return [*spans, *(span for span in known if not _overlaps(span, spans))]


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


def _is_no_name(reader: Reader, first: int, last: int) -> bool:
    """Nothing but what a form is like, the "chewable" of "5 mg chewable 1 tab", or whom a dose is for: "adults"."""
    return any(end == last for name in ("form_modifiers", "<persons>") for end, _ in reader.ends(name, first))


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


def _read_tokens(reader: Reader, matches: Sequence[Match]) -> set[int]:
    """Tokens that a reading with words of its own explains; no bare numbers, lengths in figures, free words."""
    read: set[int] = set()
    for match, after in zip_longest(matches, matches[1:]):
        bare = match.kind == "amount" and match.value.kind == "none"
        figures = match.kind == "length" and reader.tokens[match.start].is_number
        if not bare and not figures and not _is_fluid(match, after):
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
    led = (end for name in ("<replace>", "<titrate>") for end, _ in reader.ends(name, first))
    first = next((end for end in led if end < last), first)
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
    while is_hyphen(reader, last) and is_name(reader, last + 1, read):  # Diffu-K
        last += 2
        last += len(reader.words[last - 1]) == 1 and reader.words[last].isdecimal() and reader.tokens[last].glued  # B6
    last += 2 if _is_suffix(reader, last + 1, read) else 0
    first -= 2 if _is_suffix(reader, first, read) and is_name(reader, first - 2, read) else 0
    end_of_name = first > 0 and last == first + 1 and (len(reader.words[first]) == 1 or is_maker(reader.words[first]))
    first -= end_of_name and is_name(reader, first - 1, read)  # Penicillin V, Ramipril AL
    end = last
    while first > 1 and is_joint(reader, first - 1) and is_name(reader, first - 2, read):
        first -= 2
    while end < len(reader.tokens) and end - last < 2 and is_name(reader, end, read):
        end += 1
        if end < len(reader.tokens) and reader.tokens[end].text == "." and reader.tokens[end].glued:
            end += 1
    followed = end < len(reader.tokens) and reader.tokens[end].is_number
    return first, end if followed else last


def _with_prefix(reader: Reader, first: int) -> int:
    """The beginning of a name whose first word is "co": Co-Lisinopril, but not "1 co-lisinopril"."""
    joined = first > 1 and is_hyphen(reader, first - 1) and reader.words[first - 2] == _COMBINED
    counted = first > 2 and reader.tokens[first - 3].is_number
    return first - 2 if joined and not counted else first


def _first(reader: Reader, first: int, last: int) -> int:
    """Where the name begins: behind the verb of "increase pregabalin", before the short "ac." of "ac. folico"."""
    first = next((end for end, _ in reader.ends("<titrate>", first) if end < last), first)
    at = first - 1 - (reader.words[first - 1] == ".") if first else -1
    acid = at >= 0 and is_acid(" ".join((reader.words[at], *reader.words[first:last])))
    return at if acid else first


def _is_suffix(reader: Reader, at: int, read: set[int]) -> bool:
    """A word of the name behind its sign, alone before a number or sign: "BACTRIM® forte,", "SKENAN® LP 30 mg"."""
    if not 1 < at < len(reader.tokens) or reader.tokens[at - 1].text not in _MARKS or not is_name(reader, at, read):
        return False
    return at + 1 == len(reader.tokens) or not reader.tokens[at + 1].is_word


def _overlaps(span: tuple[int, int], spans: Sequence[tuple[int, int]]) -> bool:
    return any(span[0] < last and first < span[1] for first, last in spans)


def _apart(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Without spans that overlap an earlier one."""
    found: list[tuple[int, int]] = []
    for span in spans:
        if not found or found[-1][1] <= span[0]:
            found.append(span)
    return found
