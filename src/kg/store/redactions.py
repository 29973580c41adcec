"""What was taken out of the log, so that everybody can tell that, and nobody can tell what.

The hash chain covers the head of each commit, and the head has the digest of what the commit
contains. A redaction is a file that gives the digest of what is left of some commits, and a commit
whose id has the digest of that file: so the chain vouches for what was taken out, too. The file
also has the sum of the digests of the quads that are missing, by which later states can still be
compared with what the log says of them.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from kg.errors import StoreError
from kg.store.digest import EMPTY
from kg.store.interface import Generation

COMMITS: Final = "redaction/"
"""Commit ids of redactions begin so; the digest of their file follows."""


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of a commit: the digest of its content, and how many quads are missing.

    `missing` is the sum of their digests, those that were added less those that were removed.
    """

    content: str
    quads: int
    missing: str = EMPTY
    message: bool = False


@dataclass(frozen=True, slots=True)
class Redaction:
    """One file: what is left of each commit that it is about."""

    digest: str
    left: dict[Generation, Left]


def redaction_file(left: dict[Generation, Left]) -> bytes:
    """The bytes of the file."""
    entries = {
        str(generation): {
            "content": one.content,
            "quads": one.quads,
            "missing": one.missing,
            "message": one.message,
        }
        for generation, one in sorted(left.items())
    }
    return json.dumps({"left": entries}, indent=2).encode() + b"\n"


class Redactions:
    """The files in a folder, read once each."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: dict[str, Redaction] = {}

    def of(self, generation: Generation, content: str) -> Redaction | None:
        """The redaction that left this content of a commit."""
        return next(
            (
                each
                for each in self.all()
                if generation in each.left and each.left[generation].content == content
            ),
            None,
        )

    def all(self) -> list[Redaction]:
        """All of them; raises `StoreError` for a file that is not what its name says."""
        try:
            paths = sorted(self._folder.glob("*.json"))
            for path in paths:
                if path.stem not in self._read:
                    self._read[path.stem] = _redaction(path)
        except OSError as error:
            raise StoreError(f"what was redacted cannot be read: {error}") from error
        return [self._read[path.stem] for path in paths]


def _redaction(path: Path) -> Redaction:
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != path.stem:
        raise StoreError(
            f"{path} is damaged: it is not what was written",
            hint="`kg restore` brings a backup back",
        )
    found: dict[str, dict[str, Any]] = json.loads(data)["left"]
    return Redaction(path.stem, {int(number): Left(**each) for number, each in found.items()})
