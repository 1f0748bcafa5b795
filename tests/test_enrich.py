"""`rx2fhir enrich` and `rx2fhir compare`: FHIR whose dosages hold text, and FHIR whose texts and structures differ."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from rx2fhir.bulk.filling import DERIVED
from rx2fhir.cli import main
from rx2fhir.fhir.differences import differences

UCUM = "http://unitsofmeasure.org"
THRICE = {"repeat": {"frequency": 3, "period": 1, "periodUnit": "d"}}
NAMES = {"MedicationStatement": "dosage"}


def resource(*dosages: Any, kind: str = "MedicationRequest", release: str = "R4", **fields: Any) -> dict[str, Any]:
    """A resource that is sound but for what `dosages` and `fields` break."""
    drug = {"text": "amoxicillin"}
    status = "recorded" if (kind, release) == ("MedicationStatement", "R5") else "active"
    return {
        "resourceType": kind,
        "id": "1",
        "status": "completed" if kind == "MedicationDispense" else status,
        "intent": "order",
        **({"medication": {"concept": drug}} if release == "R5" else {"medicationCodeableConcept": drug}),
        "subject": {"reference": "Patient/1"},
        NAMES.get(kind, "dosageInstruction"): list(dosages),
        **fields,
    } | ({} if kind == "MedicationRequest" else {"intent": None})


def run(command: str, source: Path, out: Path, *options: str) -> tuple[int, str]:
    """Exit code and stdout of a command, run in this process: the model is loaded once."""
    stdout = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(stdout):
        patch.setattr(sys, "argv", ["rx2fhir", command, str(source), "-o", str(out), *options])
        with pytest.raises(SystemExit) as end:
            main()
    return int(end.value.code or 0), stdout.getvalue()


class Enriched:
    """One run of enrich on lines of NDJSON, and the files that it wrote."""

    def __init__(self, folder: Path, *lines: Any) -> None:
        source, self.out = folder / "in.ndjson", folder / "out.ndjson"
        texts = [line if isinstance(line, str) else json.dumps(_without_none(line)) for line in lines]
        source.write_text("\n".join(texts) + "\n", encoding="utf-8")
        self.code, _ = run("enrich", source, self.out)
        self.lines, self.rejects, self.outcomes = map(
            _json_lines, (self.out, folder / "out.rejects.ndjson", folder / "out.issues.ndjson")
        )

    def codes(self) -> list[str]:
        return [issue["details"]["coding"][0]["code"] for part in self.outcomes for issue in part["issue"]]


def _without_none(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def _json_lines(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def marks(element: Any) -> Iterator[tuple[str, int, int]]:
    """Path, offset and length of every mark in an element."""
    if isinstance(element, dict):
        if element.get("url") == DERIVED:
            path, offset, length = element["extension"]
            yield path["valueString"], offset["valueInteger"], length["valueInteger"]
        for part in element.values():
            yield from marks(part)
    if isinstance(element, list):
        for part in element:
            yield from marks(part)


@pytest.mark.parametrize("release", ["R4", "R5"])
@pytest.mark.parametrize("kind", ["MedicationRequest", "MedicationStatement", "MedicationDispense"])
def test_a_text_gets_its_structure_and_stays(tmp_path: Path, kind: str, release: str) -> None:
    text = "2 tablets three times a day for 7 days as needed"
    given = {"id": "a", "text": text, "additionalInstruction": [{"text": "With food"}]}
    [fields] = Enriched(tmp_path, resource(given, kind=kind, release=release)).lines
    [dosage] = fields[NAMES.get(kind, "dosageInstruction")]
    assert {name: dosage[name] for name in given} == given
    assert dosage["timing"]["repeat"]["frequency"] == 3
    assert dosage["doseAndRate"][0]["doseQuantity"] == {"value": 2, "unit": "tablet"}
    assert dosage["asNeeded" if release == "R5" else "asNeededBoolean"] is True
    module = import_module(f"fhir.resources{'' if release == 'R5' else '.R4B'}.{kind.lower()}")
    getattr(module, kind).model_validate(fields)


def test_what_is_added_names_its_words(tmp_path: Path) -> None:
    text = "take 2 tablets by mouth at night"
    [fields] = Enriched(tmp_path, resource({"text": text})).lines
    [dosage] = fields["dosageInstruction"]
    words = {name: [text[at : at + length] for _, at, length in marks(dosage[name])] for name in dosage}
    assert words["timing"] == ["at night"]
    assert words["doseAndRate"] == ["2 tablets"]
    assert words["route"] == ["by mouth"]
    assert {path for path, _, _ in marks(dosage)} == {"MedicationRequest.dosageInstruction[0].text"}


def test_several_dosages_keep_the_whole_text(tmp_path: Path) -> None:
    text = "1 tablet in the morning and 2 tablets at night"
    for release in ("R4", "R5"):
        given = resource({"id": "a", "text": text, "patientInstruction": "With food"}, release=release)
        [fields] = Enriched(tmp_path, given).lines
        first, second = fields["dosageInstruction"]
        assert [part["doseAndRate"][0]["doseQuantity"]["value"] for part in (first, second)] == [1, 2]
        assert (first["id"], second.get("id")) == ("a", None)
        assert first["patientInstruction"] == second["patientInstruction"] == "With food"
        whole = fields.get("renderedDosageInstruction") or fields["extension"][0]["valueMarkdown"]
        assert whole == text
        assert all(text[at : at + length] for _, at, length in marks(second))


def test_a_patient_instruction_is_read_where_there_is_no_text(tmp_path: Path) -> None:
    [fields] = Enriched(tmp_path, resource({"patientInstruction": "2 puffs at night"})).lines
    [dosage] = fields["dosageInstruction"]
    assert dosage["timing"]["repeat"]["when"] == ["NIGHT"]
    assert "text" not in dosage


@pytest.mark.parametrize(
    "dosages",
    [
        [{"text": "1 tablet twice daily, 3 times a day"}],
        [{"text": "see the attached sheet"}],
        [{"text": "stop bisoprolol"}],
        [{"text": "1 tablet daily", "modifierExtension": [{"url": "urn:x", "valueBoolean": True}]}],
        [{"text": "1 tablet in the morning and 2 at night"}, {"text": "1 tablet daily", "timing": THRICE}],
        [{"text": "1 tablet in the morning and 2 at night", "sequence": 2}],
    ],
)
def test_what_cannot_be_filled_safely_stays_text(tmp_path: Path, dosages: list[dict[str, Any]]) -> None:
    given = resource(*dosages)
    done = Enriched(tmp_path, given)
    assert done.lines == [_without_none(given)]
    assert "left-as-text" in done.codes()


def test_structure_is_never_changed_and_a_contradiction_is_told(tmp_path: Path) -> None:
    given = resource({"text": "1 tablet every 12 hours", "timing": THRICE})
    done = Enriched(tmp_path, given)
    assert done.lines == [_without_none(given)]
    assert done.codes() == ["text-structure-disagree"]
    assert "'2 a day', the structure '3 a day'" in done.outcomes[0]["issue"][0]["details"]["text"]


def test_bundles_and_contained_resources_are_enriched_and_the_rest_is_copied(tmp_path: Path) -> None:
    other = {"resourceType": "Patient", "id": "p"}
    inner = {"resource": _without_none(resource({"text": "1 tablet daily"}, contained=[resource({"text": "2 daily"})]))}
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [inner, {"resource": other}, {"fullUrl": "x"}]}
    copied, enriched = Enriched(tmp_path, other, bundle).lines
    assert copied == other
    found = enriched["entry"][0]["resource"]
    assert "timing" in found["dosageInstruction"][0]
    assert "timing" in found["contained"][0]["dosageInstruction"][0]
    assert enriched["entry"][1:] == bundle["entry"][1:]


def test_decimals_keep_their_digits(tmp_path: Path) -> None:
    line = '{"resourceType":"MedicationRequest","extension":[{"url":"x","valueDecimal":1.50}]}'
    done = Enriched(tmp_path, line)
    assert done.out.read_text() == line + "\n"


def test_a_json_file_is_one_document(tmp_path: Path) -> None:
    source, out = tmp_path / "in.json", tmp_path / "out.json"
    source.write_text(json.dumps(_without_none(resource({"text": "1 tablet daily"})), indent=2))
    assert run("enrich", source, out)[0] == 0
    assert "timing" in json.loads(out.read_text())["dosageInstruction"][0]


@pytest.mark.parametrize(
    "line", ["no json", "[1]", '{"resourceType": 3}', '{"x": NaN, "resourceType": "Patient"}', "[" * 100_000]
)
def test_what_is_no_fhir_is_rejected_and_the_rest_goes_on(tmp_path: Path, line: str) -> None:
    done = Enriched(tmp_path, line, resource({"text": "1 tablet daily"}))
    assert (done.code, [reject["line"] for reject in done.rejects], len(done.lines)) == (1, [1], 1)


@pytest.mark.parametrize(
    "dosages", [None, "x", [3], [{"text": 5}], [{"text": " "}], [{"timing": 3, "text": "1 daily"}]]
)
def test_malformed_dosages_are_copied(tmp_path: Path, dosages: Any) -> None:
    given = {"resourceType": "MedicationRequest", "dosageInstruction": dosages}
    done = Enriched(tmp_path, json.dumps(given))
    assert done.lines == [given]


def test_compare_lists_differences_and_counts_them(tmp_path: Path) -> None:
    quantity = {"value": 0.5, "unit": "g", "system": UCUM, "code": "g"}
    agreeing = {"text": "500 mg every 8 hours", "timing": THRICE, "doseAndRate": [{"doseQuantity": quantity}]}
    differing = {"text": "250 mg every 12 hours for 7 days", "timing": THRICE, "doseAndRate": agreeing["doseAndRate"]}
    source, out = tmp_path / "in.json", tmp_path / "out.csv"
    source.write_text(json.dumps(_without_none(resource(agreeing, differing, {"text": "1 daily"}))))
    code, summary = run("compare", source, out)
    rows = list(csv.DictReader(out.read_text(encoding="utf-8").splitlines()))
    assert code == 0
    assert {row["place"] for row in rows} == {"line 1, MedicationRequest/1.dosageInstruction[1]"}
    assert {(row["kind"], row["element"], row["text_says"], row["structure_says"]) for row in rows} == {
        ("disagree", "doseAndRate.dose", "250 mg", "0.5 g"),
        ("disagree", "timing.repeat.frequency", "2 a day", "3 a day"),
        ("text-only", "timing.repeat.bounds", "7 d", ""),
    }
    counts = json.loads(summary)
    assert (counts["dosages"], counts["compared"], counts["text-alone"], counts["disagree"]) == (3, 2, 1, 2)


@pytest.mark.parametrize(
    ("text", "structure", "expected"),
    [
        ({"timing": THRICE}, {"timing": {"repeat": {"frequency": 1, "period": 8, "periodUnit": "h"}}}, []),
        ({"asNeededBoolean": True}, {"asNeeded": True, "asNeededFor": [{"text": "pain"}]}, []),
        ({}, {"asNeededBoolean": False}, []),
        ({"asNeededBoolean": True}, {"asNeededBoolean": False}, [("disagree", "asNeeded")]),
        (
            {"doseAndRate": [{"doseQuantity": {"value": 1, "unit": "tablet"}}]},
            {"doseAndRate": [{"doseQuantity": {"value": 1, "code": "TAB"}}]},
            [],
        ),
        (
            {"doseAndRate": [{"doseQuantity": {"value": 1, "unit": "tablet"}}]},
            {"doseAndRate": [{"doseQuantity": {"value": 1, "system": UCUM, "code": "mg"}}]},
            [("not-comparable", "doseAndRate.dose")],
        ),
        (
            {"route": {"coding": [{"system": "s", "code": "1"}]}},
            {"route": {"coding": [{"system": "s", "code": "2"}]}},
            [("disagree", "route")],
        ),
    ],
)
def test_differences(text: dict[str, Any], structure: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert [(one.kind, one.element) for one in differences(text, structure)] == expected


def test_enriching_again_changes_nothing(tmp_path: Path) -> None:
    given = [resource({"text": text}) for text in ("1 tablet as needed for 7 days", "1 in the morning and 2 at night")]
    once = Enriched(tmp_path, *given)
    again = Enriched(tmp_path, *once.lines)
    assert again.lines == once.lines
    assert again.codes() == []


@pytest.mark.parametrize("command", ["enrich", "compare"])
@pytest.mark.parametrize(("name", "out"), [("in.txt", "out.ndjson"), ("in.ndjson", "in.ndjson")])
def test_wrong_use_exits_2_and_writes_nothing(tmp_path: Path, command: str, name: str, out: str) -> None:
    source = tmp_path / name
    source.write_text("{}")
    assert run(command, source, tmp_path / out)[0] == 2
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert source.read_text() == "{}"
