"""Training of the token classifier: generated text, tokenizer, training loop, export, evaluation.

`train_bundled(out, minutes, seed)` rebuilds the shipped model from nothing. torch and transformers are
imported by the modules that need them, never by this package's own import.
"""

from __future__ import annotations
