"""Training of token classifiers: generated text, annotated corpora, tokenizer, training loop, export, evaluation.

`bundled.train_bundled` rebuilds the shipped model from nothing, `finetune.fine_tune` trains any base. torch and
transformers are imported by the modules that need them, never by this package's own import.
"""

from __future__ import annotations
