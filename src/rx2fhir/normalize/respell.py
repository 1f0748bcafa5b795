"""Reads misspelt and badly scanned words of the pack: where nothing is read, the one word by which something is.

The text is never rewritten: only the token is compared by another word, and every such reading is reported. Names of
drugs are never touched.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from rx2fhir.language import LanguagePack
from rx2fhir.normalize.cover import cover, weight
from rx2fhir.normalize.match import Match
from rx2fhir.normalize.reader import Reader
from rx2fhir.normalize.spelling import Mending, vocabulary
from rx2fhir.statement import Issue
from rx2fhir.text import Token

_BEFORE, _BEHIND = 8, 8
"""Tokens around a word that are read to see what a spelling of it would mean."""

_MOST_WORDS = 40
"""Words of a page that are tried. A page with more slips than that is no prescription in this language."""


def respell(
    pack: LanguagePack, text: str, tokens: Sequence[Token], unread: Sequence[int], names: Collection[int] = ()
) -> tuple[list[Token], list[Issue]]:
    """The tokens with misspelt words read as the word that is meant, and an issue for each.

    unread: where to look, in order. names: those of them that may be the name of a drug: pieces of a word at most.
    """
    repaired, issues, tried = list(tokens), [], 0
    for at in reversed(unread):  # from the end, so that joined tokens leave the places before them as they are
        found = vocabulary(pack).mendings(text, repaired, at, at in names) if at < len(repaired) else []
        tried += bool(found)
        if tried > _MOST_WORDS:
            break
        best = _best(pack, text, repaired, found)
        if best:
            issues.append(_issue(text, repaired, best))
            repaired = _mended(repaired, best)
    return repaired, issues[::-1]


def _best(pack: LanguagePack, text: str, tokens: Sequence[Token], found: Sequence[Mending]) -> Mending | None:
    """The spelling by which most of the words around it are read; none where two do so and mean different things."""
    if not found:
        return None
    readings = [(*_read(pack, text, _mended(tokens, mending), mending.first), mending) for mending in found]
    most = max(read for read, _, _ in readings)
    (meaning, best), *others = [(meaning, mending) for read, meaning, mending in readings if read == most]
    helps = most > _read(pack, text, tokens, best.first)[0]
    return best if helps and all(other == meaning for other, _ in others) else None


def _read(pack: LanguagePack, text: str, tokens: Sequence[Token], at: int) -> tuple[tuple[int, int], list[object]]:
    """How well the words around a token are read, and what they mean: few letters unread, then much explained."""
    words = list(tokens[max(at - _BEFORE, 0) : at + _BEHIND])
    matches = cover(Reader(text, pack, words))
    read = {at for match in matches for at in range(match.start, match.end)}
    # letters as they stand in the text: a word of fewer letters that is not read either gains nothing
    unread = sum(token.end - token.start for at, token in enumerate(words) if token.is_word and at not in read)
    return (-unread, weight(matches)), _meaning(matches)


def _meaning(matches: Sequence[Match]) -> list[object]:
    """What is read, by whichever words."""
    return [
        (match.kind, match.value, dict(match.values), match.row and (match.row.key, match.row.means))
        for match in matches
    ]


def _mended(tokens: Sequence[Token], mending: Mending) -> list[Token]:
    first, last = tokens[mending.first], tokens[mending.last - 1]
    token = Token.of(mending.word, first.start, last.end, first.glued)
    return [*tokens[: mending.first], token, *tokens[mending.last :]]


def _issue(text: str, tokens: Sequence[Token], mending: Mending) -> Issue:
    start, end = tokens[mending.first].start, tokens[mending.last - 1].end
    return Issue("warning", "misspelt", f"{text[start:end]!r} is read as {mending.word!r}", start, end)
