"""What the project puts out, on a real FHIR R4 server: it is taken, read back as it was, and found."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from outputs import RESOURCES, Json, outputs

from fhir_examples import PLAIN, statement
from fhir_server import Store, running
from rx2fhir.bulk.filling import DERIVED
from rx2fhir.fhir import to_dicts
from rx2fhir.fhir.bundle import bundle, entry
from rx2fhir.statement import Coding, Medication
from test_convert import run_program
from test_enrich import Enriched
from test_enrich import resource as fhir_of
from test_prescriptions import TEXTS, read
from test_send import Killer, medicine, ndjson

STATEMENTS, KILLS = 300, 5


def created(server: httpx.Client, resource: Json) -> str:
    """Post a resource and give its place."""
    answer = server.post(f"/{resource['resourceType']}", json=resource)
    assert answer.status_code == 201, answer.text
    return f"/{resource['resourceType']}/{answer.json()['id']}"


def read_back(server: httpx.Client, place: str) -> Json:
    """A resource without what the server added."""
    fields: Json = server.get(place).raise_for_status().json()
    profiles = {"profile": fields["meta"]["profile"]} if "profile" in fields["meta"] else {}
    kept = {name: value for name, value in fields.items() if name not in ("id", "meta")}
    return {**kept, "meta": profiles} if profiles else kept


def found(server: httpx.Client, kind: str, **query: str) -> list[str]:
    """Identifiers of the resources that a search finds."""
    answer = server.get(f"/{kind}", params={**query, "_count": "1000"}).raise_for_status().json()
    return [part["resource"]["identifier"][0]["value"] for part in answer.get("entry", [])]


def identified(resource: Json, value: str) -> Json:
    return {**resource, "identifier": [{"system": "urn:oid:2.999.2", "value": value}]}


@pytest.mark.parametrize("kind", RESOURCES)
def test_searches_find_it(server: httpx.Client, kind: str) -> None:
    paracetamol = Medication("Doliprane", codings=(Coding("http://www.whocc.no/atc", "N02BE01"),))
    [resource] = to_dicts([statement(medication=paracetamol)], resource=kind, subject="Patient/search")
    created(server, identified(resource, f"search/{kind}"))
    assert found(server, kind, identifier=f"urn:oid:2.999.2|search/{kind}") == [f"search/{kind}"]
    assert found(server, kind, subject="Patient/search") == [f"search/{kind}"]
    assert found(server, kind, code="http://www.whocc.no/atc|N02BE01") == [f"search/{kind}"]
    assert found(server, kind, identifier="urn:oid:2.999.2|other") == []


@pytest.mark.parametrize("kind", ["transaction", "batch"])
def test_a_bundle_sent_twice_creates_nothing_twice(server: httpx.Client, kind: str) -> None:
    values = [f"{kind} {sign}/1" for sign in ("a", "é", "b&c=d", "e+f", "100%", "#?")]
    resources = to_dicts([PLAIN] * len(values), subject=f"Patient/{kind}")
    sent = bundle(kind, [entry(identified(*pair)) for pair in zip(resources, values, strict=True)])
    first, second = (server.post("/", json=sent).raise_for_status().json() for _ in range(2))
    assert [part["response"]["status"] for part in first["entry"]] == ["201"] * len(values)
    assert [part["response"]["status"] for part in second["entry"]] == ["200"] * len(values)
    assert sorted(found(server, "MedicationStatement", subject=f"Patient/{kind}")) == sorted(values)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (["status"], "banana"),
        (["dosage", 0, "timing", "repeat", "periodUnit"], "day"),
        (["dosage", 0, "timing", "repeat", "when"], ["MORNING"]),
        (["medicationCodeableConcept"], {"text": "a second medication"}),
        (["colour"], "red"),
    ],
)
def test_the_server_refuses_what_fhir_bars(server: httpx.Client, place: list[Any], value: object) -> None:
    [resource] = to_dicts([PLAIN])
    part: Any = resource
    for step in place[:-1]:
        part = part[step]
    part[place[-1]] = value
    assert server.post("/MedicationStatement", json=resource).status_code == 400


def test_a_converted_file_is_sent_once_with_its_provenance(server: httpx.Client, tmp_path: Path) -> None:
    source, out = tmp_path / "in.csv", tmp_path / "out.ndjson"
    source.write_text("nr,text\nx1,Zyloric 300 mg 1 tablet daily\nx2,Xarelto 20 mg 1 tablet with supper\n")
    options = "--id-column nr --system urn:oid:2.999.4 --subject Patient/sent --bundle transaction --provenance"
    assert run_program("convert", str(source), "-o", str(out), *options.split())[0] == 0
    for journal in ("first", "second"):
        options = f"--server {server.base_url} --journal {tmp_path / journal}"
        assert run_program("send", str(out), *options.split())[0] == 0
    assert sorted(found(server, "MedicationStatement", subject="Patient/sent")) == ["x1/1", "x2/1"]
    statements = server.get("/MedicationStatement", params={"subject": "Patient/sent"}).json()["entry"]
    for part in statements:
        target = f"MedicationStatement/{part['resource']['id']}"
        [provenance] = server.get("/Provenance", params={"target": target}).json()["entry"]
        assert provenance["resource"]["target"] == [{"reference": target}]


def test_a_run_killed_behind_a_line_that_drops_ends_with_every_statement_once(
    server: httpx.Client, tmp_path: Path
) -> None:
    class Line(Store):
        """Hands Bundles on to the real server; one request in twenty is dropped, before or after that."""

        def take(self, bundle: Json) -> Json:
            return server.post("/", json=bundle).raise_for_status().json()

    source = tmp_path / "in.ndjson"
    source.write_text(ndjson(*({**medicine(n), "subject": {"reference": "Patient/line"}} for n in range(STATEMENTS))))
    killer = Killer(sorted(random.Random(7).sample(range(1, STATEMENTS // 10), KILLS)))
    command = [sys.executable, "-m", "rx2fhir", "send", str(source), "--batch-size", "10", "--tries", "9"]
    codes: list[int] = []
    with running(killer.before, killer.after, Line) as line:
        while not codes or codes[-1] == -signal.SIGKILL:
            killer.client = subprocess.Popen([*command, "--server", line.url], stderr=subprocess.DEVNULL)
            codes.append(killer.client.wait())
    assert codes == [-signal.SIGKILL] * KILLS + [0]
    names = found(server, "MedicationStatement", subject="Patient/line")
    assert len(names) == len(set(names)) == STATEMENTS


# Last, because they fill the server, which searches through all that it has.


@pytest.mark.parametrize("path", TEXTS, ids=[f"{path.parent.name}/{path.stem}" for path in TEXTS])
def test_snapshots_are_taken_and_read_back_as_they_were(server: httpx.Client, path: Path) -> None:
    snapshot = json.loads(path.with_suffix(".fhir.json").read_text(encoding="utf-8"))
    assert snapshot["resources"]
    for resource in snapshot["resources"]:
        assert read_back(server, created(server, resource)) == resource


@pytest.mark.parametrize("kind", RESOURCES)
def test_enriched_texts_are_taken_and_read_back_as_they_were(server: httpx.Client, kind: str, tmp_path: Path) -> None:
    texts = [[{"text": dosage.text} for dosage in one.dosages] for path in TEXTS for one in read(path).statements]
    enriched = Enriched(tmp_path, *(fhir_of(*dosages, kind=kind) for dosages in texts if dosages))
    assert len(enriched.lines) == sum(map(bool, texts))
    assert sum(DERIVED in json.dumps(line) for line in enriched.lines) > len(enriched.lines) / 2
    for line in enriched.lines:
        assert read_back(server, created(server, line)) == {name: line[name] for name in line if name != "id"}


@pytest.mark.parametrize("kind", RESOURCES)
def test_every_output_is_taken_and_read_back_as_it_was(server: httpx.Client, kind: str) -> None:
    resources = [output.resource for output in outputs("R4") if output.resource["resourceType"] == kind]
    assert resources
    assert [read_back(server, created(server, resource)) for resource in resources] == resources
