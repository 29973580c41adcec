"""Dumps of a whole generation: all named graphs, and what is authored in the form of RDF 1.2.

A dump is written once a generation, as a stream, and compressed; it has no time in it, so that the
same generation gives the same bytes.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import IO, Final, cast

import pyoxigraph as ox

from kg.errors import StoreError
from kg.namespaces import CURATED, IMPORTED, LINKS, PREFIXES
from kg.publication.reified import reified
from kg.publication.seldom import seldom
from kg.store.interface import Snapshot, Store

LEVEL: Final = 6
"""How hard gzip tries: more takes several times as long for a few bytes."""


@dataclass(frozen=True, slots=True)
class Dump:
    """One file; `media_type` is that of what is compressed."""

    name: str
    media_type: str
    about: str
    write: Callable[[Snapshot, IO[bytes]], None]


def _quads(snapshot: Snapshot) -> Iterator[ox.Quad]:
    for graph in snapshot.graphs():
        yield from snapshot.quads(graph)


def _write_n_quads(snapshot: Snapshot, file: IO[bytes]) -> None:
    ox.serialize(_quads(snapshot), file, format=ox.RdfFormat.N_QUADS)


def _write_trig(snapshot: Snapshot, file: IO[bytes]) -> None:
    ox.serialize(_quads(snapshot), file, format=ox.RdfFormat.TRIG, prefixes=PREFIXES)


def _write_reified(snapshot: Snapshot, file: IO[bytes]) -> None:
    graphs = (ox.NamedNode(str(graph)) for graph in (CURATED, IMPORTED, LINKS))
    triples = chain.from_iterable(reified(snapshot.quads(graph)) for graph in graphs)
    ox.serialize(triples, file, format=ox.RdfFormat.TURTLE, prefixes=PREFIXES)


DUMPS: Final = {
    dump.name: dump
    for dump in (
        Dump(
            "conflict-kg.nq.gz",
            "application/n-quads",
            "All named graphs as N-Quads",
            _write_n_quads,
        ),
        Dump("conflict-kg.trig.gz", "application/trig", "All named graphs as TriG", _write_trig),
        Dump(
            "conflict-kg-rdf12.ttl.gz",
            "text/turtle",
            "The claims and what belongs to them, with propositions as triple terms of RDF 1.2",
            _write_reified,
        ),
    )
}
"""By file name."""


def dump_of(store: Store, dump: Dump) -> Path:
    """The file of the newest generation, or of one shortly before it, which names its folder.

    It is written when it is first asked for.
    """
    name = f"dump-{dump.name}"

    def build(snapshot: Snapshot, folder: Path) -> None:
        with (
            (folder / dump.name).open("wb") as file,
            gzip.GzipFile("", "wb", LEVEL, file, mtime=0) as compressed,
        ):
            dump.write(snapshot, cast(IO[bytes], compressed))

    found = seldom(store, name, build, lambda folder: folder)
    if not isinstance(found, Path):
        raise TypeError(f"the artefact {name} is something else")
    file = found / dump.name
    if not file.is_file():
        raise StoreError("the dump cannot be kept", hint="is there room on the disk?")
    return file
