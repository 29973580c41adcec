"""The tables of the index, and what goes into them."""

from __future__ import annotations

from typing import Final

from kg.namespaces import BASE, CKG, compact

FILE: Final = "reconciliation.sqlite"

INDEXED: Final = (
    "person",
    "organisation",
    "state",
    "group",
    "place",
    "conflict",
    "event",
    "agreement",
    "prospective-agreement",
    "post",
    "document",
    "dataset-release",
)
"""Kinds of things that others have in their tables; claims and what they are made of are not."""

TABLES: Final = """
CREATE TABLE entity (id INTEGER PRIMARY KEY, slug TEXT, label TEXT, about TEXT, types TEXT);
CREATE TABLE name (entity INTEGER, text TEXT, folded TEXT, preferred INTEGER);
CREATE TABLE token (key TEXT PRIMARY KEY, things INTEGER, entities BLOB) WITHOUT ROWID;
CREATE TABLE written (key TEXT, entity INTEGER);
CREATE TABLE fact (entity INTEGER, property TEXT, kind TEXT, value TEXT, folded TEXT);
CREATE TABLE term (id TEXT PRIMARY KEY, iri TEXT, label TEXT, about TEXT) WITHOUT ROWID;
CREATE TABLE broader (type TEXT, wider TEXT);
CREATE TABLE used (types TEXT, property TEXT, things INTEGER);
CREATE TABLE about (generation INTEGER);
"""
"""`written` is gathered into `token` at the end: keys come in no order.

`entities` are 32-bit numbers in ascending order, of the first `LISTED` things that have a key.
"""

LISTED: Final = 20_000
NUMBERS: Final = "I"
"""The type code of these numbers in arrays."""

INDEXES: Final = """
CREATE UNIQUE INDEX entity_slug ON entity (slug);
CREATE INDEX name_entity ON name (entity);
CREATE INDEX name_folded ON name (folded);
CREATE INDEX fact_entity ON fact (entity, property);
CREATE INDEX fact_value ON fact (property, folded);
"""

IDENTIFIERS: Final = f"{BASE}id/"
STARTS: Final = tuple(f"{IDENTIFIERS}{kind}/" for kind in INDEXED)
"""How the IRIs of things that are indexed begin."""

TERMS: Final = str(CKG)


def slug_of(iri: str) -> str | None:
    """The identifier of a thing, `person/nikol-pashinyan`; None for what is not indexed."""
    kind, _, rest = iri.removeprefix(IDENTIFIERS).partition("/")
    return f"{kind}/{rest}" if iri.startswith(IDENTIFIERS) and kind in INDEXED and rest else None


def term_of(iri: str) -> str:
    """The identifier of a type or property: without prefix where it is one of ours."""
    return iri.removeprefix(TERMS) if iri.startswith(TERMS) else compact(iri)
