"""Puts what the text of a Dosage says beside the text, each part marked with the words that it is from."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from rx2fhir.bulk.sig import Sig, Span
from rx2fhir.fhir.element import Json
from rx2fhir.fhir.rendered import RENDERED

DERIVED = "http://hl7.org/fhir/StructureDefinition/derivation-reference"
"""Says which characters of which element a value was derived from: HL7's extension of that name."""

_KEPT = ("text", "sequence")
_OF_THE_FIRST = ("id", "extension")


def filled(dosage: Json, sig: Sig, release: str, path: str) -> list[Json]:
    """The Dosages that stand for one that holds text only; nothing that it held is changed.

    path: the FHIRPath of the text. Where the text says several dosages, each has its own words as text.
    """
    read = zip(deepcopy(sig.dosages[release]), sig.spans, strict=True)
    if len(sig.spans) == 1:
        [(found, spans)] = read
        return [{**_marked(found, spans, path), **dosage}]
    rest = {name: value for name, value in dosage.items() if name not in (*_KEPT, *_OF_THE_FIRST)}
    parts = [{**dosage, **_own(found), **_marked(found, spans, path), **rest} for found, spans in read]
    for part in parts[1:]:
        for name in _OF_THE_FIRST:
            part.pop(name, None)
    return parts


def can_render(resource: Json) -> bool:
    """Whether the resource has room for the whole text of dosages that are parted: it may have such a text already."""
    extensions = resource.get("extension", [])
    if "renderedDosageInstruction" in resource or not isinstance(extensions, list):
        return False
    return not any(isinstance(one, dict) and one.get("url") == _url(resource) for one in extensions)


def render(resource: Json, text: str, release: str) -> None:
    """Keep the whole text of dosages that are parted."""
    if release == "R5":
        resource["renderedDosageInstruction"] = text
    else:
        resource["extension"] = [*resource.get("extension", []), {"url": _url(resource), "valueMarkdown": text}]


def rendered_path(resource: Json, release: str) -> str:
    """The FHIRPath of the text that `render` keeps."""
    kind = resource["resourceType"]
    if release == "R5":
        return f"{kind}.renderedDosageInstruction"
    return f"{kind}.extension('{_url(resource)}').value"


def _url(resource: Json) -> str:
    return RENDERED.format(type=resource["resourceType"])


def _own(found: Json) -> Json:
    return {name: found[name] for name in _KEPT if name in found}


def _marked(found: Json, spans: dict[str, Span], path: str) -> Json:
    """What was read, without its text; a primitive has its mark in the element with an underscore before its name."""
    marked: Json = {}
    for name, value in found.items():
        if name in _KEPT:
            continue
        mark = {"extension": [_reference(_span(name, spans), path)]}
        if isinstance(value, dict):
            marked[name] = {**mark, **value}
        elif isinstance(value, list):
            marked[name] = [{**mark, **part} for part in value]
        else:
            marked |= {name: value, f"_{name}": mark}
    return marked


def _span(name: str, spans: dict[str, Span]) -> Span:
    """R4 names its choices by type (`asNeededBoolean`). What no evidence names is from anywhere in the dosage."""
    known = [span for element, span in spans.items() if element and name.startswith(element)]
    known = known or list(spans.values())
    return min(start for start, _ in known), max(end for _, end in known)


def _reference(span: Span, path: str) -> dict[str, Any]:
    return {
        "url": DERIVED,
        "extension": [
            {"url": "path", "valueString": path},
            {"url": "offset", "valueInteger": span[0]},
            {"url": "length", "valueInteger": span[1] - span[0]},
        ],
    }
