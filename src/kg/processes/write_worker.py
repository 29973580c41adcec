"""The writer as a process: the only handle that changes the store, asked by the supervisor alone.

It takes prepared changes, never text of others. If it is ended, the next one finds in the log what
was acknowledged.
"""

from __future__ import annotations

import socket
from datetime import datetime
from pathlib import Path
from typing import Any

from kg.errors import KgError
from kg.processes.opening import setup_of
from kg.store import wire
from kg.store.candidate import Prepared
from kg.store.folder import Folder, keep_reserve
from kg.store.interface import CommitMeta
from kg.store.patches import read_patch
from kg.store.wire import Message
from kg.store.writer import Commit, Writer


def main(control: socket.socket, arguments: dict[str, Any]) -> None:
    """Live until the supervisor ends the connection."""
    folder = Folder(Path(arguments["folder"]))
    try:
        setup = setup_of(arguments["setup"])
        changes = bool(arguments["tells_changes"])
        writer = Writer(folder, setup.rules, setup.union, tells_changes=changes)
        generation = writer.publish()
    except KgError as error:
        wire.send(control, wire.error_message(error))
        return
    wire.send(
        control,
        {"ready": generation, "replayed": writer.replayed, "cut_off": writer.cut_off},
    )
    while (found := wire.receive(control)) is not None:
        message, body = found
        try:
            answer = _answer(writer, folder, arguments, message, body)
        except KgError as error:
            answer = wire.error_message(error)
        wire.send(control, answer)
        if not writer.is_open:
            return  # the next writer brings the engine to where the log is


def _answer(
    writer: Writer, folder: Folder, arguments: dict[str, Any], message: Message, body: bytes
) -> Message:
    if message["do"] == "flush":
        writer.flush()
        return {}
    if message["do"] == "publish":
        return {"published": writer.snapshot()}
    if message["do"] == "drop":
        writer.drop_older(frozenset(message["used"]))
        return {}
    keep_reserve(folder, int(arguments["disk_reserve_bytes"]))
    receipts = writer.commit(list(_commits(message["commits"], body)))
    return {"receipts": [wire.receipt_message(receipt) for receipt in receipts]}


def _commits(messages: list[Message], body: bytes) -> Any:
    at = 0
    for message in messages:
        text = body[at : at + message["size"]].decode()
        at += message["size"]
        meta = message["meta"]
        yield Commit(
            Prepared(message["base"], read_patch(text), wire.findings_of(message["findings"])),
            CommitMeta(**{**meta, "time": datetime.fromisoformat(meta["time"])}),
            message["commit_id"],
        )
