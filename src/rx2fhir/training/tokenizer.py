"""The bundled model's own tokenizer: unigram pieces learnt from generated text.

All folding (lower case, accents, dashes, blanks) happens in the tokenizer's normalizer and pre-tokenizer, so that
`AutoTokenizer` gives the same pieces, and offsets always point into the user's text.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors, trainers

from rx2fhir.training.generator import generate, languages
from rx2fhir.training.names import names

SPECIAL = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
SIGN_SCORE = -2.0
MAX_TOKENS = 256
"""Tokens in a window of the model, `<s>` and `</s>` included."""


def folding() -> normalizers.Normalizer:
    """Lower case without accents; one kind of dash, apostrophe and blank; a line break is a word of its own."""
    return normalizers.Sequence(
        [
            normalizers.NFD(),
            normalizers.StripAccents(),
            normalizers.Lowercase(),
            normalizers.Replace(Regex("[‐‑‒–—−]"), "-"),
            normalizers.Replace(Regex("[’‘`´]"), "'"),
            normalizers.Replace("µ", "μ"),
            normalizers.Replace("×", "x"),
            normalizers.Replace(Regex("\r\n|[\n\r\u0085\u2028\u2029]"), " \n "),
            normalizers.Replace(Regex("[ \t\u00a0\u2000-\u200b\u202f\u205f\u3000]+"), " "),
        ]
    )


def splitting() -> pre_tokenizers.PreTokenizer:
    """Words begin with `▁`; each digit, sign and line break stands alone (and keeps its `▁`)."""
    return pre_tokenizers.Sequence(
        [
            pre_tokenizers.Metaspace(prepend_scheme="always", split=True),
            pre_tokenizers.Split(Regex("▁?[0-9]"), "isolated"),
            pre_tokenizers.Split(Regex("▁?[^\\w▁]"), "isolated"),
        ]
    )


def untrained() -> Tokenizer:
    """The tokenizer before its vocabulary is learnt."""
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = folding()
    tokenizer.pre_tokenizer = splitting()
    return tokenizer


def train_tokenizer(seed: int, texts: int = 120_000, vocabulary: int = 12_000) -> Tokenizer:
    """A tokenizer whose pieces fit `texts` generated texts and the known drug names."""
    tokenizer = untrained()
    trainer = trainers.UnigramTrainer(
        vocab_size=vocabulary, special_tokens=list(SPECIAL), unk_token="<unk>", max_piece_length=14, show_progress=False
    )
    tokenizer.train_from_iterator(_corpus(seed, texts), trainer)
    tokenizer.model = _with_signs(json.loads(tokenizer.to_str())["model"]["vocab"])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    return tokenizer


def _with_signs(pieces: list[tuple[str, float]]) -> models.Unigram:
    """The model with a piece for each digit and sign after a blank, which training would leave as two pieces."""
    known = {piece for piece, _ in pieces}
    signs = [piece for piece in known if len(piece) == 1 and not piece.isalpha() and piece != "▁"]
    added = [(f"▁{sign}", SIGN_SCORE) for sign in sorted(signs) if f"▁{sign}" not in known]
    kept = [(piece, SIGN_SCORE if piece[0] == "▁" and piece[1:] in signs else score) for piece, score in pieces]
    return models.Unigram([*kept, *added], unk_id=SPECIAL.index("<unk>"))


def _corpus(seed: int, texts: int) -> Iterator[str]:
    for sample in islice(generate(seed), texts):
        yield sample.text
    for language in languages():
        for kind in ("ingredient", "brand"):
            yield from names(language, kind)


def save_tokenizer(tokenizer: Tokenizer, folder: Path) -> None:
    """Writes tokenizer.json and tokenizer_config.json as `AutoTokenizer` reads them."""
    from transformers import PreTrainedTokenizerFast

    wrapped = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer,
        bos_token="<s>",
        cls_token="<s>",
        pad_token="<pad>",
        eos_token="</s>",
        sep_token="</s>",
        unk_token="<unk>",
        mask_token="<mask>",
        model_max_length=MAX_TOKENS,
    )
    wrapped.save_pretrained(str(folder))
