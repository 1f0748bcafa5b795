"""No text raises, none makes work grow faster than its length, none gives facts that it does not say.

Wrong use raises one error that names the choices.
"""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from types import FrameType
from typing import Any

import orjson
import pytest

from rx2fhir import ModelUnavailable, Parser, Prescription, UnknownLanguage, UsageError
from rx2fhir.entities import LABELS, Entity
from rx2fhir.language import languages
from rx2fhir.statement import Quantity, Timing

MEGABYTE = 1_000_000


class Silent:
    """A model that finds nothing: stage 2 is on its own."""

    def recognize(self, texts: Sequence[str]) -> list[tuple[Entity, ...]]:
        return [() for _ in texts]


class Eager:
    """A model that labels every word, the labels by turns: as wrong as a model can be."""

    def recognize(self, texts: Sequence[str]) -> list[tuple[Entity, ...]]:
        return [tuple(self._entities(text)) for text in texts]

    def _entities(self, text: str) -> list[Entity]:
        words = re.finditer(r"\S+", text)
        return [Entity(LABELS[n % 6], word.start(), word.end(), word[0]) for n, word in enumerate(words)]


class DrugNames:
    """A model that takes every word of six letters or more for a drug."""

    def recognize(self, texts: Sequence[str]) -> list[tuple[Entity, ...]]:
        found = [re.finditer(r"[^\W\d_]{6,}", text) for text in texts]
        return [tuple(Entity("DRUG", word.start(), word.end(), word[0]) for word in words) for words in found]


def pdf() -> bytes:
    """A file as a printer driver writes it: a few readable words between compressed bytes."""
    stream = random.Random(7).randbytes(3000)
    head = b"%PDF-1.4\n1 0 obj\n<< /Type /Page /MediaBox [0 0 595 842] /Contents 2 0 R >>\nendobj\n"
    body = b"2 0 obj\n<< /Length 3000 /Filter /FlateDecode >>\nstream\n" + stream + b"\nendstream\nendobj\n"
    tail = b"xref\n0 3\n0000000000 65535 f \n0000000015 00000 n \ntrailer\n<< /Size 3 >>\n%%EOF\n"
    return head + body + tail


NOTHING = {
    "empty": "",
    "blank": " \t\r\n\u00a0\u3000 ",
    "control": "".join(map(chr, range(32))) + "\x7f\x85\x9b",
    "surrogates": "\ud800\udfff x \udc80",
    "emoji": "💊👨‍👩‍👧‍👦🇫🇷",
    "right-to-left": "\u202eقرص واحد ثلاث مرات يوميا\u202c كدورية שלוש פעמים ביום",
    "marks": "\u0301\u0308" * 50,
    "other scripts": "по одной таблетке утром 一日三回 食後 μία κάψουλα",
    "numerals": "⅕ ⅙ ↉ ㋀ ㏠ ⒈ ⑴ ② Ⅳ ৪ 𝟛 ¹²³",
    "signs": r"""!"#$%&'()*+,-./:;<=>?@[\]^_`{|}~""",
    "greeting": "Kia ora, kei te pēhea koe?",
}
STRANGE = {
    **NOTHING,
    "pdf as latin-1": pdf().decode("latin-1"),
    "pdf as utf-8": pdf().decode("utf-8", errors="replace"),
    "pdf with surrogates": pdf().decode("utf-8", errors="surrogateescape"),
    "sig in control characters": "1\x00cp\x01le\x02matin\x1f",
    "sig with a surrogate": "doliprane\ud800 500 mg 1 cp \udfff le matin",
    "sig in emoji": "💊 1 cp 🌞 le matin",
    "sig right-to-left": "\u202e1 cp le matin\u202c",
    "sig in marks": "1\u0301 c\u0301p\u0301 le matin",
    "only negation": "ne pas ne pas jamais",
    "modifiers": "effervescent " * 3000,
    "long word": "ab" * 5000,
    "long number": "12" * 5000,
    "brackets": "[DRUG (" * 500,
    "markup": "<b>1 cp</b>&nbsp;{n} fois par {unit} <and>",
}


def parts(rx: Prescription) -> list[tuple[int, int]]:
    """Every span of a result."""
    found: list[Any] = [*rx.entities, *rx.issues, *rx.statements]
    for statement in rx.statements:
        found += [*statement.dosages, *(part for part in [statement.medication] if part)]
    return [(part.start, part.end) for part in found]


def assert_sound(rx: Prescription, text: str) -> None:
    assert rx.text == text
    assert all(0 <= start <= end <= len(text) for start, end in parts(rx))
    assert all(entity.text == text[entity.start : entity.end] for entity in rx.entities)
    for release in ("R4", "R5"):
        for resource in ("MedicationStatement", "MedicationRequest"):
            orjson.dumps(rx.to_dicts(release=release, resource=resource))


MODELS = {"bundled": None, "silent": Silent(), "eager": Eager(), "drugs": DrugNames()}


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
@pytest.mark.parametrize("name", STRANGE)
def test_any_text_gives_a_prescription(name: str, model: Any) -> None:
    text = STRANGE[name]
    for rx in Parser(model).parse_many([text] * (len(languages()) + 1), [None, *languages()]):
        assert_sound(rx, text)


@pytest.mark.parametrize("name", NOTHING)
def test_what_says_nothing_gives_nothing(name: str) -> None:
    for rx in Parser().parse_many([NOTHING[name]] * (len(languages()) + 1), [None, *languages()]):
        assert rx.statements == ()
        assert rx.issues or not re.search(r"[^\W_]", rx.text)


@pytest.mark.parametrize("name", [name for name in STRANGE if name.startswith("pdf")])
def test_bytes_of_a_file_are_no_prescription(name: str) -> None:
    rx = Parser().parse(STRANGE[name])
    assert rx.statements == ()
    assert rx.issues


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff1 comprimé le matin",
        "1 comprimé\u200b le matin",
        "\u200e1 comprimé le matin\u200f",
        "1 comprimé le matin\x00",
        "\x0c1 comprimé\x0b le matin\x1a",
        "1 comprimé \ufffd le matin",
        "💊 1 comprimé 🌞 le matin",
    ],
)
def test_what_cannot_be_seen_does_not_hide_a_sig(text: str) -> None:
    """A byte order mark, a blank without width, a control character of an old printer."""
    [statement] = Parser(Silent()).parse(text, "fr").statements
    [dosage] = statement.dosages
    assert dosage.dose == Quantity(Decimal(1), "tablet")
    assert dosage.timing == Timing(when=("MORN",))


def test_one_bad_text_does_not_spoil_its_neighbours() -> None:
    texts = ["1 cp le matin", *STRANGE.values(), "1 cp le matin"]
    first, *_, last = Parser().parse_many(texts)
    assert first == last
    assert first.statements


# Texts that a program with nested loops cannot read: one thing over and over.
REPEATED = {
    "digits": "7",
    "digit and dash": "1-",
    "digit and slash": "1/",
    "digit and comma": "1,",
    "digit and point": "1.",
    "digit and blank": "1 ",
    "brackets": "(",
    "closing brackets": ")",
    "fractions": "½",
    "letters": "ab",
    "blanks": " ",
    "line breaks": "\n",
    "drug names": "paracetamol ",
    "amounts": "1 cp ",
    "amounts of measure": "5 mg ",
    "different amounts": "1 cp le matin, 2 cp le soir, ",
    "ranges": "1 à 2 ",
    "articles": "un ",
    "and": "et ",
    "times": "le matin ",
    "clock times": "8h, ",
    "weekdays": "lundi, ",
    "steps": "puis ",
    "amounts in steps": "1 cp pendant 3 jours puis ",
    "reasons": "si douleur, ",
    "as needed": "si besoin ",
    "maximum": "max 3 par jour ",
    "instructions": "avaler 1 cp à jeun; ",
    "forms": "comprimé ",
    "modifiers": "effervescent ",
    "form and modifiers": "comprimé effervescent ",
    "stopped": "stop ",
    "negation": "ne pas ",
    "frequencies": "3x/j ",
    "unread words": "toto ",
    "lines": "doliprane 500 mg 1 comprimé le matin pendant une semaine\n",
    "sentences": "Prendre Doliprane 500 mg. Arrêter Kardegic 75 mg. ",
}


def repeated(name: str, length: int) -> str:
    return REPEATED[name] * (length // len(REPEATED[name]))


def work(task: Callable[[], object]) -> int:
    """How many calls and returns a task makes: what it costs, on any machine at any load."""
    count = 0

    def tick(*_: object) -> None:
        nonlocal count
        count += 1

    sys.setprofile(tick)
    try:
        task()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("model", [Silent(), DrugNames()], ids=["silent", "drugs"])
@pytest.mark.parametrize("name", REPEATED)
def test_four_times_the_text_is_four_times_the_work(name: str, model: Any) -> None:
    parser = Parser(model)
    short, long = repeated(name, 900), repeated(name, 3600)
    parser.parse(short, "fr")  # so that both find the pack compiled
    assert work(lambda: parser.parse(long, "fr")) < 5 * work(lambda: parser.parse(short, "fr"))


NAMED = ["digits", "digit and dash", "digit and slash", "brackets", "drug names", "amounts", "line breaks", "blanks"]


def steps(task: Callable[[], object]) -> int:
    """How many instructions of the interpreter a task takes, those of loops that call nothing included."""
    count = 0

    def trace(frame: FrameType, event: str, _: object) -> Any:
        nonlocal count
        frame.f_trace_lines, frame.f_trace_opcodes = False, True
        count += event == "opcode"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        task()
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("name", NAMED)
def test_four_times_the_text_is_four_times_the_steps(name: str) -> None:
    """A loop within a loop that calls nothing shows in no count of calls: 4 is right, 16 would be such a loop."""
    parser = Parser(Silent())
    short, long = repeated(name, 900), repeated(name, 3600)
    parser.parse(short, "fr")
    assert steps(lambda: parser.parse(long, "fr")) < 5 * steps(lambda: parser.parse(short, "fr"))


def test_an_endless_chain_of_numbers_is_not_read_but_reported() -> None:
    chain = "1-" * 40
    rx = Parser(Silent()).parse(f"1 cp le matin\n{chain}\n2 cp le soir", "fr")
    doses = [dosage.dose for statement in rx.statements for dosage in statement.dosages]
    assert doses == [Quantity(Decimal(1), "tablet"), Quantity(Decimal(2), "tablet")]
    assert any(issue.code == "unread-text" and chain.rstrip("-") in issue.message for issue in rx.issues)


@pytest.mark.parametrize("name", ["digits", "letters", "blanks", "line breaks", "unread words"])
def test_a_megabyte(name: str) -> None:
    text = repeated(name, MEGABYTE)
    rx = Parser(Silent()).parse(text, "fr")
    assert_sound(rx, text)
    assert rx.statements == ()


def test_the_issues_of_a_long_text_reach_its_end() -> None:
    """There may be too many to list each; the last one then says so of the rest."""
    text = "toto\n" * 20_000
    rx = Parser(Silent()).parse(text, "fr")
    assert len(rx.issues) < 20_000
    assert rx.issues[-1].end >= len(text.rstrip())


@pytest.mark.parametrize("text", [None, b"1 cp le matin", 1, ["1 cp"], object()])
def test_what_is_no_text_is_wrong_use(text: Any) -> None:
    with pytest.raises(UsageError, match=f"expected str, not {type(text).__name__}"):
        Parser(Silent()).parse(text)
    with pytest.raises(UsageError, match=f"expected str, not {type(text).__name__}"):
        list(Parser(Silent()).parse_many(["1 cp", text]))


@pytest.mark.parametrize("texts", ["1 cp le matin", b"1 cp"])
def test_one_text_is_not_many(texts: Any) -> None:
    with pytest.raises(UsageError, match="parse"):
        list(Parser(Silent()).parse_many(texts))


@pytest.mark.parametrize("code", ["", "xx", "FR", "fr-FR", "french", "*", "codes"])
def test_an_unknown_language_names_the_choices(code: str) -> None:
    with pytest.raises(UnknownLanguage) as error:
        Parser(Silent()).parse("1 cp le matin", language=code)
    assert repr(code) in str(error.value)
    assert ", ".join(languages()) in str(error.value)


@pytest.mark.parametrize("code", [1, b"fr", ["fr"], ("fr", "en")])
def test_what_is_no_language_code_names_the_choices_too(code: Any) -> None:
    with pytest.raises(UsageError) as error:
        Parser(Silent()).parse("1 cp le matin", language=code)
    assert ", ".join(languages()) in str(error.value)


def test_languages_are_one_for_each_text() -> None:
    with pytest.raises(UsageError, match="languages"):
        list(Parser(Silent()).parse_many(["1 cp", "1 cp"], languages=["fr"]))
    with pytest.raises(UsageError):
        list(Parser(Silent()).parse_many(["1 cp", "1 cp"], languages="fr"))


def test_a_missing_model_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match=re.escape(str(tmp_path / "none"))):
        Parser(tmp_path / "none")


def test_an_empty_model_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match=re.escape(str(tmp_path))):
        Parser(tmp_path)


@pytest.mark.parametrize("model", [1, b"model", ["model"], object()])
def test_what_is_no_model_names_the_choices(model: Any) -> None:
    with pytest.raises(UsageError, match="expected None, a name, a folder or an object with recognize"):
        Parser(model)


@pytest.mark.parametrize(
    ("wrong", "choices"),
    [
        ({"release": "R3"}, "R4, R5"),
        ({"release": None}, "R4, R5"),
        ({"release": ["R4"]}, "R4, R5"),
        ({"resource": "Medication"}, "MedicationStatement, MedicationRequest"),
        ({"subject": ""}, "Patient/1"),
        ({"subject": 1}, "Patient/1"),
    ],
)
def test_wrong_output_names_the_choices(wrong: dict[str, Any], choices: str) -> None:
    rx = Parser(Silent()).parse("1 cp le matin", "fr")
    for call in (rx.to_dicts, rx.to_fhir):
        with pytest.raises(UsageError, match=choices):
            call(**wrong)
