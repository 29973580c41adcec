"""What the processes of a store say to each other: a JSON object, and some bytes.

Errors travel as their class and their fields, and are raised again as what they were.
"""

from __future__ import annotations

import json
import os
import socket
import struct
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, TypeAlias

import pyoxigraph as ox

from kg import errors
from kg.errors import InputError, KgError, StoreError
from kg.store.interface import (
    Dataset,
    Examined,
    GraphChange,
    Guarded,
    Limits,
    Patch,
    Proposed,
    Receipt,
    Term,
    Upload,
    Verdict,
)
from kg.store.patches import patch_text, read_patch
from kg.validation import Finding, Kind, Report, Severity

Message: TypeAlias = dict[str, Any]

HEAD: Final = struct.Struct(">II")
"""The lengths of the object and of the bytes."""

MESSAGE_BYTES: Final = 1 << 30
"""Longer ones are not read: what announces more is not one of ours."""

SOCKET_PATH: Final = 100
"""Names of sockets may not be longer (108 bytes with the end on Linux, 104 on macOS)."""


_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def pack(message: Message, body: bytes = b"") -> bytes:
    """A message as bytes."""
    data = _ENCODER.encode(message).encode()
    return b"".join((HEAD.pack(len(data), len(body)), data, body))


def send(connection: socket.socket, message: Message, body: bytes = b"") -> None:
    """Send a message, waiting until there is room for it."""
    connection.sendall(pack(message, body))


def receive(connection: socket.socket) -> tuple[Message, bytes] | None:
    """The next message; None where the other side has ended, also in the middle of one."""
    head = _exactly(connection, HEAD.size)
    if head is None:
        return None
    sizes = HEAD.unpack(head)
    if sum(sizes) > MESSAGE_BYTES:
        raise StoreError("a message between processes is longer than any of ours")
    data, body = (_exactly(connection, size) for size in sizes)
    return None if data is None or body is None else (json.loads(data), body)


def _exactly(connection: socket.socket, size: int) -> bytes | None:
    found = bytearray(size)
    view, at = memoryview(found), 0
    while at < size:
        count = connection.recv_into(view[at:])
        if count == 0:
            return None
        at += count
    return bytes(found)


@contextmanager
def address(path: Path) -> Iterator[str]:
    """A name of a socket that is short enough, by way of its folder if need be."""
    if len(os.fsencode(path)) <= SOCKET_PATH or not Path("/proc/self/fd").is_dir():
        yield str(path)
        return
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)


def is_of_another(message: Message, number: int | None) -> bool:
    """Whether a message belongs to the answer to a query of another number.

    A worker may end after it has answered and before it has said so. The query then goes to another
    one, whose answer is a second one, and comes before that to the next query of the connection.
    """
    return number is not None and message.get("number", number) != number


def error_message(error: KgError) -> Message:
    """An error as a message."""
    fields = {
        name: value
        for name, value in vars(error).items()
        if name != "report" and isinstance(value, str | int | float | bool | None)
    }
    found: Message = {"error": type(error).__name__, "fields": fields}
    if isinstance(error, errors.RefusedError):
        found["report"] = report_message(error.report)
    return found


def error_of(message: Message) -> KgError:
    """The error that a message tells of; one of an unknown class is a `StoreError`."""
    kind = getattr(errors, str(message["error"]), StoreError)
    fields = dict(message["fields"])
    text = str(fields.pop("message"))
    if kind is errors.RefusedError:
        return errors.RefusedError(text, report_of(message["report"]), hint=fields.get("hint"))
    if not (isinstance(kind, type) and issubclass(kind, KgError)):
        kind = StoreError
    made: KgError = kind(text)
    vars(made).update(fields)
    return made


def report_message(report: object) -> Any:
    """A report of validation as JSON; anything else as text."""
    return findings_message(report.results) if isinstance(report, Report) else str(report)


def report_of(message: Any) -> object:
    """The report that was sent."""
    if isinstance(message, str):
        return message
    return Report.of(f for f in findings_of(message) if isinstance(f, Finding))


def findings_message(findings: Iterable[object]) -> list[Any]:
    """Findings as JSON, those of validation with their fields."""
    return [
        {**asdict(f), "severity": f.severity.value} if isinstance(f, Finding) else str(f)
        for f in findings
    ]


def findings_of(message: Iterable[Any]) -> tuple[object, ...]:
    """The findings that were sent."""
    return tuple(_finding_of(f) if isinstance(f, dict) else f for f in message)


def _finding_of(members: Message) -> Finding:
    read = {
        "severity": Severity(members["severity"]),
        "kind": Kind(members["kind"]),
        "related": tuple(members["related"]),
    }
    return Finding(**{**members, **read})


def receipt_message(receipt: Receipt) -> Message:
    """A receipt as a message."""
    fields = {name: getattr(receipt, name) for name in Receipt.__slots__ if name != "findings"}
    return {"receipt": fields, "findings": findings_message(receipt.findings)}


def receipt_of(message: Message) -> Receipt:
    """The receipt that was sent."""
    return Receipt(**message["receipt"], findings=findings_of(message["findings"]))


@lru_cache(100)
def limits_message(limits: Limits) -> Message:
    """Limits as a message, which nobody changes."""
    return asdict(limits)


def dataset_message(dataset: Dataset) -> Message:
    """A dataset as a message."""
    return {
        side: None if graphs is None else [graph.value for graph in graphs]
        for side, graphs in (("default", dataset.default), ("named", dataset.named))
    }


def dataset_of(message: Message) -> Dataset:
    """The dataset that was sent."""
    sides = (message["default"], message["named"])
    return Dataset(*(None if s is None else tuple(ox.NamedNode(g) for g in s) for s in sides))


def graph_message(change: GraphChange) -> Message:
    """A change of a graph as a message; the bytes of its uploads follow one another."""
    return {
        "name": change.graph.value if isinstance(change.graph, ox.NamedNode) else None,
        "uploads": [[upload.media_type, len(upload.data)] for upload in change.uploads],
        "replaces": change.replaces,
        "generations": change.generations,
        "present": change.present,
    }


def graph_of(message: Message, body: bytes) -> GraphChange:
    """The change of a graph that was sent."""
    name, uploads = message["name"], _uploads(message["uploads"], body)
    generations = message["generations"]
    return GraphChange(
        ox.DefaultGraph() if name is None else ox.NamedNode(name),
        uploads,
        replaces=message["replaces"],
        generations=None if generations is None else tuple(generations),
        present=message["present"],
    )


def _uploads(sizes: Iterable[tuple[str, int]], body: bytes) -> tuple[Upload, ...]:
    """Bytes that follow one another, each with its media type."""
    uploads, at = [], 0
    for media_type, size in sizes:
        uploads.append(Upload(body[at : at + size], media_type))
        at += size
    return tuple(uploads)


def guard_message(change: Guarded) -> Message:
    """What a change expects of the state that it is made on."""
    return {
        "expected": patch_text(Patch(added=change.expected)),
        "whole": [node.value for node in change.whole],
    }


def guarded_of(message: Message, body: bytes) -> Guarded:
    """The change that was sent."""
    whole = tuple(ox.NamedNode(iri) for iri in message["whole"])
    return Guarded(read_patch(body.decode()), read_patch(message["expected"]).added, whole)


def proposed_message(proposed: Proposed) -> tuple[Message, bytes]:
    """What is proposed as a message; the bytes of its uploads follow one another."""
    sides = {"added": proposed.added, "removed": proposed.removed}
    message = {name: [[u.media_type, len(u.data)] for u in side] for name, side in sides.items()}
    return message, b"".join(u.data for side in sides.values() for u in side)


def proposed_of(message: Message, body: bytes) -> Proposed:
    """What was sent."""
    at = len(message["added"])
    uploads = _uploads([*message["added"], *message["removed"]], body)
    return Proposed(uploads[:at], uploads[at:])


def verdict_message(verdict: Verdict) -> Message:
    """A verdict as a message."""
    return {
        "conforms": verdict.conforms,
        "report": report_message(verdict.report),
        "findings": findings_message(verdict.findings),
    }


def verdict_of(message: Message) -> Verdict:
    """The verdict that was sent."""
    report, findings = report_of(message["report"]), findings_of(message["findings"])
    return Verdict(message["conforms"], report, findings)


def examined_message(examined: Examined) -> Message:
    """What came of something proposed, as a message; its patch is sent beside it."""
    return {
        **verdict_message(examined.verdict),
        "generation": examined.generation,
        "meaning": dict(examined.meaning),
    }


def examined_of(message: Message, patch: Patch) -> Examined:
    """What was sent."""
    return Examined(message["generation"], patch, verdict_of(message), message["meaning"])


def bindings_message(bindings: Mapping[str, Term]) -> dict[str, str]:
    """Values of variables as N-Triples."""
    return {name: str(term) for name, term in bindings.items()}


def bindings_of(message: Mapping[str, str]) -> dict[str, Term]:
    """The values that were sent."""
    found: dict[str, Term] = {}
    for name, text in message.items():
        [quad] = ox.parse(f"<x:x> <x:x> {text} .", format=ox.RdfFormat.N_TRIPLES)
        if not isinstance(quad.object, ox.NamedNode | ox.Literal):
            raise InputError("a variable is bound to an IRI or a literal")
        found[name] = quad.object
    return found
