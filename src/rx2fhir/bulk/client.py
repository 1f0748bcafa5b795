"""Speaks to a FHIR server: credentials, retries, and what an answer says."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from typing import Any

import httpx
import orjson

from rx2fhir.errors import UsageError
from rx2fhir.fhir.element import Json

FHIR_JSON = "application/fhir+json"
LONGEST_WAIT = 300.0

AGAIN = frozenset({408, 429, 500, 502, 503, 504})
"""Status codes of a server that may take the same a little later."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered. status: 0 where no answer came. body: its JSON object, else None."""

    status: int
    body: Json | None
    reason: str

    def ok(self) -> bool:
        """The request was taken, and the answer says what became of it."""
        return 200 <= self.status < 300 and self.body is not None


class Client:
    """Posts Bundles to a FHIR server.

    server: its base address, https, or http where `insecure` or on this machine. tries: how often a request is sent
    while the server is busy or drops the connection. Credentials are read from the environment: RX2FHIR_TOKEN
    (bearer), or RX2FHIR_USER and RX2FHIR_PASSWORD. Raises UsageError for another address.
    """

    def __init__(
        self, server: str, tries: int = 5, insecure: bool = False, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        headers = {"Content-Type": FHIR_JSON, "Accept": FHIR_JSON, "Prefer": "return=minimal"}
        timeout = httpx.Timeout(120, connect=10)
        self._url = _address(server, insecure)
        self._http = httpx.Client(headers=headers, auth=_credentials(), timeout=timeout)
        self._tries = tries
        self._sleep = sleep

    def close(self) -> None:
        """Let go of the connection."""
        self._http.close()

    def post(self, bundle: Json) -> Answer:
        """Send a Bundle, again after a while as long as the server is busy or cannot be reached."""
        content = orjson.dumps(bundle)
        for attempt in range(1, self._tries + 1):
            answer, wait = self._once(content)
            if wait is None or attempt == self._tries:
                break
            self.pause(attempt, wait)
        return answer

    def pause(self, attempt: int, least: float = 0.0) -> None:
        """Wait longer from try to try, and not always as long: many clients shall not come back at one time."""
        backoff = min(30.0, 0.25 * 2**attempt) * random.uniform(0.5, 1.5)
        self._sleep(min(LONGEST_WAIT, max(least, backoff)))

    def _once(self, content: bytes) -> tuple[Answer, float | None]:
        """The answer, and how long to wait at least before another try; None: there is nothing to try again."""
        try:
            response = self._http.post(self._url, content=content)
        except httpx.TransportError as error:
            return Answer(0, None, f"no answer: {type(error).__name__}"), 0.0
        answer = _answer(response)
        return answer, _retry_after(response) if response.status_code in AGAIN else None


def reason(status: int, outcome: Any) -> str:
    """Why a server refused, out of its OperationOutcome."""
    issues = outcome.get("issue") if isinstance(outcome, dict) else None
    found = [_issue(issue) for issue in issues if isinstance(issue, dict)] if isinstance(issues, list) else []
    return "; ".join([f"answered {status}", *filter(None, found)])[:1000]


def _issue(issue: Json) -> str:
    details = issue.get("details")
    text = details.get("text") if isinstance(details, dict) else None
    return str(issue.get("diagnostics") or text or issue.get("code") or "")


def _answer(response: httpx.Response) -> Answer:
    status = response.status_code
    try:
        body = orjson.loads(response.content)
    except orjson.JSONDecodeError:
        body = None
    if isinstance(body, dict):
        return Answer(status, body, reason(status, body))
    kind = response.headers.get("content-type", "no type") if response.content else "nothing"
    return Answer(status, None, f"answered {status} with {kind} instead of FHIR")


def _retry_after(response: httpx.Response) -> float:
    """Seconds, said as a number or as a date: https://www.rfc-editor.org/rfc/rfc9110#field.retry-after."""
    said = response.headers.get("retry-after", "").strip()
    if said.isdigit():
        return float(said)
    try:
        return max(0.0, (parsedate_to_datetime(said) - datetime.now(timezone.utc)).total_seconds())
    except (ValueError, TypeError):
        return 0.0


def _address(server: str, insecure: bool) -> httpx.URL:
    try:
        url = httpx.URL(server.rstrip("/"))
    except httpx.InvalidURL as error:
        raise UsageError(f"server: {error}") from error
    if url.userinfo:
        raise UsageError("server: credentials belong into the environment, not into the address")
    if url.scheme not in ("http", "https") or not url.host or url.query or url.fragment:
        raise UsageError("server: expected an address such as https://fhir.example.org/r4")
    if url.scheme == "http" and not insecure and not _is_local(url.host):
        raise UsageError("server: http would send prescriptions unencrypted; use https, or say that it may")
    return url


def _is_local(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _credentials() -> httpx.Auth | None:
    token = os.environ.get("RX2FHIR_TOKEN", "").strip()
    user, password = os.environ.get("RX2FHIR_USER"), os.environ.get("RX2FHIR_PASSWORD")
    if token and user:
        raise UsageError("RX2FHIR_TOKEN and RX2FHIR_USER are both set: unset one")
    if bool(user) != bool(password):
        raise UsageError("RX2FHIR_USER and RX2FHIR_PASSWORD belong together: set both or none")
    if token:
        return _Bearer(token)
    return httpx.BasicAuth(user, password) if user and password else None


class _Bearer(httpx.Auth):
    """https://www.rfc-editor.org/rfc/rfc6750#section-2.1"""

    def __init__(self, token: str) -> None:
        if not (token.isascii() and token.isprintable()):
            raise UsageError("RX2FHIR_TOKEN holds signs that no token has")
        self._header = f"Bearer {token}"

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Adds the token to each request."""
        request.headers["Authorization"] = self._header
        yield request
