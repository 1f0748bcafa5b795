"""The generator of training texts, the tokenizer and the loop."""

from __future__ import annotations

from itertools import islice, pairwise
from pathlib import Path
from random import Random

import pytest

from rx2fhir.entities import LABELS
from rx2fhir.errors import MappingError, UnknownLanguage
from rx2fhir.syntax import slots
from rx2fhir.training.cases import Case
from rx2fhir.training.generator import generate, grammar, languages, sample
from rx2fhir.training.grammar import Grammar, Row, parse_row, read_rules
from rx2fhir.training.names import folded, names
from rx2fhir.training.noise import disturb

UNSEEN = Path(__file__).parent / "data" / "unseen_drugs.txt"
FIXTURES = Path(__file__).parents[1] / "fixtures" / "ner"


def _expand(rules: dict[str, list[str]], seed: int = 0) -> list[tuple[str, str | None]]:
    return Grammar(_rows(rules), {"name": lambda random: "abc"}).expand("text", Random(seed))


def _rows(rules: dict[str, list[str]]) -> dict[str, list[Row]]:
    return {name: [parse_row(text, name) for text in texts] for name, texts in rules.items()}


@pytest.mark.parametrize(
    ("row", "texts"),
    [
        ("one {slot}", {"one x"}),
        ("one[ or two]", {"one", "one or two"}),
        ("(a|b) c", {"a c", "b c"}),
        ("[a|b]c", {"ac", "bc", "c"}),
        ("(max 3)", {"(max 3)"}),
        (r"1\) a \| b \> c", {"1) a | b > c"}),
        ("{name}", {"abc"}),
        ("([a ](b|c))", {"(a b)", "(a c)", "(b)", "(c)"}),
    ],
)
def test_rows(row: str, texts: set[str]) -> None:
    found = {"".join(piece for piece, _ in _expand({"text": [row], "slot": ["x"]}, seed)) for seed in range(60)}
    assert found == texts


def test_slots_with_labels() -> None:
    rules = {"text": ["{DRUG:name} {DOSAGE}"], "dosage": ["{FORM:inner}!"], "inner": ["y"]}
    assert _expand(rules) == [("abc", "DRUG"), (" ", None), ("y!", "DOSAGE")]


def test_weights() -> None:
    rules = {"text": ["a @9", "b"]}
    drawn = [_expand(rules, seed)[0][0] for seed in range(400)]
    assert 0.84 < drawn.count("a") / len(drawn) < 0.96


@pytest.mark.parametrize("row", ["(a", "a]b[", "{a", "a}", "1) a", "a | b", "a > b"])
def test_broken_rows(row: str) -> None:
    with pytest.raises(MappingError, match="'text'"):
        parse_row(row, "text")


def test_unknown_slots_and_endless_rules() -> None:
    with pytest.raises(MappingError, match="nowhere"):
        Grammar(_rows({"text": ["{nowhere}"]}), {})
    with pytest.raises(MappingError, match="never ends"):
        Grammar(_rows({"text": ["{text}"]}), {}).expand("text", Random(0))


def test_rules_of_a_language_add_to_the_common_ones(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text('one: ["a"]\ntwo: ["b"]\n')
    (tmp_path / "b.yaml").write_text('+one: ["c"]\ntwo: ["d"]\n')
    assert read_rules(tmp_path / "a.yaml", tmp_path / "b.yaml") == _rows({"one": ["a", "c"], "two": ["d"]})
    (tmp_path / "c.yaml").write_text("one: [1]\n")
    with pytest.raises(MappingError, match=r"c\.yaml"):
        read_rules(tmp_path / "c.yaml")


def test_unknown_language() -> None:
    with pytest.raises(UnknownLanguage, match="en, es, fr"):
        grammar("xx")


@pytest.mark.parametrize("language", languages())
def test_samples(language: str) -> None:
    random = Random(5)
    samples = [sample(language, random) for _ in range(600)]
    assert len({one.text for one in samples}) > 560
    assert {label for one in samples for label, _, _ in one.entities} == set(LABELS)
    for one in samples:
        edges = [(start, end) for _, start, end in one.entities]
        assert all(start < end <= len(one.text) for start, end in edges), one
        assert all(a[1] <= b[0] for a, b in pairwise(edges)), one
        assert all(one.text[start:end].strip() == one.text[start:end] for start, end in edges), one


def test_equal_seeds_give_equal_texts() -> None:
    first, again, other = ([s.text for s in islice(generate(seed), 50)] for seed in (1, 1, 2))
    assert first == again != other


def test_noise_keeps_entities_together() -> None:
    chars = [(char, 1 if 4 <= i < 13 else 0) for i, char in enumerate("Rx: doliprane 500 mg le matin, au coucher")]
    for seed in range(300):
        numbers = [number for _, number in disturb(chars, Random(seed))]
        assert "".join(map(str, numbers)).strip("0").count("0") == 0
        assert numbers.count(1) > 3


def _unseen() -> list[tuple[str, str, str]]:
    rows = [line.split("\t") for line in UNSEEN.read_text(encoding="utf-8").splitlines()]
    return [(code, kind, name) for code, kind, name in rows]


def test_unseen_names_are_unseen() -> None:
    unseen = {folded(name) for _, _, name in _unseen()}
    known = {folded(name) for code in languages() for kind in ("ingredient", "brand") for name in names(code, kind)}
    assert len(unseen) >= 300 and not unseen & known
    texts = folded("\n".join(one.text for one in islice(generate(11), 20_000)))
    assert [name for name in unseen if f" {name} " in texts] == []


def test_fixtures_are_well_formed() -> None:
    from rx2fhir.training.formats import read_cases

    for language in languages():
        cases = read_cases(FIXTURES / f"{language}.txt")
        assert len(cases) >= 25 and len({case.text for case in cases}) == len(cases)
        assert {label for case in cases for label, _, _ in case.entities} == set(LABELS)


# ---- tokenizer, batches, loop: need torch only where said ------------------------------------------------------------
@pytest.fixture(scope="module")
def tokenizer():  # type: ignore[no-untyped-def]
    from rx2fhir.training.tokenizer import train_tokenizer

    return train_tokenizer(seed=2, texts=400, vocabulary=700)


def test_digits_and_signs_stand_alone(tokenizer) -> None:  # type: ignore[no-untyped-def]
    assert tokenizer.encode("12,5\n3", add_special_tokens=False).tokens == ["▁1", "2", ",", "5", "▁\n", "▁3"]


def test_token_labels(tokenizer) -> None:  # type: ignore[no-untyped-def]
    from rx2fhir.recognize.labels import TAGS
    from rx2fhir.training.dataset import IGNORED, token_labels

    text = "3dd1t le matin"
    spans = (("FREQUENCY", 0, 3), ("DOSAGE", 3, 4), ("FORM", 4, 5), ("FREQUENCY", 6, 14))
    encoding = tokenizer.encode(text)
    labels = token_labels(encoding, text, spans)
    assert labels[0] == labels[-1] == IGNORED
    named = [TAGS[label] for label in labels[1:-1]]
    begins = [encoding.offsets[i + 1][0] for i, name in enumerate(named) if name[0] == "B"]
    assert [name[2:] for name in named if name[0] == "B"] == ["FREQUENCY", "DOSAGE", "FORM", "FREQUENCY"]
    assert begins[:3] == [0, 3, 4] and begins[3] in (5, 6)


def test_the_first_word_of_a_line_has_its_label(tokenizer) -> None:  # type: ignore[no-untyped-def]
    from rx2fhir.recognize.labels import TAGS
    from rx2fhir.training.dataset import token_labels

    encoding = tokenizer.encode("le soir\nle matin", add_special_tokens=False)
    labels = token_labels(encoding, "le soir\nle matin", (("FREQUENCY", 0, 7), ("FREQUENCY", 8, 16)))
    named = dict(zip(encoding.tokens, (TAGS[label] for label in labels), strict=True))
    assert named["▁\n"] == "O"
    assert [TAGS[label] for label in labels].count("B-FREQUENCY") == 2


def test_pages_join_samples() -> None:
    from rx2fhir.training.dataset import joined

    page = joined([Case("a bc", (("DRUG", 2, 4),), "en"), Case("d", (("FORM", 0, 1),), "en")])
    assert page == Case("a bc\nd", (("DRUG", 2, 4), ("FORM", 5, 6)), "en")


def test_training_learns_and_resumes(tokenizer, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    from rx2fhir.training.dataset import batches
    from rx2fhir.training.loop import Course, Training
    from rx2fhir.training.model import Size, new_model

    def training() -> Training:
        model = new_model(Size(hidden=32, layers=1, heads=2, inner=32), tokenizer.get_vocab_size(), 1)
        return Training(model, Course(steps=30, rate=5e-3, every=15), tmp_path, lambda: 0.5)

    training().run(lambda step: batches(tokenizer, 1 + step, 600))
    curve = [line.split(",") for line in (tmp_path / "training.csv").read_text().splitlines()]
    assert curve[0] == ["step", "texts", "minutes", "loss", "f1"]
    assert [row[0] for row in curve[1:]] == ["15", "30"] and float(curve[2][3]) < float(curve[1][3])
    again = training()
    assert again.step == 30 and again.texts == int(curve[2][1])


# ---- rows of the language packs --------------------------------------------------------------------------------------
def test_rows_of_packs_join_the_grammar() -> None:
    from rx2fhir.language import languages as packs
    from rx2fhir.training.packs import SHARES, with_pack

    rules = _rows({name: ["x"] for name in SHARES})
    assert with_pack(rules, "xx") == rules
    for language in packs():
        joined = with_pack(rules, language)
        assert any(slot.name == "pack/when" for row in joined["frequency"] for slot in slots(row.phrase))
        filled = {slot.name for rows in joined.values() for row in rows for slot in slots(row.phrase)}
        assert {name for name in filled if name.startswith(("pack/", "list/"))} <= joined.keys()


def test_every_row_of_a_pack_can_be_drawn() -> None:
    from rx2fhir.language import load

    known = grammar("fr")
    drawn = {"".join(piece for piece, _ in known.expand("pack/when", Random(seed))) for seed in range(4000)}
    plain = {row.phrase for row in load("fr").rows if row.concept == "when" and not set(row.phrase) & set("[]()<>{}|")}
    assert plain <= drawn
