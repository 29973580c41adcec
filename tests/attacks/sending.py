"""Sends an attack and says what became of it, and what of that is not as it has to be."""

from __future__ import annotations

import http.client
import json
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from tests.attacks.model import Attack, GraphRequest, Request, Upload

HUNG_SECONDS = 30.0
"""Nothing is waited for longer."""

KEPT_BYTES = 2_000_000
CLOSINGS = {
    "application/sparql-results+xml": b"</sparql>",
    "application/rdf+xml": b"</rdf:RDF>",
    "text/html": b"</html>",
}
"""What a whole answer ends with."""


@dataclass
class Sent:
    """What came back; `whole` says that HTTP tells so by the length or the last chunk."""

    status: int
    headers: dict[str, str]
    body: bytes
    whole: bool
    seconds: float
    found: bool = False

    @property
    def media_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0]

    @property
    def outcome(self) -> str:
        if self.status in (200, 201):
            return "answered" if self.whole else "limit"
        if self.status in (0, 429, 503):
            return "limit"
        return "refused" if 400 <= self.status < 500 else str(self.status)


def send(
    port: int, request: Request, never: bytes | None = None, source: str = "127.0.0.1"
) -> Sent:
    """The answer; of a long one its last `KEPT_BYTES`. `never` is looked for in all of it."""
    started = time.monotonic()
    connection = http.client.HTTPConnection(
        "127.0.0.1", port, timeout=HUNG_SECONDS, source_address=(source, 0)
    )
    sent = Sent(0, {}, b"", False, 0.0)
    method = request.method or ("GET" if request.body is None else "POST")
    with suppress(OSError):  # a server may answer and close before it has read all
        connection.request(method, request.path, request.body, request.headers)
    try:
        answer = connection.getresponse()
        sent.status = answer.status
        sent.headers = {name.lower(): value for name, value in answer.getheaders()}
        size = 0
        for piece in _pieces(answer, started + HUNG_SECONDS):
            size += len(piece)
            sent.found = sent.found or bool(never and never in sent.body[-len(never) :] + piece)
            sent.body = (sent.body + piece)[-KEPT_BYTES:]
        told = sent.headers.get("content-length")
        sent.whole = told is None or int(told) == size or method == "HEAD"
    except (OSError, http.client.HTTPException):
        pass
    connection.close()
    sent.seconds = time.monotonic() - started
    return sent


def _pieces(answer: http.client.HTTPResponse, until: float) -> Iterator[bytes]:
    while piece := answer.read(65_536):
        yield piece
        if time.monotonic() > until:
            raise TimeoutError


def is_loaded() -> bool:
    """Whether others keep the machine busy: then times say little."""
    return os.getloadavg()[0] > (os.cpu_count() or 1)


def faults(
    attack: Attack | Upload | GraphRequest, sent: Sent, expect: frozenset[str], limit: float
) -> list[str]:
    """What is not as it has to be."""
    found = []
    was_slow = is_loaded() and sent.status == 503 and b"took longer than" in sent.body
    if sent.outcome not in expect and not was_slow:
        found.append(f"{sent.outcome} ({sent.status}) is none of {sorted(expect)}")
    if sent.seconds > limit + (3.0 if is_loaded() else 0.5):
        found.append(f"took {sent.seconds:.2f} s with a limit of {limit:g} s")
    if sent.found:
        found.append("its answer has what it must never have")
    if sent.status >= 400:
        found += _faults_of_refusal(sent)
    elif sent.status == 200:
        found += _faults_of_answer(attack, sent)
    return [f"{attack.name}: {words}; {sent.body[:300]!r}" for words in found]


def _faults_of_refusal(sent: Sent) -> list[str]:
    found = []
    if sent.status >= 500 and sent.status != 503:
        found.append("the server is to blame")
    if not sent.whole:
        found.append("a refusal that breaks off")
    if sent.status not in (429, 503):
        return found
    if sent.headers.get("retry-after", "") == "":
        found.append(f"{sent.status} without Retry-After")
    if sent.media_type == "application/problem+json":
        members = json.loads(sent.body)
        if not members.get("limit") and "ended the process" not in members["detail"]:
            found.append(f"{sent.status} without a limit")
    elif sent.media_type != "text/html":
        found.append(f"{sent.status} as {sent.media_type}")
    return found


def _faults_of_answer(attack: Attack | Upload | GraphRequest, sent: Sent) -> list[str]:
    if _seems_whole(sent) not in (None, sent.whole):
        words = "whole answer without its end" if sent.whole else "part with the end of an answer"
        return [f"a {words}"]
    if sent.whole and isinstance(attack, Upload) and attack.conforms is not None:
        said = (
            b"does not conform" not in sent.body
            if sent.media_type == "text/html"
            else json.loads(sent.body)["conforms"]
        )
        return [] if said is attack.conforms else [f"conforms is {said}"]
    return []


def _seems_whole(sent: Sent) -> bool | None:
    """Whether one who does not look at HTTP would take it for a whole answer; None: cannot tell."""
    if sent.media_type in CLOSINGS:
        return sent.body.rstrip().endswith(CLOSINGS[sent.media_type])
    if "json" not in sent.media_type or len(sent.body) == KEPT_BYTES:
        return None
    try:
        json.loads(sent.body)
    except ValueError:
        return False
    except RecursionError:
        return None
    return True
