"""Stage 1: windows, decoding, spans, checkpoints. Real weights: the bundled model; else a tiny random XLM-R."""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Iterator
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rx2fhir.entities import LABELS, Entity
from rx2fhir.errors import ModelUnavailable, UsageError
from rx2fhir.recognize import Recognizer, bundled, model_path, open_model
from rx2fhir.recognize.decode import best_tags, tag_probabilities
from rx2fhir.recognize.labels import TAGS, tag_columns
from rx2fhir.recognize.marked import read_marked
from rx2fhir.recognize.windows import windows
from rx2fhir.recognize.words import PART, encode
from rx2fhir.training.cases import Case
from rx2fhir.training.formats import read_cases

UNSEEN = Path(__file__).parent / "data" / "unseen_drugs.txt"
FIXTURES = Path(__file__).parents[1] / "fixtures" / "ner"

CARD_LABELS = ("O", *(f"{prefix}-{label}" for label in LABELS for prefix in ("B", "I")))
ODD_TEXTS = (
    "",
    " \n\t ",
    "\x00\x01",
    "\ud800 amoxicillin \udfff",
    "💊 ibuprofen 400 mg 💊 1 tab daily",
    "خذ قرصا واحدا",
    "%PDF-1.4\n%âãÏÓ\n1 0 obj",
    "x" * 50_000,
    "e\u0301" * 300,
    "1 " * 3000,
    "\n" * 3000,
    "ﬁ½Ⅷ㎎ 500 ㎎",
)


@pytest.fixture(scope="session")
def random_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random XLM-R with the 13 labels of Posos/ClinicalNER, as Hugging Face folder and as ONNX."""
    pytest.importorskip("onnx")
    from rx2fhir.training.export import export
    from rx2fhir.training.model import Size, new_model
    from rx2fhir.training.tokenizer import train_tokenizer

    tokenizer = train_tokenizer(seed=3, texts=300, vocabulary=600)
    model = new_model(Size(hidden=16, layers=1, heads=2, inner=16), tokenizer.get_vocab_size(), seed=3)
    model.classifier.weight.data *= 50
    model.config.id2label = dict(enumerate(CARD_LABELS))
    folder = tmp_path_factory.mktemp("random")
    export(model, tokenizer, folder, int8=False)
    return folder


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        ("O", "O"),
        ("B-DRUG", "B-DRUG"),
        ("I-Frequency", "I-FREQUENCY"),
        ("B-Drug", "B-DRUG"),
        ("DOSAGE", "I-DOSAGE"),
        ("Strength", "I-STRENGTH"),
        ("B-Reason", "O"),
        ("ADE", "O"),
        ("LABEL_3", "O"),
    ],
)
def test_label_names(name: str, tag: str) -> None:
    assert [TAGS[index] for index in tag_columns({0: name})] == [tag]


@given(st.integers(0, 900), st.integers(4, 200), st.lists(st.integers(1, 900), max_size=30, unique=True))
def test_windows_keep_each_token_once(count: int, room: int, breaks: list[int]) -> None:
    found = windows(count, room, sorted(breaks))
    assert [w.first for w in found[1:]] == [w.last for w in found[:-1]]
    assert (found[0].first, found[-1].last) == (0, count)
    assert all(w.start <= w.first <= w.last <= w.stop <= w.start + room for w in found)


def test_windows_end_at_lines() -> None:
    assert [w.start for w in windows(25, 10, [4, 8, 16, 24])] == [0, 8, 16]


@pytest.mark.parametrize("seed", range(20))
def test_decoding_finds_the_best_legal_path(seed: int) -> None:
    scores = np.random.default_rng(seed).dirichlet(np.full(len(TAGS), 0.3), size=4).astype(np.float32)
    tags = best_tags(scores[None])[0]
    assert _legal(tags)
    best = max(
        (path for path in product(range(len(TAGS)), repeat=4) if _legal(path)),
        key=lambda path: sum(np.log(scores[i, tag] + 1e-9) for i, tag in enumerate(path)),
    )
    assert tags.tolist() == list(best)


def _legal(tags: object) -> bool:
    names = ["O", *(TAGS[tag] for tag in tags)]  # type: ignore[attr-defined]
    return all(now[0] != "I" or before[1:] == now[1:] for before, now in pairwise(names))


def test_labels_without_prefix_make_one_entity() -> None:
    columns = tag_columns({0: "O", 1: "DRUG", 2: "DOSE"})
    logits = np.array([[0, 5, 0], [0, 5, 0], [5, 0, 0], [0, 5, 0]], dtype=np.float32)
    assert [TAGS[t] for t in best_tags(tag_probabilities(logits, columns)[None])[0]] == [
        "B-DRUG",
        "I-DRUG",
        "O",
        "B-DRUG",
    ]


def test_marked() -> None:
    text, entities = read_marked("[DRUG doliprane] [STRENGTH 500] [soir]")
    assert text == "doliprane 500 [soir]"
    assert entities == (Entity("DRUG", 0, 9, "doliprane"), Entity("STRENGTH", 10, 13, "500"))


@pytest.mark.parametrize("text", ODD_TEXTS, ids=range(len(ODD_TEXTS)))
def test_words_point_into_the_text(random_folder: Path, text: str) -> None:
    from tokenizers import Tokenizer

    tokens = encode(Tokenizer.from_file(str(random_folder / "tokenizer.json")), [text])[0]
    starts, ends = tokens.spans[:, 0], tokens.spans[:, 1]
    assert (starts < ends).all() and (ends[:-1] <= starts[1:]).all()
    read = "".join(text[start:end] for start, end in tokens.spans)
    assert sorted(set("".join(text.split())) - set(read)) == []


def test_parts_of_long_texts_join_without_gap(random_folder: Path) -> None:
    from tokenizers import Tokenizer

    text = "ein sehr langer Text " * (PART // 10)
    tokens = encode(Tokenizer.from_file(str(random_folder / "tokenizer.json")), [text])[0]
    assert [text[start:end] for start, end in tokens.spans] == text.split()


@pytest.mark.parametrize("text", ODD_TEXTS, ids=range(len(ODD_TEXTS)))
def test_no_text_raises(random_folder: Path, text: str) -> None:
    entities = open_model(random_folder).recognize([text])[0]
    assert all(entity.text == text[entity.start : entity.end] != "" for entity in entities)
    assert all(one.end <= other.start for one, other in pairwise(entities))


def test_onnx_and_checkpoint_agree(random_folder: Path) -> None:
    from rx2fhir.recognize.checkpoint import open_checkpoint

    texts = ["Prendre 2 cp d'Aspirine 500mg x3/j\npendant 7 jours", "", "take 1 tab po bid " * 60]
    onnx = open_model(random_folder).recognize(texts)
    torch = open_checkpoint(str(random_folder)).recognize(texts)
    assert any(onnx), "random weights should find something"
    assert [_spans(row) for row in onnx] == [_spans(row) for row in torch]


def _spans(entities: tuple[Entity, ...]) -> list[tuple[str, int, int]]:
    return [(entity.label, entity.start, entity.end) for entity in entities]


def test_batches_do_not_change_the_answer(random_folder: Path) -> None:
    texts = [
        "1 cp le soir",
        "ramipril 5 mg 1-0-0\n" * 40,
        "",
        "two puffs",
        "amoxicilline 1 g matin et soir pendant 6 jours",
    ]
    model = open_model(random_folder)
    together = model.recognize(texts)
    assert any(together), "random weights should find something"
    assert [_spans(row) for row in together] == [_spans(model.recognize([text])[0]) for text in texts]


def test_missing_models(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="nowhere"):
        open_model(tmp_path / "nowhere")
    with pytest.raises(ModelUnavailable, match=r"config\.json|no-such-model"):
        open_model(str(tmp_path / "no-such-model"))
    (tmp_path / "model.onnx").touch()
    with pytest.raises(ModelUnavailable, match=r"tokenizer\.json missing"):
        open_model(tmp_path)
    with pytest.raises(UsageError):
        open_model(3)  # type: ignore[arg-type]


def test_a_hub_name_without_network(monkeypatch: pytest.MonkeyPatch) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(ModelUnavailable, match=r"'Posos/ClinicalNER', revision 'v1'.*needs network"):
        open_model("Posos/ClinicalNER", revision="v1")


def test_pickled_weights_are_refused(random_folder: Path, tmp_path: Path) -> None:
    for name in ("config.json", "tokenizer.json", "tokenizer_config.json"):
        shutil.copy(random_folder / name, tmp_path)
    (tmp_path / "pytorch_model.bin").touch()
    with pytest.raises(ModelUnavailable, match="safetensors"):
        open_model(str(tmp_path))


def test_a_recognizer_is_its_own_model() -> None:
    class Nothing:
        def recognize(self, texts: list[str]) -> list[tuple[Entity, ...]]:
            return [() for _ in texts]

    nothing: Recognizer = Nothing()  # type: ignore[assignment]
    assert open_model(nothing) is nothing


# ---- the bundled model -------------------------------------------------------------------------------------------
def _read(text: str) -> list[tuple[str, str]]:
    return [(entity.label, entity.text) for entity in bundled().recognize([text])[0]]


@pytest.mark.parametrize(
    "marked",
    [
        "[DRUG doliprane] [STRENGTH 500] [DOSAGE 1] [FORM comprimé effervescent] [FREQUENCY le matin] "
        "[DURATION pendant une semaine]",
        "take [DOSAGE two] [FORM pills] [FREQUENCY every morning] [DURATION during one week]",
        "[DRUG xeplion] [DOSAGE 50mg] [FREQUENCY 2 fois par jour]",
        "[DOSAGE una] [FORM cápsula] [FREQUENCY por la mañana y por la noche]",
    ],
)
def test_bundled_reads(marked: str) -> None:
    text, entities = read_marked(marked)
    assert _read(text) == [(entity.label, entity.text) for entity in entities]


def test_windows_lose_nothing_of_a_long_text() -> None:
    """The same words are found in every line; a label may change with the lines around it."""
    line = "Ramipril 5 mg 1 Tablette morgens und abends für 7 Tage"
    once = _read(line)
    assert {"DRUG", "STRENGTH", "DOSAGE", "FORM", "FREQUENCY", "DURATION"} == {label for label, _ in once}
    found = _read("\n".join([line] * 500))
    assert [text for _, text in found] == [text for _, text in once] * 500


def test_bundled_folder_is_small() -> None:
    assert sum(path.stat().st_size for path in model_path().iterdir()) < 15_000_000


def test_the_usage_of_the_model_card_works() -> None:
    """Its blocks of Python as they stand, those of plain transformers among them."""
    names: dict[str, Any] = {}
    card = (model_path() / "README.md").read_text(encoding="utf-8")
    for block in re.findall(r"```python\n(.*?)```", card, re.S):
        exec(block, names)
    assert {"DRUG", "DOSAGE", "FREQUENCY"} <= {found["entity_group"] for found in names["entities"]}
    assert names["outputs"].logits.shape[-1] == len(TAGS)
    assert [entity.label for entity in names["rx"].entities][:2] == ["DRUG", "STRENGTH"]


def test_unseen_drug_names_are_found() -> None:
    """The validation texts with their drugs exchanged for names that no training text held."""
    from rx2fhir.training.evaluate import evaluate

    cases = list(_with_unseen_names(random.Random(1)))
    assert len(cases) > 140
    assert evaluate(bundled(), cases).labels["DRUG"].recall >= 0.85


def _with_unseen_names(chance: random.Random) -> Iterator[Case]:
    rows = [line.split("\t") for line in UNSEEN.read_text(encoding="utf-8").splitlines()]
    for path in sorted(FIXTURES.glob("*.txt")):
        names = [name for code, _, name in rows if code in (path.stem, "mul") and " " not in name]
        for case in read_cases(path):
            if any(label == "DRUG" for label, _, _ in case.entities):
                yield _renamed(case, chance, names)


def _renamed(case: Case, chance: random.Random, names: list[str]) -> Case:
    text, at, spans = "", 0, []
    for label, start, end in case.entities:
        text += case.text[at:start]
        words = chance.choice(names) if label == "DRUG" else case.text[start:end]
        spans.append((label, len(text), len(text) + len(words)))
        text, at = text + words, end
    return Case(text + case.text[at:], tuple(spans), case.language)
