"""The names of authors: beside the log, which holds nothing but ids, so that a name can be erased.

An id is drawn at random and says nothing about whom it stands for. Once a name is erased, nobody
can tell any more whose commits those were, and the same name gets another id.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from kg.errors import NotFoundError, StoreError
from kg.store.folder import store_error, write_file

PREFIX: Final = "author-"
OURSELVES: Final = "kg"
"""Who commits the data that comes with kg: nobody's name, and so its own id."""

PRIVATE: Final = 0o600
_BYTES: Final = 6


class Authors:
    """The table in one file; what others have changed meanwhile is seen at the next call."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._names: dict[str, str] = {}
        self._read_at: tuple[int, int, int] | None = None

    @property
    def version(self) -> object:
        """Differs once the table has changed."""
        return self._read() and self._read_at

    def all(self) -> dict[str, str]:
        """The names that are not erased, by id."""
        return dict(self._read())

    def name_of(self, author: str) -> str:
        """The name of an id; the id itself where it has none any more."""
        return self._read().get(author, author)

    def id_of(self, name: str) -> str:
        """The id of a name, which it gets now if it has none; on disk when this returns."""
        if name == OURSELVES:
            return name
        known = _turned(self._read()).get(name)
        if known is not None:
            return known
        with self._changing() as names:
            author = _turned(names).get(name) or f"{PREFIX}{secrets.token_hex(_BYTES)}"
            names[author] = name
        return author

    def erase(self, who: str) -> str:
        """Forget a name, given as it is or by its id; returns the id. No copy of it stays here."""
        with self._changing() as names:
            author = who if who in names else _turned(names).get(who)
            if author is None:
                raise NotFoundError(f"no author is called {who}", hint="`kg authors` lists them")
            del names[author]
        return author

    @contextmanager
    def _changing(self) -> Iterator[dict[str, str]]:
        """The names, which are written when the block ends; one at a time changes them."""
        handle = os.open(f"{self._path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            names = dict(self._read())
            yield names
            data = json.dumps({"authors": names}, ensure_ascii=False, indent=2, sort_keys=True)
            write_file(self._path, f"{data}\n".encode(), mode=PRIVATE)
        except OSError as error:
            raise store_error("the names of authors cannot be written", error) from error
        finally:
            os.close(handle)

    def _read(self) -> dict[str, str]:
        try:
            status = self._path.stat()
            now = (status.st_ino, status.st_mtime_ns, status.st_size)
            if now != self._read_at:
                found = json.loads(self._path.read_text(encoding="utf-8"))["authors"]
                self._names = {str(author): str(name) for author, name in found.items()}
                self._read_at = now
        except FileNotFoundError:
            self._names, self._read_at = {}, None
        except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
            raise StoreError(
                f"{self._path} cannot be read: {error}",
                hint="restore it from a backup, or remove it: then commits have ids for authors",
            ) from error
        return self._names


def _turned(names: dict[str, str]) -> dict[str, str]:
    return {name: author for author, name in names.items()}
