"""Builds the index of a generation: one pass over the graphs, a subject at a time."""

from __future__ import annotations

import sqlite3
import sys
from array import array
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Final, TypeGuard

import pyoxigraph as ox
from rdflib import URIRef

from kg.columnar.copied import quads_about
from kg.links.authorities import authority_of
from kg.names.normal import fold_name, skeleton
from kg.namespaces import (
    CONSENSUS,
    CURATED,
    DERIVED,
    IMPORTED,
    LINKS,
    ONTOLOGY,
    PREFIXES,
)
from kg.reconciliation.facts import Fact, fact_of
from kg.reconciliation.schema import (
    FILE,
    INDEXES,
    LISTED,
    NUMBERS,
    STARTS,
    TABLES,
    TERMS,
    slug_of,
    term_of,
)
from kg.reconciliation.texts import TABLES as TEXT_TABLES
from kg.reconciliation.texts import write_texts
from kg.store.interface import Snapshot

_RDFS: Final = PREFIXES["rdfs"]
_SKOS: Final = PREFIXES["skos"]
LABEL: Final = f"{_RDFS}label"
PREFERRED: Final = frozenset({LABEL, f"{_SKOS}prefLabel"})
NAMES: Final = PREFERRED | {f"{_SKOS}altLabel"}
COMMENT: Final = f"{_RDFS}comment"
TYPE: Final = f"{PREFIXES['rdf']}type"
EXACT: Final = frozenset({f"{_SKOS}exactMatch", f"{PREFIXES['owl']}sameAs"})
_LEFT_OUT: Final = frozenset({TYPE, COMMENT, *NAMES, f"{_SKOS}editorialNote"})
_NOT_FACTS: Final = (PREFIXES["skosxl"], PREFIXES["skos"], PREFIXES["owl"])

AT_ONCE: Final = 10_000
LONGEST: Final = 300
"""So many characters of a name are compared."""


def build(snapshot: Snapshot, folder: Path) -> None:
    """Write the index of a generation into a folder."""
    connection = sqlite3.connect(folder / FILE, isolation_level=None)
    try:
        connection.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN;" + TABLES + TEXT_TABLES
        )
        _Builder(connection).run(snapshot)
        write_texts(connection, snapshot)
        connection.execute("INSERT INTO about VALUES (?)", (snapshot.generation,))
        connection.execute("COMMIT")
        connection.execute("ANALYZE")
    finally:
        connection.close()


class _Rows:
    """Rows of a table on their way: they go in many at a time."""

    def __init__(self, db: sqlite3.Connection, table: str, columns: int) -> None:
        self._db = db
        self._insert = f"INSERT INTO {table} VALUES ({', '.join('?' * columns)})"  # noqa: S608
        self._rows: list[tuple[object, ...]] = []

    def add(self, *row: object) -> None:
        """Take one."""
        self._rows.append(row)
        if len(self._rows) >= AT_ONCE:
            self.flush()

    def flush(self) -> None:
        """Write what has been taken."""
        self._db.executemany(self._insert, self._rows)
        self._rows.clear()


class _Builder:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._ids: dict[str, int] = {}
        self._labels: dict[int, tuple[int, int, str]] = {}
        self._about: dict[int, tuple[bool, int, str]] = {}
        self._types: dict[int, tuple[str, ...]] = {}
        self._wider: dict[str, set[str]] = {}
        self._names = _Rows(connection, "name", 4)
        self._keys = _Rows(connection, "written", 2)
        self._values = _Rows(connection, "fact", 5)

    def run(self, snapshot: Snapshot) -> None:
        """Read what the union says of things that are indexed, and of the terms."""
        self._ontology(snapshot.quads(ox.NamedNode(str(ONTOLOGY))))
        for graph in (CURATED, IMPORTED, DERIVED):
            for slug, quads in _by_thing(snapshot, graph):
                self._thing(slug, quads, facts=graph != DERIVED)
        for graph in (CONSENSUS, LINKS):
            for slug, quads in _by_thing(snapshot, graph):
                if slug in self._ids:
                    self._facts(self._ids[slug], quads)
        for rows in (self._names, self._keys, self._values):
            rows.flush()
        self._end()

    def _ontology(self, quads: Iterable[ox.Quad]) -> None:
        labels: dict[str, dict[str, str]] = {}
        for quad in quads:
            subject, predicate, value = quad.subject, quad.predicate.value, quad.object
            if not isinstance(subject, ox.NamedNode):
                continue
            if isinstance(value, ox.Literal) and value.language in ("en", None):
                given = labels.setdefault(subject.value, {})
                given[predicate] = min(value.value, given.get(predicate, value.value))
            elif predicate == f"{_RDFS}subClassOf" and _is_ours(value):
                self._wider.setdefault(subject.value, set()).add(value.value)
        definition = f"{_SKOS}definition"
        for iri, given in labels.items():
            label = given.get(LABEL) or given.get(f"{_SKOS}prefLabel") or term_of(iri)
            about = given.get(definition) or given.get(f"{_SKOS}scopeNote") or ""
            row = (term_of(iri), iri, label, about)
            self._db.execute("INSERT OR IGNORE INTO term VALUES (?, ?, ?, ?)", row)

    def _thing(self, slug: str, quads: list[ox.Quad], *, facts: bool) -> None:
        number = self._ids.setdefault(slug, len(self._ids) + 1)
        types = []
        for quad in quads:
            predicate, value = quad.predicate.value, quad.object
            if predicate in NAMES and isinstance(value, ox.Literal):
                self._name(number, value, preferred=predicate in PREFERRED)
            elif predicate == TYPE and facts and isinstance(value, ox.NamedNode):
                types.append(sys.intern(value.value))
            elif predicate == COMMENT and isinstance(value, ox.Literal):
                about = (value.language not in ("en", None), len(value.value), value.value)
                self._about[number] = min(about, self._about.get(number, about))
        if types:
            self._types[number] = (*self._types.get(number, ()), *types)
        if facts:
            self._facts(number, quads)

    def _name(self, number: int, value: ox.Literal, *, preferred: bool) -> None:
        text = value.value[:LONGEST]
        folded = fold_name(text)
        rank = 2 if preferred and value.language in ("en", None) else int(preferred)
        self._names.add(number, text, folded, rank)
        label = (-rank, len(text), text)
        if number not in self._labels or label < self._labels[number]:
            self._labels[number] = label
        for word in folded.split():
            self._keys.add(f"t{word}", number)
            if len(word) > 2:
                self._keys.add(f"s{skeleton(word)}", number)

    def _facts(self, number: int, quads: list[ox.Quad]) -> None:
        for quad in quads:
            fact = _fact(quad)
            if fact is not None:
                self._values.add(number, fact.property, fact.kind, fact.value, fact.folded)

    def _end(self) -> None:
        """The things, sorted keys, and which properties things of a type have."""
        self._db.executemany("INSERT INTO entity VALUES (?, ?, ?, ?, ?)", self._entities())
        self._db.executemany("INSERT INTO token VALUES (?, ?, ?)", self._tokens())
        self._db.execute("DROP TABLE written")
        for statement in INDEXES.strip().splitlines():
            self._db.execute(statement)
        pairs = {(term_of(n), term_of(w)) for n, wider in self._wider.items() for w in wider}
        self._db.executemany("INSERT INTO broader VALUES (?, ?)", sorted(pairs))
        self._db.execute(
            "INSERT INTO used SELECT types, property, count(DISTINCT entity)"
            " FROM fact JOIN entity ON entity.id = entity GROUP BY types, property"
        )

    def _tokens(self) -> Iterator[tuple[str, int, bytes]]:
        rows = self._db.execute("SELECT DISTINCT key, entity FROM written ORDER BY key, entity")
        for key, group in groupby(rows, key=itemgetter(0)):
            found = array(NUMBERS, map(itemgetter(1), group))
            yield key, len(found), found[:LISTED].tobytes()

    def _entities(self) -> Iterator[tuple[int, str, str, str, str]]:
        written: dict[tuple[str, ...], str] = {}
        for slug, number in self._ids.items():
            given = self._types.get(number, ())
            if given not in written:
                written[given] = " ".join(self._all(set(given)))
            label = self._labels.get(number, (0, 0, slug))[2]
            about = self._about.get(number, (False, 0, ""))[2]
            yield number, slug, label, about, written[given]

    def _all(self, types: set[str]) -> list[str]:
        """Identifiers of types, those that were given first, then the wider ones."""
        found = sorted(term for term in types if term.startswith(TERMS))
        for term in found:
            found += [w for w in sorted(self._wider.get(term, ())) if w not in found]
        return [term_of(term) for term in found]


def _is_ours(value: object) -> TypeGuard[ox.NamedNode]:
    return isinstance(value, ox.NamedNode) and value.value.startswith(TERMS)


def _by_thing(snapshot: Snapshot, graph: URIRef) -> Iterator[tuple[str, list[ox.Quad]]]:
    """The quads of each thing that is indexed; every index has a subject's triples together."""
    quads = quads_about(snapshot, ox.NamedNode(str(graph)), STARTS)
    for subject, group in groupby(quads, key=lambda quad: quad.subject):
        slug = slug_of(subject.value) if isinstance(subject, ox.NamedNode) else None
        if slug is not None:
            yield slug, list(group)


def _fact(quad: ox.Quad) -> Fact | None:
    predicate, value = quad.predicate.value, quad.object
    if predicate in EXACT and isinstance(value, ox.NamedNode):
        authority = authority_of(value.value)
        identifier = authority.identifier(value.value) if authority else None
        return Fact.text(authority.name, identifier) if authority and identifier else None
    if predicate in _LEFT_OUT or predicate.startswith(_NOT_FACTS):
        return None
    return fact_of(term_of(predicate), value)
