"""What can go wrong in the way rx2fhir is used. Text never raises; wrong use does, naming the choices.

PrescriptionError
├── UsageError (ValueError)      an argument of the public API is not one of the choices
│   └── UnknownLanguage          no pack for that language code
├── MappingError (ValueError)    a file in `mappings/` is wrong: file, line and reason
├── AnnotationError (ValueError) a file of annotated texts is truncated or contradicts itself: file, line and reason
├── LexiconError (ValueError)    a lexicon of drug names, or a release to build it from, cannot be read: file and line
├── CannotSay (ValueError)       a dosage cannot be written in words of a language without loss
├── ModelUnavailable             a model folder or name cannot be loaded
└── InvalidResource (ValueError) a FHIR resource breaks a binding or an invariant
"""

from __future__ import annotations


class PrescriptionError(Exception):
    """Base of every error that rx2fhir raises on purpose."""


class UsageError(PrescriptionError, ValueError):
    """An argument is not one of the choices."""


class UnknownLanguage(UsageError):
    """No language pack has that code."""


class MappingError(PrescriptionError, ValueError):
    """A pack or code table is wrong; the message starts with file and line."""


class AnnotationError(PrescriptionError, ValueError):
    """Annotated texts cannot be read; the message starts with file and line, and quotes no text."""


class LexiconError(PrescriptionError, ValueError):
    """A lexicon or a release of drug names cannot be read; the message starts with the file, and its line."""


class CannotSay(PrescriptionError, ValueError):
    """A fact of a dosage has no words in a language, or its words would be read as another fact."""


class ModelUnavailable(PrescriptionError):
    """A model cannot be loaded; the message says what was asked for and what to do."""


class InvalidResource(PrescriptionError, ValueError):
    """A FHIR resource breaks a required binding or an invariant of its release."""
