"""Builds the index of a generation: one pass over the graphs, a subject at a time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Final, TypeGuard

import pyoxigraph as ox

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
from kg.reconciliation.schema import FILE, INDEXES, TABLES, TERMS, slug_of, term_of
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

LONGEST: Final = 300
"""So many characters of a name are compared."""


def build(snapshot: Snapshot, folder: Path) -> None:
    """Write the index of a generation into a folder."""
    connection = sqlite3.connect(folder / FILE, isolation_level=None)
    try:
        connection.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN;" + TABLES
        )
        _Builder(connection).run(snapshot)
        connection.execute("INSERT INTO about VALUES (?)", (snapshot.generation,))
        connection.execute("COMMIT")
        connection.execute("ANALYZE")
    finally:
        connection.close()


class _Builder:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._ids: dict[str, int] = {}
        self._types: dict[int, set[str]] = {}
        self._wider: dict[str, set[str]] = {}

    def run(self, snapshot: Snapshot) -> None:
        """Read what the union says of things that are indexed, and of the terms."""
        self._ontology(snapshot.quads(ox.NamedNode(str(ONTOLOGY))))
        for graph in (CURATED, IMPORTED, DERIVED):
            for slug, quads in _by_thing(snapshot.quads(ox.NamedNode(str(graph)))):
                self._thing(slug, quads, facts=graph != DERIVED)
        for graph in (CONSENSUS, LINKS):
            for slug, quads in _by_thing(snapshot.quads(ox.NamedNode(str(graph)))):
                if slug in self._ids:
                    self._facts(self._ids[slug], quads)
        self._db.execute(
            "INSERT INTO token SELECT DISTINCT key, entity FROM written ORDER BY key, entity"
        )
        self._db.execute("DROP TABLE written")
        for statement in INDEXES.strip().splitlines():
            self._db.execute(statement)
        self._end()

    def _ontology(self, quads: Iterable[ox.Quad]) -> None:
        labels: dict[str, dict[str, str]] = {}
        for quad in quads:
            subject, predicate, value = quad.subject, quad.predicate.value, quad.object
            if not isinstance(subject, ox.NamedNode):
                continue
            if isinstance(value, ox.Literal) and value.language in ("en", None):
                labels.setdefault(subject.value, {}).setdefault(predicate, value.value)
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
        if number == len(self._ids):
            self._db.execute(
                "INSERT OR IGNORE INTO entity VALUES (?, ?, '', '', '')", (number, slug)
            )
        for quad in quads:
            predicate, value = quad.predicate.value, quad.object
            if predicate in NAMES and isinstance(value, ox.Literal):
                self._name(number, value, preferred=predicate in PREFERRED)
            elif predicate == TYPE and facts and isinstance(value, ox.NamedNode):
                self._types.setdefault(number, set()).add(value.value)
            elif predicate == COMMENT and isinstance(value, ox.Literal):
                self._db.execute("UPDATE entity SET about = ? WHERE id = ?", (value.value, number))
        if facts:
            self._facts(number, quads)

    def _name(self, number: int, value: ox.Literal, *, preferred: bool) -> None:
        text = value.value[:LONGEST]
        folded = fold_name(text)
        english = preferred and value.language in ("en", None)
        row = (number, text, folded, 2 if english else int(preferred))
        self._db.execute("INSERT INTO name VALUES (?, ?, ?, ?)", row)
        keys = {(f"t{word}", number) for word in folded.split()}
        keys |= {(f"s{skeleton(word)}", number) for word in folded.split() if len(word) > 2}
        self._db.executemany("INSERT INTO written VALUES (?, ?)", keys)

    def _facts(self, number: int, quads: list[ox.Quad]) -> None:
        rows = (_fact(quad) for quad in quads)
        self._db.executemany(
            "INSERT INTO fact VALUES (?, ?, ?, ?, ?)",
            [(number, f.property, f.kind, f.value, f.folded) for f in rows if f is not None],
        )

    def _end(self) -> None:
        """Types with all that are wider, labels, and which properties things of a type have."""
        self._db.execute(
            "UPDATE entity SET label = coalesce((SELECT text FROM name WHERE entity = id"
            " ORDER BY preferred DESC, length(text), text LIMIT 1), slug)"
        )
        self._db.executemany(
            "UPDATE entity SET types = ? WHERE id = ?",
            ((" ".join(self._all(types)), number) for number, types in self._types.items()),
        )
        pairs = {(term_of(n), term_of(w)) for n, wider in self._wider.items() for w in wider}
        self._db.executemany("INSERT INTO broader VALUES (?, ?)", sorted(pairs))
        self._db.execute(
            "INSERT INTO used SELECT types, property, count(DISTINCT entity)"
            " FROM fact JOIN entity ON entity.id = entity GROUP BY types, property"
        )

    def _all(self, types: set[str]) -> list[str]:
        """Identifiers of types, those that were given first, then the wider ones."""
        found = sorted(term for term in types if term.startswith(TERMS))
        for term in found:
            found += [w for w in sorted(self._wider.get(term, ())) if w not in found]
        return [term_of(term) for term in found]


def _is_ours(value: object) -> TypeGuard[ox.NamedNode]:
    return isinstance(value, ox.NamedNode) and value.value.startswith(TERMS)


def _by_thing(quads: Iterable[ox.Quad]) -> Iterator[tuple[str, list[ox.Quad]]]:
    """The quads of each thing that is indexed; every index has a subject's triples together."""
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
