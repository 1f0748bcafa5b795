"""Stage 1: texts in, entities out.

`open_model(None)` gives the bundled model; a name or folder any token-classification checkpoint.
"""

from __future__ import annotations

from rx2fhir.recognize.base import Recognizer
from rx2fhir.recognize.open import bundled, model_path, open_model

__all__ = ["Recognizer", "bundled", "model_path", "open_model"]
