"""The files of a copy, mapped into memory.

A term is a number, its *id*, from 1 on; 0 is unbound. Ids are ordered by kind, and by value inside
a kind. The heap has the texts of all terms one after the other. Triples stand in two relations:
`union` is the default graph and `named` has the triples of the named graphs with their graph. Each
has, for every predicate, its triples in the order of subjects (`so`) and of objects (`os`).
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from mmap import ACCESS_READ, MADV_DONTNEED, mmap
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from kg.columnar.kept import Kept
from kg.columnar.table import Begins, run_of
from kg.columnar.terms import Kind
from kg.errors import StoreError

Ids: TypeAlias = npt.NDArray[np.int32]
Numbers: TypeAlias = npt.NDArray[np.int64]
Bytes: TypeAlias = npt.NDArray[np.uint8]
Hashes: TypeAlias = npt.NDArray[np.uint64]
End: TypeAlias = Literal["s", "o"]

FORMAT: Final = 2
MANY: Final = 1_000
"""Where at least so many terms are looked for, a table of where each begins is made."""

KEPT_BYTES: Final = 48_000_000
KEPT_OF_EACH: Final = 4
KEPT_MOST: Final = 200_000_000
"""So much of what is worked out of a relation is kept in a process (tables, and stars): what is
enough for twelve million rows, and for more of them in proportion, up to a limit."""

ABOUT: Final = "about.json"
RELATIONS: Final = ("union", "named")
BOTH_ENDS: Final = (bisect_left, bisect_right)
WAYS: Final = ("so", "os")
ROW_BYTES: Final = 16
"""What a triple takes in both orders, without its graph."""

COLUMNS: Final = ("so_s", "so_o", "so_g", "os_s", "os_o", "os_g")

CONSTANTS: Final = 4_096
"""So many constants of queries are kept with their ids."""

STARS: Final = 1_000
"""So many stars are remembered that were asked for once."""


def most_kept(rows: int) -> int:
    """How many bytes of each sort are kept that are worked out of so many rows."""
    return min(max(KEPT_BYTES, KEPT_OF_EACH * rows), KEPT_MOST)


class Rows(NamedTuple):
    """Triples of one predicate, sorted by `s` or by `o`; the union has no `g`."""

    s: Ids
    o: Ids
    g: Ids | None


Star: TypeAlias = tuple[int, int, int]
"""A predicate, and what its subjects have: another predicate and a term."""

Runs: TypeAlias = tuple[Rows, Numbers, Numbers]
"""Rows in the order of an end, and where each of some terms begins there and how often it is."""


@dataclass(frozen=True, slots=True)
class Predicate:
    """Where the triples of a predicate stand, and about how many subjects and objects they have."""

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
    """The triples of the default graph or of all named graphs.

    `stars` are parts of it, and those that were `asked` for; see `kg.columnar.stars`. One that has
    the triples of one `graph` does not say it once more.
    """

    def __init__(
        self, columns: Mapping[str, Ids], predicates: Iterable[Predicate], graph: int = 0
    ) -> None:
        self.graph = graph
        self.rows = len(columns["so_s"])
        self.most_kept = most_kept(self.rows)
        self._graphs: Kept[int, Relation | None] = Kept(self.most_kept)
        self.stars: Kept[Star, Relation] = Kept(self.most_kept)
        self.asked: Kept[Star, bool] = Kept(STARS)
        self._begins: Kept[tuple[int, End], Begins] = Kept(self.most_kept)
        self._columns = columns
        self.predicates = {predicate.id: predicate for predicate in predicates}
        self._known = [*self.predicates.values()]
        self._reaches: dict[str, tuple[Ids, Ids]] = {}

    def maps(self) -> list[mmap]:
        """The files, as they are mapped into memory."""
        return [_map_of(column) for column in self._columns.values()]

    def most_ends(self) -> tuple[int, int]:
        """About how many subjects and how many objects the predicate with most of them has."""
        known = self.predicates.values()
        return max(each.subjects for each in known), max(each.objects for each in known)

    def by_subject(self, predicate: Predicate) -> Rows:
        """Its triples in the order of subjects, then of objects."""
        return self.part("so", predicate.start, predicate.end)

    def by_object(self, predicate: Predicate) -> Rows:
        """Its triples in the order of objects, then of subjects."""
        return self.part("os", predicate.start, predicate.end)

    def of_subject(self, predicate: Predicate, subject: int) -> Rows:
        """Its triples with a subject, in the order of objects."""
        return between(self.by_subject(predicate), "s", subject)

    def of_object(self, predicate: Predicate, object_: int) -> Rows:
        """Its triples with an object, in the order of subjects."""
        return between(self.by_object(predicate), "o", object_)

    def beside(self, predicate: Predicate, end: End, terms: Ids) -> Rows:
        """Its triples in the order of an end, at least those with some terms there."""
        return self.by_subject(predicate) if end == "s" else self.by_object(predicate)

    def runs(self, predicate: Predicate, end: End, terms: Ids, *, keep: bool = True) -> Runs:
        """What `beside` gives, and where each of the terms begins there, and how often it is there.

        Where many are looked for, a table of all begins is made, and kept if it may be.
        """
        rows = self.beside(predicate, end, terms)
        ordered = rows.s if end == "s" else rows.o
        found = self._begins.get((predicate.id, end))
        if found is None and keep and len(terms) >= MANY and Begins.are_worth(ordered):
            found = Begins(ordered)
            self._begins.keep((predicate.id, end), found, found.nbytes)
        if found is None:
            return rows, *run_of(ordered, terms)
        return rows, *found.run_of(ordered, terms)

    def of_graph(self, graph: int, *, make: bool) -> Relation | None:
        """The triples of a named graph, where they are kept or there is room for them.

        To `make` them all triples are looked at.
        """
        found = self._graphs.get(graph)
        if found is None and make and graph not in self._graphs:
            places = {order: np.flatnonzero(self._columns[f"{order}_g"] == graph) for order in WAYS}
            rows = len(places["so"])
            fits = rows * ROW_BYTES <= self.most_kept
            found = self._only(places, graph) if fits else None
            self._graphs.keep(graph, found, rows * ROW_BYTES if fits else 0)
        return found

    def _only(self, places: Mapping[str, Numbers], graph: int) -> Relation:
        """The triples at some places of each order."""
        columns = {
            f"{order}_{end}": self._columns[f"{order}_{end}"][at]
            for order, at in places.items()
            for end in "so"
        }
        known = []
        for each in self.predicates.values():
            start, end = np.searchsorted(places["so"], [each.start, each.end]).tolist()
            if start < end:
                ends = (distinct(columns[f"{order}_{order[0]}"][start:end]) for order in WAYS)
                known.append(Predicate(each.id, start, end, *ends))
        return Relation(columns, known, graph)

    def of_term(self, end: End, term: int) -> dict[int, Rows]:
        """The triples that have a term at an end, by their predicates."""
        order = WAYS[end == "o"]
        column, wanted = self._columns[f"{order}_{end}"], np.int32(term)
        first, last = self._reach(order, column)
        found = {}
        for at in np.flatnonzero((first <= wanted) & (wanted <= last)).tolist():
            predicate = self._known[at]
            ordered = column[predicate.start : predicate.end]
            low = int(ordered.searchsorted(wanted))
            if ordered[low] == wanted:
                high = low + int(ordered[low:].searchsorted(wanted, "right"))
                start = predicate.start
                found[predicate.id] = self.part(order, start + low, start + high)
        return found

    def _reach(self, order: str, column: Ids) -> tuple[Ids, Ids]:
        """The first and the last term that each predicate has at an end: most are far from one."""
        if order not in self._reaches:
            ends = (
                [known.start for known in self._known],
                [known.end - 1 for known in self._known],
            )
            first, last = (column[np.array(places, np.int64)] for places in ends)
            self._reaches[order] = first, last
        return self._reaches[order]

    def all(self) -> Rows:
        """All triples, in the order of `predicates`."""
        return self.part("so", 0, self.rows)

    def part(self, order: str, start: int, end: int) -> Rows:
        """The rows of an order between two places."""
        s, o = (self._columns[f"{order}_{place}"][start:end] for place in "so")
        graphs = self._columns.get(f"{order}_g")
        return Rows(s, o, None if graphs is None else graphs[start:end])


class Texts:
    """The texts of terms, which are numbered from 1 on, in the files of a folder."""

    def __init__(self, folder: Path) -> None:
        self.heap: Bytes = mapped(folder / "heap.npy")
        with (folder / "heap.npy").open("rb") as file:
            self._map = mmap(file.fileno(), 0, access=ACCESS_READ)
        self._begin = len(self._map) - len(self.heap)
        self.offsets: Numbers = mapped(folder / "offsets.npy")
        self._hashes: Hashes = mapped(folder / "hashes.npy")
        self._hashed: Ids = mapped(folder / "hashed.npy")

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def maps(self) -> list[mmap]:
        """The files, as they are mapped into memory."""
        arrays = self.heap, self.offsets, self._hashes, self._hashed
        return [self._map, *map(_map_of, arrays)]

    def text(self, term: int) -> bytes:
        """The N-Triples text of a term."""
        start, end = (self.offsets[term - 1 : term + 1] + self._begin).tolist()
        return self._map[start:end]

    def several(self, terms: Ids, before: int = 0, after: int = 0) -> list[bytes]:
        """The N-Triples texts of terms, without so many bytes at their begins and ends."""
        starts = (self.offsets[terms - 1] + (self._begin + before)).tolist()
        ends = (self.offsets[terms] + (self._begin - after)).tolist()
        data = self._map
        return [data[start:end] for start, end in zip(starts, ends, strict=True)]

    def hashes(self) -> Hashes:
        """The number of 64 bits of each text."""
        found = np.empty_like(self._hashes)
        found[self._hashed - 1] = self._hashes
        return found

    def find(self, text: bytes) -> int:
        """The number of a term; 0 where it is not there."""
        hashed = np.uint64(hash_of(text))
        at = int(self._hashes.searchsorted(hashed))
        while at < len(self._hashes) and self._hashes[at] == hashed:
            if self.text(int(self._hashed[at])) == text:
                return int(self._hashed[at])
            at += 1
        return 0

    def find_all(self, texts: Sequence[bytes]) -> list[int]:
        """The numbers of terms; 0 for each that is not there."""
        hashes = hashes_of(texts)
        at = np.searchsorted(self._hashes, hashes)
        met = np.zeros(len(at), np.int64)
        inside = at < len(self._hashes)
        same = self._hashes[at[inside]] == hashes[inside]
        met[inside] = np.where(same, self._hashed[at[inside]], 0)
        return [
            term if not term or self.text(term) == text else self.find(text)
            for text, term in zip(texts, met.tolist(), strict=True)
        ]


class Copy:
    """A copy that is open; `generation` is the one that it shows.

    Ids up to `terms` are in the order of kinds and values; `heap` and `offsets` have their texts.
    Triples may have higher ones, up to `last`, of terms that came by commits and have no order;
    see `kg.columnar.delta`.
    """

    def __init__(self, folder: Path) -> None:
        """Open a copy; raises `StoreError` where it is not whole or of another format."""
        about = about_of(folder)
        self.generation = int(about["generation"])
        self.starts = np.array(about["kinds"], dtype=np.int64)
        self.terms = self.last = int(about["terms"])
        self.texts = Texts(folder)
        self.heap, self.offsets = self.texts.heap, self.texts.offsets
        self.union, self.named = (relation(folder, about, name) for name in RELATIONS)
        self._maps = [*self.texts.maps(), *self.union.maps(), *self.named.maps()]
        self._constants: Kept[str, int] = Kept(CONSTANTS)

    def let_go(self) -> None:
        """Have what was read of its files in the system's memory alone, until it is read again."""
        for each in self._maps:
            each.madvise(MADV_DONTNEED)

    def text(self, term: int) -> str:
        """The N-Triples text of a term."""
        return self.texts.text(term).decode()

    def several(self, ids: Ids, before: int = 0, after: int = 0) -> list[bytes]:
        """See `Texts.several`; of terms in the order of their ids."""
        return self.texts.several(ids, before, after)

    def find(self, text: str) -> int:
        """The id of a term; 0 where no triple has it."""
        return self.texts.find(text.encode())

    def id_of(self, constant: str) -> int:
        """What `find` gives for a constant of a query, which the next one may have as well."""
        known = self._constants.get(constant)
        return self._constants.keep(constant, self.find(constant), 1) if known is None else known

    def find_all(self, texts: Sequence[str]) -> list[int]:
        """The ids of terms; 0 where no triple has one."""
        return self.texts.find_all([text.encode() for text in texts])

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

    def kinds_of(self, ids: Ids) -> Numbers:
        """The kind of each of some terms, none of which is unbound."""
        return np.searchsorted(self.starts, ids, "right") - 1

    def beginning(self, start: bytes) -> tuple[int, int]:
        """The ids of the ordered IRIs that begin so: the first, and the one after the last."""
        ids = range(*self.starts[[Kind.IRI, Kind.IRI + 1]].tolist())

        def key(term: int) -> bytes:
            return self.texts.text(term)[1:-1][: len(start)]

        first, end = (ids.start + bisect(ids, start, key=key) for bisect in BOTH_ENDS)
        return first, end

    def ranks(self, ids: Ids) -> Numbers:
        """Numbers of 64 bits in the order of kinds and values; 0 is unbound."""
        return ids.astype(np.int64)


def between(rows: Rows, end: str, wanted: int) -> Rows:
    """The rows with a term at the end that they are sorted by."""
    ordered = rows.s if end == "s" else rows.o
    low = int(np.searchsorted(ordered, np.int32(wanted), "left"))
    high = int(np.searchsorted(ordered, np.int32(wanted), "right"))
    return Rows(rows.s[low:high], rows.o[low:high], None if rows.g is None else rows.g[low:high])


def distinct(ordered: Ids) -> int:
    """How many distinct numbers a sorted column has."""
    return int(np.count_nonzero(np.diff(ordered))) + (len(ordered) > 0)


def hash_of(text: bytes) -> int:
    """A number of 64 bits by which a term is found."""
    return int(hashes_of([text])[0])


def hashes_of(texts: Iterable[bytes]) -> Hashes:
    """The number of each of some texts."""
    digests = b"".join([hashlib.blake2b(text, digest_size=8).digest() for text in texts])
    return np.frombuffer(digests, "<u8").astype(np.uint64)


def check(folder: Path) -> None:
    """Read a copy whole and compare it with its digests; raises `StoreError` if it is damaged."""
    for name, file in about_of(folder)["files"].items():
        if digest_of(folder / name) != file["sha256"]:
            raise damaged(folder, f"{name} is not what was written")


def write_about(folder: Path, about: Mapping[str, Any]) -> None:
    """Write what makes a folder a copy: the last file, with the digests of all others."""
    files = {
        path.name: {"bytes": path.stat().st_size, "sha256": digest_of(path)}
        for path in sorted(folder.glob("*.npy"))
    }
    text = json.dumps({"format": FORMAT, **about, "files": files})
    whole = {"about": text, "sha256": _digest(text)}
    (folder / ABOUT).write_text(json.dumps(whole), encoding="utf-8")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def digest_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def about_of(folder: Path) -> dict[str, Any]:
    """What a copy says of itself; raises `StoreError` where a file of it is missing or cut off."""
    try:
        whole = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
        about: dict[str, Any] = json.loads(whole["about"])
        right = whole["sha256"] == _digest(whole["about"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise damaged(folder, f"{ABOUT} cannot be read") from error
    if not right:
        raise damaged(folder, f"{ABOUT} is not what was written")
    if about.get("format") != FORMAT:
        raise damaged(folder, f"its format is not {FORMAT}")
    for name, file in about["files"].items():
        path = folder / name
        if not path.is_file() or path.stat().st_size != file["bytes"]:
            raise damaged(folder, f"{name} is missing or cut off")
    return about


def relation(folder: Path, about: Mapping[str, Any], name: str) -> Relation:
    """A relation of the files in a folder."""
    columns = {
        column: mapped(path)
        for column in COLUMNS
        if (path := folder / f"{name}_{column}.npy").exists()
    }
    return Relation(columns, (Predicate(*numbers) for numbers in about[name]))


def mapped(path: Path) -> Any:
    """An array of a file; as a plain one, since each slice of a `memmap` takes microseconds."""
    return np.load(path, mmap_mode="r").view(np.ndarray)


def _map_of(array: Any) -> mmap:
    """The file of an array that was `mapped`."""
    while not isinstance(array, mmap):
        array = array.base
    return array


def damaged(folder: Path, why: str) -> StoreError:
    """Why a copy cannot be used."""
    return StoreError(f"{folder} is no copy that can be used: {why}", hint="it is built again")
