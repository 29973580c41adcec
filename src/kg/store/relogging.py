"""From format 2 to format 3: a log whose content can be redacted, and ids for authors.

A line of format 2 was its hash, a space, and one JSON object with everything, so that nothing could
be taken out of it. Commits, their times and their digests stay what they were; their hashes, which
cover other bytes, are new. The engine's directory is made anew, since it names the newest hash.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from kg.errors import StoreError
from kg.store.authors import Authors
from kg.store.candidate import Setup
from kg.store.folder import FORMAT, Folder, remove_tree, write_file
from kg.store.lines import START, chain, joined, sha256
from kg.store.rebuild import rebuilt
from kg.store.restore import sync_tree

OLDER: Final = 2
_HEX: Final = 64


def relog(folder: Folder, setup: Setup) -> tuple[int, Path]:
    """Bring a store of format 2 to this one; how many commits it has, and where the old log is.

    The caller holds the lock. Until the last step, writing `format.json`, it is the older store
    that counts; whatever ends this before can be done again. Raises `StoreError` for a log that is
    damaged: then nothing was changed.
    """
    kept = _kept(folder)
    commits = convert(kept / folder.log.name, folder)
    for left in (folder.snapshots, folder.artefacts):
        remove_tree(left)
    folder.clean()
    write_file(folder.path / "format.json", json.dumps({"format": FORMAT}).encode() + b"\n")
    if commits:
        rebuilt(folder, setup)
    return commits, kept


def convert(old: Path, folder: Folder) -> int:
    """Write the log of a folder from one of format 2; how many commits that has."""
    authors, before, lines = Authors(folder.authors), START, list[bytes]()
    for fields in _read(old):
        content = {"message": fields.pop("message"), "patch": fields.pop("patch")}
        data = json.dumps(content, ensure_ascii=False).encode()
        fields["author"] = authors.id_of(fields["author"])
        head = json.dumps({**fields, "content": sha256(data)}, ensure_ascii=False).encode()
        before = chain(before, head)
        lines.append(joined(before, head, data))
    write_file(folder.log, b"".join(lines))
    return len(lines)


def _read(path: Path) -> Iterator[dict[str, Any]]:
    """The commits of a log of format 2; half a line at its end was never acknowledged."""
    before = START
    with path.open("rb") as log:
        for number, line in enumerate(log, 1):
            if not line.endswith(b"\n"):
                return
            found, body = line[:_HEX].decode("ascii", "replace"), line[_HEX + 1 : -1]
            if hashlib.sha256(before.encode() + body).hexdigest() != found:
                raise StoreError(
                    f"line {number} of {path} is damaged",
                    hint="restore your backup of it, with the kg that wrote it",
                )
            before = found
            yield dict(json.loads(body))


def _kept(folder: Folder) -> Path:
    """A copy of the old log, made once: when an earlier attempt was interrupted, it is there."""
    found = sorted((folder.path / "backups").glob("format-2-*"))
    if found:
        return found[-1]
    target = folder.path / "backups" / f"format-2-{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}"
    temporary = target.with_name(f".{target.name}")
    temporary.mkdir(parents=True, mode=0o700)
    (temporary / folder.log.name).write_bytes(b"")
    with suppress(FileNotFoundError):
        shutil.copy2(folder.log, temporary / folder.log.name)
    sync_tree(temporary)
    temporary.rename(target)
    return target
