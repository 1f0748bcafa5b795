"""Conditions under which nothing is taken: "if it gets worse see your doctor", "skip if you vomit"."""

from __future__ import annotations

from typing import Any

from rx2fhir.normalize.reader import Reader
from rx2fhir.normalize.values import Count, Measure, Words

_FAR = 6
"""Tokens behind the reason in which advice is looked for."""

_ENDS = frozenset(".;\n")
_APART = _ENDS | {",", "(", "-"}
_LESS = ("<nothing>", "<difference>", "<titrate>", "<relative>")


def is_advice(reader: Reader, at: int, words: Any) -> bool:
    """Whether the condition that begins at a token, with its reason in free words, is said to the patient."""
    if not isinstance(words, Words) or _is_marked(reader, at):
        return False
    return _leaves_out(reader, words) or _advises(reader, at, words)


def _is_marked(reader: Reader, at: int) -> bool:
    """A marker of its own stands there: "as needed for pain, stop if rash" is taken as needed."""
    rows = (row for _, row, _ in reader.rows("closed", at))
    return any(row.concept == "as_needed" and row.means.keys() == {"as_needed"} for row in rows)


def _leaves_out(reader: Reader, words: Words) -> bool:
    """ "Bij diarree overslaan", "bei Durchfall weniger": for that reason it is left out, not taken."""
    behind = range(words.start + 1, words.end)
    return any(end == words.end for at in behind for name in _LESS for end, _ in reader.ends(name, at))


def _advises(reader: Reader, at: int, words: Words) -> bool:
    """Up to the end of the sentence; of "1 tablet if pain, stop if rash" no further than the comma."""
    apart = at == 0 or reader.words[at - 1] in _APART
    end, ends = (words.end, _ENDS) if apart else (words.start, _APART)
    last = min(len(reader.tokens), words.end + _FAR)
    while end < last and reader.tokens[end].text not in ends and not _is_dose(reader, end):
        end += 1
    return any(reader.ends("<advice>", one) and not _limits(reader, one) for one in range(words.start, end))


def _is_dose(reader: Reader, at: int) -> bool:
    """Of "if pain 1 tablet, see your doctor" the reason is that of the tablet."""
    return any(amount.kind != "none" for _, amount in reader.read("amount", at))


def _limits(reader: Reader, at: int) -> bool:
    """ "Do not take more than 4 a day" says how much may be taken."""
    values = [value for _, _, values in reader.rows("closed", at) for _, value in values]
    return any(isinstance(value, (Count, Measure)) for value in values)
