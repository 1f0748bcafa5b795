"""Fine-tuning and the commands `train` and `evaluate`, with a tiny random base."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from typer.testing import CliRunner

from rx2fhir.cli import app
from rx2fhir.errors import UsageError
from rx2fhir.recognize import model_path, open_model
from rx2fhir.training.cases import Case
from rx2fhir.training.finetune import Settings, fine_tune, split

DRUGS = "zelopram tifanol orbevast quinaxil demorol savitan".split()


def _cases(count: int, seed: int) -> list[Case]:
    chance = random.Random(seed)
    cases = []
    for _ in range(count):
        drug, dose = chance.choice(DRUGS), chance.choice(["5 mg", "10 mg", "1 g"])
        text = f"{drug} {dose} daily"
        at = len(drug) + 1 + len(dose)
        spans = (("DRUG", 0, len(drug)), ("DOSAGE", len(drug) + 1, at), ("FREQUENCY", at + 1, len(text)))
        cases.append(Case(text, spans, "en"))
    return cases


def _jsonl(path: Path, cases: list[Case]) -> Path:
    lines = [
        {
            "text": case.text,
            "lang": "en",
            "entities": [dict(zip(("label", "start", "end"), s, strict=True)) for s in case.entities],
        }
        for case in cases
    ]
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny random XLM-R with two classes, as a base that was trained for something else."""
    from transformers import XLMRobertaConfig, XLMRobertaForTokenClassification

    from rx2fhir.training.tokenizer import save_tokenizer, train_tokenizer

    tokenizer = train_tokenizer(seed=4, texts=300, vocabulary=600)
    config = XLMRobertaConfig(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=66,
        pad_token_id=1,
    )
    folder = tmp_path_factory.mktemp("base")
    XLMRobertaForTokenClassification(config).save_pretrained(folder)
    save_tokenizer(tokenizer, folder)
    return folder


def _settings(base: Path, **changes: object) -> Settings:
    return Settings(str(base), **({"epochs": 8, "batch": 8, "rate": 1e-2, "patience": 8} | changes))  # type: ignore[arg-type]


def test_split() -> None:
    cases = _cases(20, 1)
    training, checks = split(cases, 0.1, 3)
    assert (len(training), len(checks)) == (18, 2)
    assert sorted(map(id, (*training, *checks))) == sorted(map(id, cases))
    assert split(cases, 0.1, 3) == (training, checks)
    with pytest.raises(UsageError, match="1 texts"):
        split(cases[:1], 0.1, 3)


def test_a_base_learns_and_is_read_by_all(base: Path, tmp_path: Path) -> None:
    from transformers import AutoModelForTokenClassification

    out = tmp_path / "model"
    report = fine_tune(_settings(base, keep=("Route",)), _cases(80, 1), _cases(20, 2), out)
    assert report.all.f1 > 0.9
    assert not list(out.glob("*.pt"))
    [entities] = open_model(out).recognize(["tifanol 10 mg daily"])
    assert [(e.label, e.text) for e in entities] == [("DRUG", "tifanol"), ("DOSAGE", "10 mg"), ("FREQUENCY", "daily")]
    assert "B-ROUTE" in AutoModelForTokenClassification.from_pretrained(out).config.label2id
    with pytest.raises(UsageError, match="finished model"):
        fine_tune(_settings(base), _cases(8, 1), _cases(2, 2), out)


def test_a_killed_run_goes_on(base: Path, tmp_path: Path) -> None:
    """Cut off in its third epoch and given again, it ends as one that was not cut off."""

    def cut(done: int, steps: int) -> None:
        if done == 6:
            raise KeyboardInterrupt

    training, checks = _cases(16, 1), _cases(8, 2)
    settings = _settings(base, epochs=4)
    whole = fine_tune(settings, training, checks, tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        fine_tune(settings, training, checks, tmp_path / "cut", cut)
    with pytest.raises(UsageError, match="other settings"):
        fine_tune(_settings(base, epochs=5), training, checks, tmp_path / "cut")
    assert fine_tune(settings, training, checks, tmp_path / "cut") == whole
    curves = [(tmp_path / name / "training.csv").read_text().splitlines() for name in ("whole", "cut")]
    assert [line.split(",")[0] for line in curves[1]] == ["step", "2", "4", "6", "8"]
    assert [line.split(",")[3:] for line in curves[0]] == [line.split(",")[3:] for line in curves[1]]


def test_no_better_f1_ends_the_run(base: Path, tmp_path: Path) -> None:
    fine_tune(_settings(base, epochs=9, patience=2, rate=0.0), _cases(8, 1), _cases(4, 2), tmp_path)
    assert len((tmp_path / "training.csv").read_text().splitlines()) == 1 + 3


def test_long_texts_are_cut_in_windows(base: Path) -> None:
    from transformers import AutoTokenizer

    from rx2fhir.training.dataset import IGNORED, TAG_IDS, corpus_rows

    one = _cases(1, 1)[0]
    count, step = 30, len(one.text) + 1
    spans = tuple((label, start + i * step, end + i * step) for i in range(count) for label, start, end in one.entities)
    case = Case("\n".join([one.text] * count), spans, "en")
    rows = corpus_rows(AutoTokenizer.from_pretrained(base).backend_tokenizer, [case], TAG_IDS, 64)
    assert len(rows) > 3 and all(len(ids) == len(labels) <= 64 for ids, labels in rows)
    begins = [label for _, labels in rows for label in labels if label in (TAG_IDS["B-DRUG"], TAG_IDS["B-DOSAGE"])]
    assert len(begins) == 2 * count
    assert all(labels[0] == labels[-1] == IGNORED for _, labels in rows)


# ---- commands --------------------------------------------------------------------------------------------------------
def test_commands(base: Path, tmp_path: Path) -> None:
    data, out = _jsonl(tmp_path / "en.jsonl", _cases(60, 1)), tmp_path / "out"
    options = ["--epochs", "8", "--batch", "8", "--rate", "0.01", "--share", "0.2"]
    trained = CliRunner().invoke(app, ["train", str(data), "--base", str(base), "--out", str(out), *options])
    assert trained.exit_code == 0, trained.output
    assert "48 texts for training, 12 for validation" in trained.stderr and "macro-F1" in trained.stderr
    measured = CliRunner().invoke(app, ["evaluate", str(data), "--model", str(out), "--json"])
    report = json.loads(measured.stdout)
    assert report["texts"] == 60 and report["micro_f1"] > 0.9 and report["loss"] > 0
    assert report["labels"]["DRUG"]["support"] == report["languages"]["en"]["support"] / 3 == 60


def test_evaluate_prints_a_table(tmp_path: Path) -> None:
    data = _jsonl(tmp_path / "en.jsonl", _cases(5, 1))
    assert "all (micro)" in CliRunner().invoke(app, ["evaluate", str(data)]).stdout


def test_recipe_bundled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("onnx")
    from rx2fhir.training import bundled, tokenizer

    small = tokenizer.train_tokenizer(seed=1, texts=300, vocabulary=600)
    monkeypatch.setattr(bundled, "train_tokenizer", lambda seed: small)
    monkeypatch.setattr(bundled, "TOKENS", 300)
    monkeypatch.setattr(bundled, "CALIBRATION_TEXTS", 100)
    result = CliRunner().invoke(app, ["train", "--recipe", "bundled", "--minutes", "0.01", "--out", str(tmp_path)])
    assert result.exit_code == 0, result.output
    assert "0.01 minutes on one free core" in result.stderr
    assert {path.name for path in model_path().iterdir()} - {"README.md"} <= {p.name for p in tmp_path.iterdir()}
    assert open_model(tmp_path).recognize(["one tablet"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["train", "x.jsonl"], "name --out"),
        (["train", "--recipe", "other", "--out", "o"], "name --out"),
        (["train", "--keep", "Route", "--recipe", "bundled", "--out", "o"], "no --keep"),
        (["train", "--base", "b", "--out", "o"], "0 texts"),
        (["evaluate"], "name DATA"),
        (["evaluate", "nowhere.jsonl"], "no file or folder"),
    ],
)
def test_wrong_use(arguments: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, arguments)
    assert isinstance(result.exception, UsageError) and message in str(result.exception)
