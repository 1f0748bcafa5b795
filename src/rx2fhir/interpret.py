"""Stage 2 as a whole: a text and its entities in, a Prescription out. No model is needed here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from rx2fhir.coverage import noise
from rx2fhir.detect import FAR, FARTHEST, candidates
from rx2fhir.drugs.coding import code
from rx2fhir.drugs.names import key
from rx2fhir.drugs.product import Lexicon
from rx2fhir.drugs.tables import bundled
from rx2fhir.entities import Entity
from rx2fhir.evidence import with_evidence
from rx2fhir.examine import examine
from rx2fhir.group.drugs import find_drugs
from rx2fhir.group.segment import Drug
from rx2fhir.group.statements import read_statements
from rx2fhir.group.switches import with_switches
from rx2fhir.labels import label
from rx2fhir.language import detected, load
from rx2fhir.letters import without_weak_statements
from rx2fhir.normalize.columns import with_columns, without_counts
from rx2fhir.normalize.cover import cover
from rx2fhir.normalize.figures import mend_figures
from rx2fhir.normalize.item import Item
from rx2fhir.normalize.items import read_items
from rx2fhir.normalize.match import Match
from rx2fhir.normalize.reader import Reader
from rx2fhir.normalize.respell import respell
from rx2fhir.normalize.titles import persons
from rx2fhir.prescription import Prescription
from rx2fhir.statement import DosageInstruction, Issue
from rx2fhir.text import UNSEEN, Token, tokenize
from rx2fhir.unread import unread_issues
from rx2fhir.unused import unused_issues

_PAGE = 4000
"""Tokens that are read at once: some ten printed pages."""

_LONG = 400
"""Tokens above which the words alone name the language: reading a page in several would cost more than it tells."""

_SHORT = 30
"""Tokens up to which a text without a sig is read in less likely languages as well."""

_UNDERSTOOD = ("background-text", "ambiguous-date", "alternatives", "not-ticked")
"""Issues about words that are understood."""

_PRODUCT = ("medication.form", "medication.ingredient.strength")
"""What a text says of a product besides its name, in which words of another language may stand."""

_FEW = 8
"""Signs that nobody types which a text may bring from the program it was copied from."""


def interpret(
    text: str, entities: Sequence[Entity] = (), language: str | None = None, lexicon: Lexicon | None = None
) -> Prescription:
    """Read a text. entities: stage 1's proposals. language: ISO 639-1 of a pack, None detects it.

    lexicon: the drug names to code with, None for the project's own. Raises UnknownLanguage, which names the packs.
    """
    rx = _read_text(text, entities, language)
    if not rx.statements:
        return rx
    return examine(without_weak_statements(_with_codes(rx, lexicon or bundled())), entities)


def _with_codes(rx: Prescription, lexicon: Lexicon) -> Prescription:
    """The prescription with the drugs of its statements coded."""
    if not any(statement.medication for statement in rx.statements):
        return rx
    coded = [code(statement, lexicon, rx.language, rx.text) for statement in rx.statements]
    statements = tuple(statement for statement, _ in coded)
    issues = sorted([*rx.issues, *(issue for _, found in coded for issue in found)], key=lambda issue: issue.start)
    return replace(rx, statements=statements, issues=tuple(issues))


def _read_text(text: str, entities: Sequence[Entity], language: str | None) -> Prescription:
    """Read in the language that is named, or in the likeliest.

    Where several packs know the text about as well, the one that leaves least unread wins; where they read it all
    and differ in what it means, an issue says so.
    """
    if _is_binary(text):
        return Prescription(text, language, (), (), _nothing(text))
    tokens, mended = mend_figures(text, with_columns(tokenize(text)))
    rx = _interpret(text, tokens, entities, language)
    if not (mended and rx.statements):
        return rx
    return replace(rx, issues=tuple(sorted((*rx.issues, *mended), key=lambda issue: issue.start)))


def _interpret(text: str, tokens: list[Token], entities: Sequence[Entity], language: str | None) -> Prescription:
    if language is not None:
        return _read(text, tokens, entities, language)
    weights = candidates(text, tokens)
    if not weights:
        return Prescription(text, None, (), (), _nothing(text))
    codes = list(weights)[:1] if len(tokens) > _LONG else list(weights)
    best = _best([_read(text, tokens, entities, code) for code in codes], weights)
    if _needs_second_look(best) and len(tokens) <= _SHORT and any(token.is_number for token in tokens):
        best = _second_look(text, tokens, entities, best)
    tells = best.statements or len(weights) < len(detected())
    return best if tells else replace(best, language=None, issues=best.issues or _nothing(text))


def _needs_second_look(rx: Prescription) -> bool:
    """Nothing is read, or not all that may be a fact."""
    return not rx.statements or any(issue.code == "unread-text" and issue.severity == "warning" for issue in rx.issues)


def _second_look(text: str, tokens: list[Token], entities: Sequence[Entity], first: Prescription) -> Prescription:
    """In the less likely languages: "Cotrim forte 960 Mo-Mi-Fr 1 Tbl." has one Italian word, and is German."""
    weights = candidates(text, tokens, FARTHEST if first.statements else FAR)
    others = [_read(text, tokens, entities, code) for code in weights]
    found = [rx for rx in others if rx.statements and _coded(rx) and _unread(rx) < _unread(first)]
    if first.statements:
        found = [rx for rx in found if not _needs_second_look(rx) and len(rx.statements) == len(first.statements)]
    return _best(found, weights) if found else first


def _best(readings: Sequence[Prescription], weights: Mapping[str, float]) -> Prescription:
    """The reading that leaves least unread, spells the drugs so and codes most; of these the likeliest, or English."""

    def rank(rx: Prescription) -> tuple[int, bool, int, int, float, bool]:
        own = (_unread(rx), not rx.statements, -_spelt(rx), -_coded(rx))
        return (*own, -weights[str(rx.language)], rx.language != "en")

    best, *others = sorted(readings, key=rank)
    rivals = [rx for rx in others if rank(rx)[:5] == rank(best)[:5] and _facts(rx) != _facts(best)]
    if not rivals or not best.statements:
        return best
    names = ", ".join(str(rx.language) for rx in rivals)
    message = f"read as {best.language}; {names} would give another meaning; name the language"
    issue = Issue("warning", "language-uncertain", message, 0, len(best.text))
    return replace(best, issues=(issue, *best.issues))


def _spelt(rx: Prescription) -> int:
    """How many of its drugs are spelt as in its language: "ketorolaco" is Spanish or Portuguese, and not Dutch."""
    drugs = [statement.medication for statement in rx.statements if statement.medication]
    names = [key(drug.text) for drug in drugs if drug.text]
    return sum(rx.language in bundled().languages(name) for name in names)


def _unread(rx: Prescription) -> int:
    """How many characters are not understood; a date with no year is, and the dose of a drug that is stopped."""
    dates = [issue for issue in rx.issues if issue.code == "ambiguous-date"]
    others = [issue for issue in rx.issues if not _is_understood(issue)]
    return sum(one.end - one.start for one in others if not any(date.start <= one.start < date.end for date in dates))


def _is_understood(issue: Issue) -> bool:
    return issue.code in _UNDERSTOOD or (issue.code == "unused-text" and issue.severity == "information")


def _coded(rx: Prescription) -> int:
    """How many characters gave a fact: a language that takes a word for a filler or a reason explains less."""
    facts = [fact for one in rx.statements for fact in one.evidence if fact.element in _PRODUCT]
    facts += [fact for one in rx.statements for part in one.dosages for fact in part.evidence]
    spans = {(fact.start, fact.end) for fact in facts} - {
        (fact.start, fact.end) for fact in facts if fact.element == "asNeeded"
    }
    spans |= {(one.start, one.end) for one in rx.statements if one.status != "active"}
    return sum(end - start for start, end in spans)


def _facts(rx: Prescription) -> list[tuple[str, list[object]]]:
    """What is compared between languages: doses and times, not spans and words."""
    return [(statement.status, [_dosage_facts(dosage) for dosage in statement.dosages]) for statement in rx.statements]


def _dosage_facts(dosage: DosageInstruction) -> object:
    return (dosage.dose, dosage.rate, dosage.timing, dosage.as_needed, dosage.max_dose_per_period, dosage.sequence)


def _read(text: str, tokens: list[Token], entities: Sequence[Entity], language: str) -> Prescription:
    """Read in one language, page by page, so that memory does not grow with the text."""
    parts = [_read_page(text, page, entities, language) for page in _pages(tokens)]
    if len(parts) == 1:
        return parts[0]
    return Prescription(
        text,
        language,
        tuple(entity for part in parts for entity in part.entities),
        tuple(statement for part in parts for statement in part.statements),
        tuple(issue for part in parts for issue in part.issues),
        tuple(mark for part in parts for mark in part.noise),
    )


def _pages(tokens: list[Token]) -> list[list[Token]]:
    """The tokens in pages of limited length, cut behind a blank line, else behind a line, where there is any."""
    pages, start = [], 0
    while len(tokens) - start > _PAGE:
        ends = range(start + _PAGE, start + _PAGE // 2, -1)
        breaks = [end for end in ends if tokens[end - 1].text == "\n"]
        blank = (end for end in breaks if tokens[end - 2].text == "\n")
        end = next(blank, breaks[0] if breaks else start + _PAGE)
        pages.append(tokens[start:end])
        start = end
    return [*pages, tokens[start:]]


def _read_page(text: str, tokens: list[Token], entities: Sequence[Entity], language: str) -> Prescription:
    """Words that nothing explains are tried once more as misspelt words of the pack."""
    if tokens:
        start, end = tokens[0].start, tokens[-1].end
        entities = [entity for entity in entities if entity.start < end and start < entity.end]
    reader = Reader(text, load(language), tokens)
    items, drugs = _items(reader, entities)
    tokens, misspelt = respell(reader.pack, text, tokens, _unexplained(reader, items, drugs), _named(drugs))
    if misspelt:
        reader = Reader(text, reader.pack, tokens)
        items, drugs = _items(reader, entities)
    items = with_switches(reader, items, drugs)
    statements, segments, issues = read_statements(reader, items, drugs)
    issues += misspelt if statements else []
    issues += unread_issues(reader, segments, drugs, items, entities)
    found = label(reader, segments, [segment.drug for segment in segments if segment.drug], entities)
    pairs = zip(statements, segments, strict=True)
    statements = [with_evidence(reader, statement, segment, entities) for statement, segment in pairs]
    issues += unused_issues(reader, statements, segments, issues)
    ordered = tuple(sorted(issues, key=lambda issue: issue.start))
    return Prescription(text, language, found, tuple(statements), ordered, noise(reader, items, segments, statements))


def _items(reader: Reader, entities: Sequence[Entity]) -> tuple[list[Item], list[Drug]]:
    matches, drugs = readings(reader, entities)
    return without_counts(reader, read_items(reader, matches, _spans(drugs))), drugs


def readings(reader: Reader, entities: Sequence[Entity] = ()) -> tuple[list[Match], list[Drug]]:
    """What is read, with the drug names kept out of it."""
    first = cover(reader)
    drugs = find_drugs(reader, entities, first)
    return cover(reader, _spans(drugs)) if drugs else first, drugs


def _spans(drugs: Sequence[Drug]) -> list[tuple[int, int]]:
    """The tokens of the names."""
    return [(drug.first, drug.last) for drug in drugs]


def _named(drugs: Sequence[Drug]) -> set[int]:
    """The tokens of the names."""
    return {at for first, last in _spans(drugs) for at in range(first, last)}


def _unexplained(reader: Reader, items: Sequence[Item], drugs: Sequence[Drug]) -> list[int]:
    """The words that are in no item, drug names among them; of a long text, those of lines with a drug and the next."""
    read = persons(reader).union(*(range(item.first, item.last) for item in items))
    unread = [at for at, token in enumerate(reader.tokens) if token.is_word and at not in read]
    if len(reader.tokens) <= _LONG:
        return unread
    near = {reader.line(drug.first) + behind for drug in drugs for behind in (0, 1)}
    return [at for at in unread if reader.line(at) in near]


def _is_binary(text: str) -> bool:
    """The bytes of a file, taken for text: signs that nobody types are more than a few, and one in a hundred."""
    head = text[:100_000]
    if head.isprintable() and "\ufffd" not in head:
        return False
    strange = sum(not (char.isprintable() or char.isspace() or char in UNSEEN) or char == "\ufffd" for char in head)
    return strange > _FEW and strange * 100 > len(head)


def _nothing(text: str) -> tuple[Issue, ...]:
    if not text.strip():
        return ()
    return (Issue("information", "unread-text", "not read: no word of any language pack", 0, len(text)),)
