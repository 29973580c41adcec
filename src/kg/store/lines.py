"""The line of a commit in the log: a hash, its head and its content, and how they hang together.

`kg.store.log` says what these are.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any, Final

from kg.store.interface import CommitMeta, LogEntry

START: Final = "0" * 64
"""The hash before the first commit."""

LINE_BYTES: Final = 1_000_000
"""Quads that take more than this have a file of their own, of which the line has the digest."""

HEX: Final = 64
"""So many characters a hash has."""


def chain(before: str, head: bytes) -> str:
    """The hash of a commit: that of the commit before it, and of its head."""
    return hashlib.sha256(before.encode() + head).hexdigest()


def sha256(data: bytes) -> str:
    """A digest in hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def parts(line: bytes) -> tuple[str, bytes, bytes]:
    """Hash, head and content of a line; JSON has no tab in it, so that one parts the two."""
    head, _, content = line[HEX + 1 :].removesuffix(b"\n").partition(b"\t")
    return line[:HEX].decode("ascii", "replace"), head, content


def joined(found: str, head: bytes, content: bytes) -> bytes:
    """The line of these three."""
    return found.encode() + b" " + head + b"\t" + content + b"\n"


def content_of(message: str, patch: str) -> tuple[bytes, bytes | None]:
    """The content of a commit, and its patch if that is too long for a line."""
    data = patch.encode()
    is_large = len(data) > LINE_BYTES
    kept = {"sha256": sha256(data), "bytes": len(data)} if is_large else patch
    return kept_content(message, kept), data if is_large else None


def kept_content(message: str, patch: str | dict[str, Any]) -> bytes:
    """The content of a commit; of a patch with a file of its own, digest and size are kept."""
    return json.dumps({"message": message, "patch": patch}, ensure_ascii=False).encode()


def chained(
    before: str, fields: dict[str, Any], meta: CommitMeta, content: bytes
) -> tuple[bytes, LogEntry]:
    """The line of a commit after the one with the hash `before`, and its entry."""
    if not meta.validated:
        fields = {**fields, "validated": False}
    head = json.dumps({**fields, "content": sha256(content)}, ensure_ascii=False).encode()
    chained = chain(before, head)
    entry = LogEntry(**fields, message=meta.message, hash=chained)
    return joined(chained, head, content), entry
