"""Gives the medication of a statement its codes, and says where the name leaves them open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from rx2fhir.drugs.atc import SYSTEMIC, area, areas, choose
from rx2fhir.drugs.lookup import Found, find
from rx2fhir.drugs.names import is_variant
from rx2fhir.drugs.nearby import nearby
from rx2fhir.drugs.product import Lexicon, Product
from rx2fhir.statement import Coding, Evidence, Ingredient, Issue, Medication, Quantity, Severity, Statement

ATC = "http://www.whocc.no/atc"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"

_MEASURED = frozenset(("", "mg", "g", "ug", "[iU]", "mmol", "meq"))
_BY_AIR = frozenset(("inhaled", "nose"))


def code(statement: Statement, lexicon: Lexicon, language: str | None, text: str = "") -> tuple[Statement, list[Issue]]:
    """The statement with codes for its drug, and what is doubtful about the name.

    A name that is not known, that means different drugs, or that contradicts its strengths gets no code. The text of
    the medication stays as written. language: ISO 639-1, tells countries apart. text: of the prescription; a word
    behind the name may make it that of another product.
    """
    drug = statement.medication
    if drug is None or not drug.text:
        return statement, []
    found, issues = _look_up(drug, lexicon, language, _variant(drug, text))
    if found.product is None:
        return statement, issues
    if len(drug.strengths) > len(found.product.ingredients):
        message = f"{drug.text} is {_words(found.product)}, with more strengths"
        return statement, [_issue("warning", "drug-name-uncertain", message, drug)]
    chosen, left = _atc(statement, found.product, lexicon)
    return _coded(statement, drug, found, chosen, lexicon), issues + _open_codes(drug, left)


def _coded(statement: Statement, drug: Medication, found: Found, atc: tuple[str, ...], lexicon: Lexicon) -> Statement:
    """The statement with the codes of a product, and the row that says what the name means."""
    [product] = found.products
    codings, ingredients = _codings(product, atc, lexicon), _ingredients(found, product, atc, lexicon)
    evidence = Evidence("medication.code", drug.start, drug.end, product.rule)
    coded = replace(drug, codings=codings, ingredients=ingredients)
    return replace(statement, medication=coded, evidence=(*statement.evidence, evidence))


def _open_codes(drug: Medication, codes: tuple[str, ...]) -> list[Issue]:
    """One name, several uses: which ATC code is meant, the text does not say."""
    if not codes:
        return []
    message = f"{drug.text}: ATC code {' or '.join(codes)}; the text does not say for which use"
    return [_issue("information", "atc-uncertain", message, drug)]


def _variant(drug: Medication, text: str) -> str:
    """The word behind the name that makes it that of another product: "Mix" of "Humalog Mix 25"."""
    following = text[drug.end :].split(maxsplit=1)
    return following[0] if following and is_variant(following[0]) else ""


def _look_up(drug: Medication, lexicon: Lexicon, language: str | None, variant: str) -> tuple[Found, list[Issue]]:
    """The product of the name, of its alias where only that is known, or of the one name that is meant."""
    if variant:
        found = find(f"{drug.text} {variant}", lexicon, language)
        message = f"{drug.text} {variant} is not known; {drug.text} alone is another product"
        return found, [] if found.product else [_issue("warning", "drug-name-uncertain", message, drug)]
    names = [name for name in (drug.text, drug.alias) if name]
    known = [found for name in names if (found := find(name, lexicon, language)).products]
    if not known:
        return _misspelt(drug, names[0], lexicon, language)
    drugs = {product.ingredients for found in known for product in found.products}
    if len(drugs) == 1:
        return known[0], []
    choices = " or ".join(sorted(" + ".join(ingredients) for ingredients in drugs))
    return Found(), [_issue("warning", "drug-name-ambiguous", f"{' = '.join(names)} can mean {choices}", drug)]


def _misspelt(drug: Medication, name: str, lexicon: Lexicon, language: str | None) -> tuple[Found, list[Issue]]:
    near = nearby(name, lexicon)
    if not near.names:
        return Found(), []
    choices = ", ".join(near.names)
    if near.sure:
        message = f"{name} is coded as {near.names[0]}, the only known name near it"
        return find(near.names[0], lexicon, language), [_issue("warning", "drug-name-uncertain", message, drug)]
    message = f"{name} is not known; near it: {choices}"
    return Found(), [_issue("information", "drug-name-uncertain", message, drug)]


def _issue(severity: Severity, kind: str, message: str, drug: Medication) -> Issue:
    return Issue(severity, kind, message, drug.start, drug.end)


def _words(product: Product) -> str:
    return " + ".join(product.ingredients)


def _atc(statement: Statement, product: Product, lexicon: Lexicon) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The ATC code of the product, if the text leaves one; else the codes among which it stays open."""
    codes = product.atc or _codes(product, lexicon)
    said = areas(_said(statement)) or _measured(statement, codes)
    chosen = choose(codes, said)
    return (chosen, ()) if len(chosen) == 1 else ((), chosen or codes)


def _codes(product: Product, lexicon: Lexicon) -> tuple[str, ...]:
    if len(product.ingredients) > 1:
        return lexicon.combination(product.ingredients)
    substance = lexicon.substance(product.ingredients[0])
    return substance.atc if substance else ()


def _said(statement: Statement) -> Iterator[tuple[str, str]]:
    """What tells where the medicine acts."""
    drug = statement.medication
    if drug and drug.form:
        yield "form", drug.form.name
    for dosage in statement.dosages:
        if isinstance(dosage.dose, Quantity) and dosage.dose.unit:
            yield "unit", dosage.dose.unit
        for kind, concept in (("route", dosage.route), ("site", dosage.site)):
            if concept and concept.display:
                yield kind, concept.display


def _measured(statement: Statement, codes: tuple[str, ...]) -> frozenset[str]:
    """A strength in mg per piece is one of tablets and the like, unless the substance is also inhaled."""
    drug = statement.medication
    pieces = [part.unit for part in drug.strengths if part.per is None] if drug else []
    doses = [dosage.dose.unit for dosage in statement.dosages if isinstance(dosage.dose, Quantity)]
    measured = _MEASURED.intersection(pieces or doses)
    return frozenset((SYSTEMIC,)) if measured and not _BY_AIR & set(map(area, codes)) else frozenset()


def _codings(product: Product, atc: tuple[str, ...], lexicon: Lexicon) -> tuple[Coding, ...]:
    """RxNorm's and ATC's code of one ingredient; of a combination ATC's alone, whose wording is not ours to give."""
    if len(product.ingredients) == 1:
        return _substance(product.ingredients[0], atc, lexicon)
    return tuple(Coding(ATC, value) for value in atc)


def _substance(name: str, atc: tuple[str, ...], lexicon: Lexicon) -> tuple[Coding, ...]:
    substance = lexicon.substance(name)
    rxnorm = (Coding(RXNORM, substance.rxcui, substance.rxnorm or None),) if substance and substance.rxcui else ()
    return (*rxnorm, *(Coding(ATC, value, name) for value in atc))


def _ingredients(found: Found, product: Product, atc: tuple[str, ...], lexicon: Lexicon) -> tuple[Ingredient, ...]:
    """The ingredients with their codes, in the order in which the text names them."""
    if len(product.ingredients) == 1:
        return (Ingredient(codings=_codings(product, atc, lexicon)),)
    named = found.texts or tuple((None, name) for name in product.ingredients)
    return tuple(Ingredient(text, _substance(name, _plain(name, lexicon), lexicon)) for text, name in named)


def _plain(name: str, lexicon: Lexicon) -> tuple[str, ...]:
    """The ATC code of a substance that has but one."""
    substance = lexicon.substance(name)
    return substance.atc if substance and len(substance.atc) == 1 else ()
