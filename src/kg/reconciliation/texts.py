"""What people wrote of everything: names, definitions, descriptions and notes, to be searched.

Words are kept as `fold_name` makes them, so that one may be written in any of our scripts. Of what
is imported only the names of things are here, which say enough: its claims are read off rows.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from typing import Final

import pyoxigraph as ox

from kg.names.normal import fold_name
from kg.namespaces import BASE, CURATED, ONTOLOGY, PREFIXES, split
from kg.reconciliation.schema import IDENTIFIERS, TERMS, slug_of, term_of
from kg.sparql.names import UNNAMED
from kg.store.interface import Snapshot

_RDFS: Final = PREFIXES["rdfs"]
_SKOS: Final = PREFIXES["skos"]

NAME: Final = "name"
OTHER_NAME: Final = "other name"
FIELDS: Final = {
    f"{_RDFS}label": NAME,
    f"{_SKOS}prefLabel": NAME,
    f"{_SKOS}altLabel": OTHER_NAME,
    f"{_SKOS}definition": "definition",
    f"{_RDFS}comment": "description",
    f"{_SKOS}scopeNote": "scope note",
    f"{_SKOS}example": "example",
    f"{_SKOS}editorialNote": "note",
}
"""The properties whose texts are searched, and what the page calls each."""

TABLES: Final = """
CREATE VIRTUAL TABLE text USING fts5(
    folded, iri UNINDEXED, field UNINDEXED, written UNINDEXED, tokenize = 'ascii', prefix = '2 3 4'
);
CREATE VIRTUAL TABLE word USING fts5vocab(text, row);
CREATE TABLE searched (iri TEXT PRIMARY KEY, label TEXT, type TEXT) WITHOUT ROWID;
"""

FROM_ENTITIES: Final = (
    """INSERT INTO text (folded, iri, field, written)
    SELECT folded, :start || slug, CASE preferred WHEN 0 THEN :other ELSE :name END, text
    FROM name JOIN entity ON entity.id = name.entity""",
    """INSERT OR IGNORE INTO searched
    SELECT :start || slug, label, substr(types, 1, instr(types || ' ', ' ') - 1) FROM entity""",
)
"""The names of things, in every language that any graph has them in, are in the index already."""


def write_texts(connection: sqlite3.Connection, snapshot: Snapshot) -> None:
    """Fill the tables from what is curated and from the ontology, then from the other entities."""
    for graph in (ONTOLOGY, CURATED):
        for iri, quads in _by_subject(snapshot.quads(ox.NamedNode(str(graph)))):
            _write(connection, iri, quads)
    values = {"start": IDENTIFIERS, "name": NAME, "other": OTHER_NAME}
    for statement in FROM_ENTITIES:
        connection.execute(statement, values)


def _by_subject(quads: Iterable[ox.Quad]) -> Iterator[tuple[str, list[ox.Quad]]]:
    """The quads of each thing that somebody may look for."""
    found: dict[str, list[ox.Quad]] = {}
    for quad in quads:
        if isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith(BASE):
            found.setdefault(quad.subject.value, []).append(quad)
    for iri in sorted(found):
        if (split(iri) or ("", ""))[0] not in UNNAMED:
            yield iri, found[iri]


def _write(connection: sqlite3.Connection, iri: str, quads: list[ox.Quad]) -> None:
    rows, labels = set(), []
    types = [q.object.value for q in quads if _is_type(q) and isinstance(q.object, ox.NamedNode)]
    for quad in quads:
        field, value = FIELDS.get(quad.predicate.value), quad.object
        if field is None or not isinstance(value, ox.Literal):
            continue
        if field == NAME:
            labels.append((value.language not in ("en", None), len(value.value), value.value))
        if field not in (NAME, OTHER_NAME) or slug_of(iri) is None:
            rows.add((fold_name(value.value), iri, field, value.value))
    if labels:
        kind = term_of(min(types, key=_ours_first)) if types else ""
        row = (iri, min(labels)[2], kind)
        connection.execute("INSERT OR IGNORE INTO searched VALUES (?, ?, ?)", row)
        connection.executemany("INSERT INTO text VALUES (?, ?, ?, ?)", sorted(rows))


def _ours_first(iri: str) -> tuple[bool, str]:
    return not iri.startswith(TERMS), iri


def _is_type(quad: ox.Quad) -> bool:
    return quad.predicate.value == f"{PREFIXES['rdf']}type"
