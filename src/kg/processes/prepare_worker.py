"""A process that tries changes on a private copy of the store, one after the other.

It parses what contributors send, evaluates their updates, runs the gate, and hands on patches. It
may be ended at any time: the next one begins with a copy of the newest generation.
"""

from __future__ import annotations

import secrets
import socket
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from kg.errors import KgError
from kg.namespaces import CURATED
from kg.processes.opening import setup_of
from kg.processes.query_worker import in_deep_stack
from kg.processes.sandbox import confine, limit_resources
from kg.profiles.uploads import placed_in_upload, read_any_upload
from kg.sparql import updating as _updating  # noqa: F401 - imported once, like the gate
from kg.store import gate as _gate  # noqa: F401 - imported once, by the process that forks
from kg.store import wire
from kg.store.candidate import Candidate, Setup
from kg.store.folder import Folder, clone, remove_tree, store_error
from kg.store.interface import Change, Patch, Update, Verdict
from kg.store.live import Live, opened
from kg.store.patches import patch_text, read_patch
from kg.store.wire import Message
from kg.validation import Finding, Report

UPLOADED: Final = ox.NamedNode(str(CURATED))
"""The graph that an upload would be added to where it names none."""


def main(control: socket.socket, arguments: dict[str, Any]) -> None:
    """Live until the supervisor ends the connection."""
    in_deep_stack(lambda: _run(control, arguments))


def _run(control: socket.socket, arguments: dict[str, Any]) -> None:
    limited = limit_resources(int(arguments["memory_bytes"]))
    confined = confine(files=True)
    warnings = [c.reason for c in (limited, confined) if not c.active]
    setup = setup_of(arguments["setup"])
    folder = Folder(Path(arguments["folder"]))
    path = folder.work / f"{arguments['generation']}-{secrets.token_hex(4)}"
    try:
        candidate = _candidate(folder.snapshot(arguments["generation"]), path, setup)
    except KgError as error:
        remove_tree(path)
        wire.send(control, wire.error_message(error))
        return
    wire.send(control, {"ready": candidate.generation, "warnings": warnings, "work": str(path)})
    while (found := wire.receive(control)) is not None:
        message, body = found
        try:
            answer, data = _answer(candidate, message, body)
        except KgError as error:
            answer, data = wire.error_message(error), b""
        wire.send(control, answer, data)


def _candidate(snapshot: Path, path: Path, setup: Setup) -> Candidate:
    try:
        clone(snapshot, path)
    except OSError as error:
        raise store_error("changes cannot be prepared", error) from error
    return Candidate(Live(opened(path), setup.rules, setup.union), setup)


def _answer(candidate: Candidate, message: Message, body: bytes) -> tuple[Message, bytes]:
    if message["do"] == "examine":
        examined = candidate.examine(wire.proposed_of(message, body), message["questions_quads"])
        return wire.examined_message(examined), patch_text(examined.patch).encode()
    if message["do"] == "about":
        found = candidate.about(ox.NamedNode(iri) for iri in message["subjects"])
        return {}, patch_text(Patch(added=found)).encode()
    change = _change(message, body)
    if message["do"] == "judge":
        verdict = with_places(candidate.judge(change), message, body)
        return wire.verdict_message(verdict), b""
    prepared = candidate.prepare(change, validated=message["validated"])
    findings = wire.findings_message(prepared.findings)
    return {"base": prepared.base, "findings": findings}, patch_text(prepared.patch).encode()


def with_places(verdict: Verdict, message: Message, body: bytes) -> Verdict:
    """The verdict on an upload with the lines and columns of what was found in it."""
    if message["kind"] != "upload":
        return verdict
    media_type, report = str(message["media_type"]), verdict.report
    if isinstance(report, Report):
        report = placed_in_upload(report, body, media_type)
    told = Report.of(f for f in verdict.findings if isinstance(f, Finding))
    return Verdict(verdict.conforms, report, placed_in_upload(told, body, media_type).results)


def _change(message: Message, body: bytes) -> Change:
    if message["kind"] == "upload":
        return Patch(added=tuple(read_any_upload(body, message["media_type"], UPLOADED)))
    if message["kind"] == "graph":
        return wire.graph_of(message["graph"], body)
    if message["kind"] == "guarded":
        return wire.guarded_of(message["guard"], body)
    text = body.decode()
    if message["kind"] == "update":
        return Update(text, wire.dataset_of(message["using"]))
    return read_patch(text)
