"""Everything that the project puts out in its tests: the resources that servers and validators must take."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any, NamedTuple

from fhir_examples import FULL, PLAIN, statement
from rx2fhir.fhir import to_dicts
from rx2fhir.fhir.outcome import outcome
from rx2fhir.fhir.provenance import Software, Source, provenance
from rx2fhir.profiles import profiles
from rx2fhir.profiles.profile import load_profile
from rx2fhir.statement import Coding, Medication
from test_prescriptions import TEXTS, read

Json = dict[str, Any]

RESOURCES = ("MedicationStatement", "MedicationRequest")

ATC = Medication("Kardégic", codings=(Coding("http://www.whocc.no/atc", "B01AC06"),))

EXAMPLES = [PLAIN, statement(FULL), statement(FULL, FULL, medication=ATC)]


class Output(NamedTuple):
    """A resource with a name for messages."""

    name: str
    resource: Json


def outputs(release: str) -> list[Output]:
    """Every prescription of the fixtures and every example, as both resources, with issues and a Provenance."""
    found = [output for kind in RESOURCES for output in _resources(release, kind)]
    issues = [Output(path.stem, outcome(rx.issues)) for path in TEXTS if (rx := read(path)).issues]
    return [*found, *issues, Output("provenance", _provenance(release))]


def _provenance(release: str) -> Json:
    [resource] = to_dicts([PLAIN], release=release)
    resource["identifier"] = [{"system": "urn:oid:2.999.2", "value": "p/1"}]
    source, software = Source("urn:oid:2.999.2", "p", "1 gél matin"), Software("1.0", "sha256:00", "sha256:11")
    return provenance([resource], source, software, datetime(2026, 1, 2, tzinfo=timezone.utc), release)


def _resources(release: str, kind: str) -> list[Output]:
    options = {"release": release, "resource": kind, "subject": "Patient/1"}
    examples = [Output("example", fields) for fields in to_dicts(EXAMPLES, **options)]
    texts = [Output(path.stem, fields) for path in TEXTS for fields in read(path).to_dicts(**options)]
    return [*examples, *texts, *_profiled(options)]


def _profiled(options: dict[str, str]) -> list[Output]:
    """A ninth of the prescriptions in every profile that is for this release and resource."""
    tables = [load_profile(name) for name in profiles()]
    names = [one.name for one in tables if options["release"] in one.releases and options["resource"] in one.resources]
    return [
        Output(f"{path.stem} in {name}", fields)
        for name in names
        for path in TEXTS[::9]
        for fields in read(path).to_dicts(profile=name, **options)
    ]
