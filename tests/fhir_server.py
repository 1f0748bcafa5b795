"""A small FHIR server that goes wrong on purpose: it takes Bundles, and a test decides what happens to each request."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Json = dict[str, Any]

Trouble = Callable[["Handler", int], bool]
"""Is told each request and its number; True: it has seen to the answer itself, and the Bundle is not looked at."""


def no_trouble(handler: Handler, number: int) -> bool:
    return False


class Store(ThreadingHTTPServer):
    """resources: by what names them. created: how often one was created. after: what happens before the answer."""

    daemon_threads = True

    def __init__(self, before: Trouble, after: Trouble) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.before, self.after = before, after
        self.resources: dict[str, Json] = {}
        self.created = 0
        self.requests: list[Json] = []
        self.lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def take(self, bundle: Json) -> Json:
        return {
            "resourceType": "Bundle",
            "type": f"{bundle['type']}-response",
            "entry": [{"response": self.settle(entry)} for entry in bundle["entry"]],
        }

    def settle(self, entry: Json) -> Json:
        request, resource = entry["request"], entry["resource"]
        if resource.get("status") == "banana":
            return {
                "status": "422",
                "outcome": {"resourceType": "OperationOutcome", "issue": [{"diagnostics": "no fruit"}]},
            }
        key = request.get("ifNoneExist") or request["url"]
        is_new = key not in self.resources
        self.created += is_new
        if is_new or request["method"] == "PUT":
            self.resources[key] = resource
        return {"status": "201 Created" if is_new else "200"}


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server: Store

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with self.server.lock:
            self.server.requests.append({"headers": dict(self.headers), "bundle": json.loads(body)})
            number = len(self.server.requests)
        if self.server.before(self, number):
            return
        with self.server.lock:
            answer = self.server.take(json.loads(body))
        if not self.server.after(self, number):
            self.answer(200, json.dumps(answer).encode())

    def answer(self, status: int, content: bytes = b"", kind: str = "application/fhir+json", **headers: str) -> bool:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(content)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(content)
        return True

    def drop(self) -> bool:
        """End the connection without an answer."""
        self.close_connection = True
        return True

    def log_message(self, format: str, *arguments: object) -> None:
        """Says nothing."""


@contextmanager
def running(before: Trouble = no_trouble, after: Trouble = no_trouble, kind: type[Store] = Store) -> Iterator[Store]:
    """A server as long as the block lasts."""
    with kind(before, after) as store:
        thread = threading.Thread(target=store.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield store
        finally:
            store.shutdown()
            thread.join()
