"""`rx2fhir send`: every entry is taken once, whatever the server does, or its reason stands in the rejects."""

from __future__ import annotations

import contextlib
import io
import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from fhir_server import Handler, Json, Trouble, running
from rx2fhir.bulk import client
from rx2fhir.cli import main
from rx2fhir.fhir.bundle import bundle, entry


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Nothing waits; the list says for how long it would have."""
    waited: list[float] = []
    monkeypatch.setattr(client.Client.__init__, "__defaults__", (5, False, waited.append))
    return waited


def medicine(number: int, **fields: object) -> Json:
    return {
        "resourceType": "MedicationStatement",
        "identifier": [{"system": "urn:oid:2.999.3", "value": f"{number}/1"}],
        "status": "active",
        "medicationCodeableConcept": {"text": f"Zyloric {number}"},
        "subject": {"reference": "Patient/1"},
        **fields,
    }


def ndjson(*lines: object) -> str:
    return "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines)


class Run:
    """One run of the command, in this process."""

    def __init__(self, folder: Path, content: str, server: str, *options: str, name: str = "in.ndjson") -> None:
        source = folder / name
        source.write_text(content, encoding="utf-8")
        stderr = io.StringIO()
        with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stderr(stderr):
            patch.setattr(sys, "argv", ["rx2fhir", "send", str(source), "--server", server, *options])
            with pytest.raises(SystemExit) as end:
                main()
        self.code, self.err = int(end.value.code or 0), stderr.getvalue()
        rejects = folder / "in.send-rejects.ndjson"
        self.rejects = list(map(json.loads, rejects.read_text().splitlines())) if rejects.exists() else []

    def reasons(self) -> dict[int, str]:
        return {reject["line"]: reject["reason"] for reject in self.rejects}


TEN = ndjson(*map(medicine, range(10)))


def test_everything_is_taken_once(tmp_path: Path) -> None:
    with running() as store:
        first = Run(tmp_path, TEN, store.url, "--batch-size", "4")
        assert (first.code, first.rejects, len(store.requests)) == (0, [], 3)
        assert "10 taken, 0 taken before" in first.err
        again = Run(tmp_path, TEN, store.url, "--batch-size", "4")
        assert (again.code, len(store.requests)) == (0, 3)
        assert "0 taken, 10 taken before" in again.err
        (tmp_path / "in.journal").unlink()
        assert Run(tmp_path, TEN, store.url, "--batch-size", "4").code == 0
    assert (store.created, len(store.requests)) == (10, 6)


def test_resources_with_an_id_are_put_in_their_place(tmp_path: Path) -> None:
    with running() as store:
        assert Run(tmp_path, ndjson({"resourceType": "Patient", "id": "7"}), store.url).code == 0
    [request] = store.requests
    assert request["bundle"]["entry"][0]["request"] == {"method": "PUT", "url": "Patient/7"}


def test_transactions_are_sent_as_they_are_and_other_bundles_in_batches(tmp_path: Path) -> None:
    transaction = bundle("transaction", [entry(medicine(1)), entry(medicine(2))])
    batch = bundle("batch", [entry(medicine(3))])
    collection = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": medicine(4)}]}
    with running() as store:
        assert Run(tmp_path, ndjson(medicine(0), transaction, batch, collection, medicine(5)), store.url).code == 0
    sent = [(request["bundle"]["type"], len(request["bundle"]["entry"])) for request in store.requests]
    assert sent == [("batch", 1), ("transaction", 2), ("batch", 3)]
    assert store.requests[1]["bundle"] == transaction


def test_a_bundle_laid_out_over_many_lines(tmp_path: Path) -> None:
    content = json.dumps(bundle("transaction", [entry(medicine(1)), entry(medicine(2))]), indent=2)
    with running() as store:
        assert Run(tmp_path, content, store.url, name="in.json").code == 0
        assert Run(tmp_path, content[:-1], store.url, "--journal", str(tmp_path / "j"), name="in.json").code == 1
    assert (store.created, len(store.requests)) == (2, 1)


def test_requests_stay_below_a_megabyte(tmp_path: Path) -> None:
    long = [medicine(number, note=[{"text": "x" * 300_000}]) for number in range(5)]
    with running() as store:
        assert Run(tmp_path, ndjson(*long), store.url).code == 0
    assert [len(request["bundle"]["entry"]) for request in store.requests] == [3, 2]


# What is wrong in the file


def test_each_line_that_cannot_be_sent_is_rejected(tmp_path: Path) -> None:
    unnamed = {"resourceType": "MedicationStatement", "status": "active"}
    unsafe = bundle("transaction", [{"resource": unnamed, "request": {"method": "POST", "url": "MedicationStatement"}}])
    empty = {"resourceType": "Bundle", "type": "batch", "entry": []}
    lines = [medicine(0), "{", "7", "[]", {"a": 1}, unnamed, unsafe, empty, medicine(0), "", medicine(1)]
    with running() as store:
        run = Run(tmp_path, ndjson(*lines), store.url)
    assert (run.code, store.created) == (1, 2)
    assert sorted(run.reasons()) == [2, 3, 4, 5, 6, 7, 8, 9]
    assert "created twice" in run.reasons()[6]
    assert "without ifNoneExist" in run.reasons()[7]
    assert run.reasons()[9] == "the same resource came before"


def test_dry_run_checks_and_sends_nothing(tmp_path: Path) -> None:
    with running() as store:
        run = Run(tmp_path, TEN + "{\n", store.url, "--dry-run")
    assert (run.code, store.requests) == (1, [])
    assert "10 would be sent, 0 taken before, 1 rejects" in run.err
    assert not (tmp_path / "in.journal").exists()


# What is wrong with the server


def test_entries_are_rejected_one_by_one(tmp_path: Path) -> None:
    with running() as store:
        run = Run(tmp_path, ndjson(medicine(0), medicine(1, status="banana"), medicine(2)), store.url)
        assert (run.code, len(store.resources)) == (1, 2)
        [reject] = run.rejects
        assert (reject["line"], reject["reason"]) == (2, "answered 422; no fruit")
        assert reject["id"].endswith("%7C1%2F1")
        mended = Run(
            tmp_path, ndjson(medicine(0), medicine(1), medicine(2)), store.url, "--journal", str(tmp_path / "j")
        )
        assert (mended.code, store.created) == (0, 3)


def at(numbers: set[int], trouble: Trouble) -> Trouble:
    return lambda handler, number: number in numbers and trouble(handler, number)


@pytest.mark.parametrize(
    "trouble",
    [
        lambda handler, number: handler.drop(),
        lambda handler, number: handler.answer(429, Retry_After="7"),
        lambda handler, number: handler.answer(503, b"<html>", "text/html"),
    ],
    ids=["dropped", "429", "503"],
)
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_busy_server_is_asked_again(tmp_path: Path, waits: list[float], trouble: Trouble, when: str) -> None:
    with running(**{when: at({1, 2, 4}, trouble)}) as store:
        run = Run(tmp_path, TEN, store.url, "--batch-size", "5")
    assert (run.code, run.rejects) == (0, [])
    assert (store.created, len(store.requests), len(waits)) == (10, 5, 3)


def test_retry_after_is_kept(tmp_path: Path, waits: list[float]) -> None:
    date = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() + 100))

    def busy(handler: Handler, number: int) -> bool:
        return number < 4 and handler.answer(429, Retry_After=["17", date, "nonsense"][number - 1])

    with running(busy) as store:
        assert Run(tmp_path, TEN, store.url).code == 0
    assert waits[0] == 17
    assert 90 < waits[1] <= 100
    assert waits[2] < 17


def test_waits_grow(tmp_path: Path, waits: list[float]) -> None:
    with running(at({1, 2, 3, 4}, lambda handler, number: handler.drop())) as store:
        assert Run(tmp_path, TEN, store.url).code == 0
    assert waits[0] < waits[2]


def test_entries_that_the_server_was_too_busy_for_are_sent_again(tmp_path: Path) -> None:
    def half(handler: Handler, number: int) -> bool:
        if number > 1:
            return False
        entries = handler.server.requests[0]["bundle"]["entry"]
        statuses = ["201" if place % 2 else "503" for place, _ in enumerate(entries)]
        for taken in entries[1::2]:
            handler.server.settle(taken)
        body = {"resourceType": "Bundle", "entry": [{"response": {"status": status}} for status in statuses]}
        return handler.answer(200, json.dumps(body).encode())

    with running(half) as store:
        assert Run(tmp_path, TEN, store.url).code == 0
    assert [len(request["bundle"]["entry"]) for request in store.requests] == [10, 5]
    assert store.created == 10


@pytest.mark.parametrize(
    ("status", "content", "kind", "reason"),
    [
        (401, b"", "text/plain", "answered 401 with nothing instead of FHIR"),
        (403, b'{"issue": [{"code": "forbidden"}]}', "application/json", "answered 403; forbidden"),
        (404, b"<html>", "text/html", "answered 404 with text/html instead of FHIR"),
        (200, b"<html>", "text/html", "answered 200 with text/html instead of FHIR"),
        (200, b"", "text/plain", "answered 200 with nothing instead of FHIR"),
        (200, b"{}", "application/json", "the answer does not say what became of each entry"),
        (302, b"", "text/plain", "answered 302 with nothing instead of FHIR"),
    ],
)
def test_one_answer_that_is_none_does_not_stop_the_rest(
    tmp_path: Path, status: int, content: bytes, kind: str, reason: str
) -> None:
    with running(at({2}, lambda handler, number: handler.answer(status, content, kind))) as store:
        run = Run(tmp_path, TEN, store.url, "--batch-size", "4")
        assert (run.code, store.created) == (1, 6)
        assert run.reasons() == dict.fromkeys([5, 6, 7, 8], reason)
        again = Run(tmp_path, TEN, store.url, "--batch-size", "4")
    assert (again.code, again.rejects, store.created, len(store.requests)) == (0, [], 10, 4)


@pytest.mark.parametrize("status", [400, 413, 422])
def test_a_refused_batch_is_halved_until_only_the_bad_entry_is_left(tmp_path: Path, status: int) -> None:
    def refuse(handler: Handler, number: int) -> bool:
        entries = handler.server.requests[-1]["bundle"]["entry"]
        bad = any(part["resource"]["status"] == "banana" for part in entries)
        return bad and handler.answer(status, b'{"issue": [{"details": {"text": "too bad"}}]}')

    lines = [medicine(number, status="banana" if number == 3 else "active") for number in range(10)]
    with running(refuse) as store:
        run = Run(tmp_path, ndjson(*lines), store.url)
    assert run.reasons() == {4: f"answered {status}; too bad"}
    assert store.created == 9


def test_a_refused_transaction_rejects_all_its_entries(tmp_path: Path) -> None:
    lines = [bundle("transaction", [entry(medicine(1)), entry(medicine(2))]), medicine(3)]
    with running(at({1}, lambda handler, number: handler.answer(422, b'{"issue": [{"code": "invariant"}]}'))) as store:
        run = Run(tmp_path, ndjson(*lines), store.url)
    assert [reject["reason"] for reject in run.rejects] == ["answered 422; invariant"] * 2
    assert store.created == 1


def test_a_server_that_lets_nobody_in_is_left_alone(tmp_path: Path) -> None:
    with running(lambda handler, number: handler.answer(401)) as store:
        run = Run(tmp_path, TEN, store.url, "--batch-size", "1")
    assert (run.code, len(store.requests)) == (1, 5)
    assert run.reasons()[5].startswith("gave up here")


def test_no_server_at_all(tmp_path: Path) -> None:
    with running() as store:
        address = store.url
    run = Run(tmp_path, ndjson(medicine(0)), address)
    assert (run.code, run.reasons()) == (1, {1: "no answer: ConnectError"})


# Credentials and addresses


def test_a_token_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RX2FHIR_TOKEN", "s3cret")
    with running(lambda handler, number: handler.answer(401)) as store:
        run = Run(tmp_path, TEN, store.url)
    assert store.requests[0]["headers"]["Authorization"] == "Bearer s3cret"
    assert "s3cret" not in run.err + json.dumps(run.rejects) + (tmp_path / "in.journal").read_text()


def test_user_and_password_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RX2FHIR_USER", "ward")
    monkeypatch.setenv("RX2FHIR_PASSWORD", "pä:ss")
    with running() as store:
        assert Run(tmp_path, TEN, store.url).code == 0
    assert store.requests[0]["headers"]["Authorization"] == "Basic d2FyZDpww6Q6c3M="


@pytest.mark.parametrize(
    "variables",
    [
        {"RX2FHIR_TOKEN": "s3cret", "RX2FHIR_USER": "ward", "RX2FHIR_PASSWORD": "s3cret"},
        {"RX2FHIR_USER": "s3cret"},
        {"RX2FHIR_PASSWORD": "s3cret"},
        {"RX2FHIR_TOKEN": "s3cret\nX-Other: 1"},
    ],
)
def test_unclear_credentials_are_refused_and_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    run = Run(tmp_path, TEN, "https://fhir.example.org")
    assert run.code == 2
    assert "RX2FHIR_" in run.err
    assert "s3cret" not in run.err


@pytest.mark.parametrize(
    ("server", "says"),
    [
        ("http://fhir.example.org", "unencrypted"),
        ("http://127.0.0.1.example.org", "unencrypted"),
        ("ftp://fhir.example.org", "https://"),
        ("fhir.example.org", "https://"),
        ("https://", "https://"),
        ("https://ward:s3cret@fhir.example.org", "environment"),
        ("https://fhir.example.org?x=1", "https://"),
    ],
)
def test_wrong_addresses_are_refused(tmp_path: Path, server: str, says: str) -> None:
    run = Run(tmp_path, TEN, server)
    assert run.code == 2
    assert says in run.err
    assert "s3cret" not in run.err
    assert [path.name for path in tmp_path.iterdir()] == ["in.ndjson"]


@pytest.mark.parametrize(
    "server", ["http://localhost:1", "http://[::1]:1", "http://127.8.8.8:1", "https://fhir.example.org/r4/"]
)
def test_right_addresses_are_taken(tmp_path: Path, server: str) -> None:
    assert Run(tmp_path, TEN, server, "--dry-run").code == 0


def test_http_to_another_machine_when_told(tmp_path: Path) -> None:
    assert Run(tmp_path, TEN, "http://fhir.example.org", "--dry-run", "--allow-http").code == 0


# The journal


def test_a_journal_belongs_to_its_file_server_and_size(tmp_path: Path) -> None:
    with running() as store:
        assert Run(tmp_path, TEN, store.url).code == 0
        assert "another file" in Run(tmp_path, TEN + ndjson(medicine(11)), store.url).err
        assert "batch size" in Run(tmp_path, TEN, store.url, "--batch-size", "3").err
        (tmp_path / "in.journal").write_text("no journal\n")
        assert "no journal" in Run(tmp_path, TEN, store.url).err
    assert len(store.requests) == 1


def test_a_line_that_was_killed_while_it_was_written_is_cut_off(tmp_path: Path) -> None:
    with running() as store:
        Run(tmp_path, TEN, store.url, "--batch-size", "1")
        journal = tmp_path / "in.journal"
        journal.write_bytes(journal.read_bytes()[:-1])  # the 10 becomes a line without its end
        run = Run(tmp_path, TEN, store.url, "--batch-size", "1")
    assert "1 taken, 9 taken before" in run.err
    assert len(store.requests) == 11


class Killer:
    """Drops one request in twenty, and kills the client at given requests: while it waits, or when it was answered."""

    def __init__(self, kills: list[int]) -> None:
        self.random = random.Random(11)
        self.kills = kills
        self.client: subprocess.Popen[bytes] | None = None

    def before(self, handler: Handler, number: int) -> bool:
        return self.kill(number, odd=True) or (self.random.random() < 0.025 and handler.drop())

    def after(self, handler: Handler, number: int) -> bool:
        return self.kill(number, odd=False) or (self.random.random() < 0.025 and handler.drop())

    def kill(self, number: int, odd: bool) -> bool:
        due = bool(self.kills) and number >= self.kills[0] and self.kills[0] % 2 == odd
        if due and self.client:
            self.kills.pop(0)
            time.sleep(self.random.random() / 100)
            self.client.send_signal(signal.SIGKILL)
        return due


def test_a_run_killed_at_twenty_points_ends_with_every_statement_once(tmp_path: Path) -> None:
    source = tmp_path / "in.ndjson"
    source.write_text(ndjson(*map(medicine, range(2_000))))
    killer = Killer(sorted(random.Random(5).sample(range(1, 190), 20)))
    command = [sys.executable, "-m", "rx2fhir", "send", str(source), "--batch-size", "10", "--tries", "9"]
    codes = []
    with running(killer.before, killer.after) as store:
        while not codes or codes[-1] == -signal.SIGKILL:
            killer.client = subprocess.Popen([*command, "--server", store.url], stderr=subprocess.DEVNULL)
            codes.append(killer.client.wait())
    assert codes == [-signal.SIGKILL] * 20 + [0]
    assert (tmp_path / "in.send-rejects.ndjson").read_text() == ""
    assert store.created == len(store.resources) == 2_000
    assert {resource["medicationCodeableConcept"]["text"] for resource in store.resources.values()} == {
        f"Zyloric {number}" for number in range(2_000)
    }
