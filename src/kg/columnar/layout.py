"""The files of a copy, mapped into memory.

A term is a number, its *id*, from 1 on; 0 is unbound. Ids are ordered by kind, and by value inside
a kind. The heap has the texts of all terms one after the other. Triples stand in two relations:
`union` is the default graph and `named` has the triples of the named graphs with their graph. Each
has, for every predicate, its triples in the order of subjects (`so`) and of objects (`os`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from kg.columnar.terms import Kind
from kg.errors import StoreError

Ids: TypeAlias = npt.NDArray[np.int32]
Numbers: TypeAlias = npt.NDArray[np.int64]
Bytes: TypeAlias = npt.NDArray[np.uint8]

FORMAT: Final = 1
ABOUT: Final = "about.json"
RELATIONS: Final = ("union", "named")
COLUMNS: Final = ("so_s", "so_o", "so_g", "os_s", "os_o", "os_g")


class Rows(NamedTuple):
    """Triples of one predicate, sorted by `s` or by `o`; the union has no `g`."""

    s: Ids
    o: Ids
    g: Ids | None


@dataclass(frozen=True, slots=True)
class Predicate:
    """Where the triples of a predicate stand, and how many subjects and objects they have."""

    id: int
    start: int
    end: int
    subjects: int
    objects: int

    @property
    def rows(self) -> int:
        """How many triples there are."""
        return self.end - self.start


class Relation:
    """The triples of the default graph or of all named graphs."""

    def __init__(self, columns: Mapping[str, Ids], predicates: Iterable[Predicate]) -> None:
        self._columns = columns
        self.predicates = {predicate.id: predicate for predicate in predicates}
        self.rows = len(columns["so_s"])

    def by_subject(self, predicate: Predicate) -> Rows:
        """Its triples in the order of subjects, then of objects."""
        return self._part("so", predicate.start, predicate.end)

    def by_object(self, predicate: Predicate) -> Rows:
        """Its triples in the order of objects, then of subjects."""
        return self._part("os", predicate.start, predicate.end)

    def all(self) -> Rows:
        """All triples, in the order of `predicates`."""
        return self._part("so", 0, self.rows)

    def _part(self, order: str, start: int, end: int) -> Rows:
        s, o = (self._columns[f"{order}_{place}"][start:end] for place in "so")
        graphs = self._columns.get(f"{order}_g")
        return Rows(s, o, None if graphs is None else graphs[start:end])


class Copy:
    """A copy that is open; `generation` is the one that it shows."""

    def __init__(self, folder: Path) -> None:
        """Open a copy; raises `StoreError` where it is not whole or of another format."""
        about = _about(folder)
        for name, file in about["files"].items():
            path = folder / name
            if not path.is_file() or path.stat().st_size != file["bytes"]:
                raise _damaged(folder, f"{name} is missing or cut off")
        self.generation = int(about["generation"])
        self.starts = np.array(about["kinds"], dtype=np.int64)
        self.terms = int(about["terms"])
        self.heap: Bytes = _mapped(folder / "heap.npy")
        self.offsets: Numbers = _mapped(folder / "offsets.npy")
        self._hashes = _mapped(folder / "hashes.npy")
        self._hashed: Ids = _mapped(folder / "hashed.npy")
        self.union, self.named = (_relation(folder, about, name) for name in RELATIONS)

    def text(self, term: int) -> str:
        """The N-Triples text of a term."""
        start, end = self.offsets[term - 1], self.offsets[term]
        return str(self.heap[start:end].tobytes(), "utf-8")

    def find(self, text: str) -> int:
        """The id of a term; 0 where no triple has it."""
        hashed = np.uint64(hash_of(text.encode()))
        at = int(np.searchsorted(self._hashes, hashed))
        while at < len(self._hashes) and self._hashes[at] == hashed:
            if self.text(int(self._hashed[at])) == text:
                return int(self._hashed[at])
            at += 1
        return 0

    def find_all(self, texts: Sequence[str]) -> list[int]:
        """The ids of terms; 0 where no triple has one."""
        hashes = np.array([hash_of(text.encode()) for text in texts], np.uint64)
        at = np.searchsorted(self._hashes, hashes)
        met = np.zeros(len(at), np.int64)
        inside = at < len(self._hashes)
        same = self._hashes[at[inside]] == hashes[inside]
        met[inside] = np.where(same, self._hashed[at[inside]], 0)
        return [
            term if not term or self.text(term) == text else self.find(text)
            for text, term in zip(texts, met.tolist(), strict=True)
        ]

    def kinds(self, ids: Ids) -> set[Kind]:
        """The kinds of some terms, none of which is unbound."""
        if not len(ids):
            return set()
        ends = np.array([ids.min(), ids.max()])
        first, last = (np.searchsorted(self.starts, ends, "right") - 1).tolist()
        if first == last:
            return {Kind(first)}
        counts = np.bincount(np.searchsorted(self.starts, ids, "right") - 1)
        return {Kind(kind) for kind in np.flatnonzero(counts).tolist()}


def hash_of(text: bytes) -> int:
    """A number of 64 bits by which a term is found."""
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "little")


def check(folder: Path) -> None:
    """Read a copy whole and compare it with its digests; raises `StoreError` if it is damaged."""
    for name, file in _about(folder)["files"].items():
        path = folder / name
        if not path.is_file() or digest_of(path) != file["sha256"]:
            raise _damaged(folder, f"{name} is not what was written")


def write_about(folder: Path, about: Mapping[str, Any]) -> None:
    """Write what makes a folder a copy: the last file, with the digests of all others."""
    files = {
        path.name: {"bytes": path.stat().st_size, "sha256": digest_of(path)}
        for path in sorted(folder.glob("*.npy"))
    }
    text = json.dumps({"format": FORMAT, **about, "files": files})
    (folder / ABOUT).write_text(text, encoding="utf-8")


def digest_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _about(folder: Path) -> dict[str, Any]:
    try:
        about: dict[str, Any] = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _damaged(folder, f"{ABOUT} cannot be read") from error
    if about.get("format") != FORMAT:
        raise _damaged(folder, f"its format is not {FORMAT}")
    return about


def _relation(folder: Path, about: Mapping[str, Any], name: str) -> Relation:
    columns = {
        column: _mapped(path)
        for column in COLUMNS
        if (path := folder / f"{name}_{column}.npy").exists()
    }
    return Relation(columns, (Predicate(*numbers) for numbers in about[name]))


def _mapped(path: Path) -> Any:
    """An array of a file; as a plain one, since each slice of a `memmap` takes microseconds."""
    return np.load(path, mmap_mode="r").view(np.ndarray)


def _damaged(folder: Path, why: str) -> StoreError:
    return StoreError(f"{folder} is no copy that can be used: {why}", hint="it is built again")
