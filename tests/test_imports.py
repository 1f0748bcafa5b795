"""What is imported when: the default parse and the light commands never load torch or transformers."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROBE = "import sys; print('\\n'.join(sorted({name.split('.')[0] for name in sys.modules})))"

HEAVY = {"torch", "transformers", "sklearn", "onnx", "seqeval"}


def loaded(code: str) -> set[str]:
    """Names of the top packages that are loaded once `code` has run in a process of its own."""
    result = subprocess.run([sys.executable, "-c", f"{code}\n{PROBE}"], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return set(result.stdout.splitlines())


def command(*arguments: str) -> str:
    """Code that runs a command of the program without leaving the process."""
    return (
        "import contextlib, io\n"
        "from rx2fhir.cli import app\n"
        "with contextlib.redirect_stdout(io.TextIOWrapper(io.BytesIO())), contextlib.suppress(SystemExit):\n"
        f"    app({list(arguments)!r})\n"
    )


@pytest.mark.parametrize(
    "code",
    [
        "import rx2fhir",
        "import rx2fhir; rx2fhir.Parser().parse('1 tablet twice daily').to_dicts()",
        "import rx2fhir; rx2fhir.Parser().parse('1 tablet twice daily').to_fhir()",
        command("--help"),
        command("parse", "1 comprimé le matin"),
        command("parse", "--explain", "1 comprimé le matin"),
        command("languages"),
        command("check"),
        command("evaluate", "fixtures/ner/fr.txt"),
        command("train", "--help"),
    ],
)
def test_no_torch_and_no_transformers(code: str) -> None:
    assert not loaded(code) & HEAVY


@pytest.mark.parametrize("code", [command("--help"), command("languages")])
def test_light_commands_read_nothing(code: str) -> None:
    assert not loaded(code) & {"onnxruntime", "tokenizers", "fhir", "pint", "dateparser"}


def test_check_reads_the_corpus_without_the_model() -> None:
    assert not loaded(command("check")) & {"onnxruntime", "tokenizers", "fhir"}


def test_dicts_need_no_fhir_models() -> None:
    code = "import rx2fhir; rx2fhir.Parser().parse('1 tablet twice daily').to_dicts()"
    assert not loaded(code) & {"fhir", "pydantic"}


def test_the_probe_sees_a_heavy_import() -> None:
    assert "seqeval" in loaded("import seqeval")
