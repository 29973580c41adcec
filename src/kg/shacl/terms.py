"""Terms as the engine has them, and the IRIs of SHACL's vocabulary."""

from __future__ import annotations

from typing import Final, TypeAlias

import pyoxigraph as ox

from kg.namespaces import EXTERNAL_PREFIXES

Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


def sh(name: str) -> ox.NamedNode:
    """A term of SHACL's vocabulary."""
    return ox.NamedNode(EXTERNAL_PREFIXES["sh"] + name)


def _rdf(name: str) -> ox.NamedNode:
    return ox.NamedNode(EXTERNAL_PREFIXES["rdf"] + name)


def _rdfs(name: str) -> ox.NamedNode:
    return ox.NamedNode(EXTERNAL_PREFIXES["rdfs"] + name)


TYPE: Final = _rdf("type")
FIRST: Final = _rdf("first")
REST: Final = _rdf("rest")
NIL: Final = _rdf("nil")
LANG_STRING: Final = _rdf("langString")
CLASS: Final = _rdfs("Class")
SUBCLASS_OF: Final = _rdfs("subClassOf")
IMPORTS: Final = ox.NamedNode(EXTERNAL_PREFIXES["owl"] + "imports")
XSD: Final = EXTERNAL_PREFIXES["xsd"]
STRING: Final = ox.NamedNode(f"{XSD}string")
INTEGER: Final = ox.NamedNode(f"{XSD}integer")
BOOLEAN: Final = ox.NamedNode(f"{XSD}boolean")

VIOLATION: Final = sh("Violation")
"""The severity of a shape that names none."""


def core(name: str) -> ox.NamedNode:
    """The IRI of a constraint component of SHACL Core."""
    return sh(f"{name}ConstraintComponent")
