"""The terms of Wikidata's RDF: entities, statements with ranks, full values, qualifiers.

An entity leads to its statements by `p:P…`. A statement has a rank, its value by `ps:P…`, the same
value in full by `psv:P…` (a time with its precision and calendar, a point with its globe) and
qualifiers by `pq:P…`. A statement that there is no value has the class `wdno:P…`; an unknown value
is a node of which nothing else is said.
"""

from __future__ import annotations

import re
from typing import Final

import pyoxigraph as ox

from kg.validation.beyond.wikidata import ENTITY

_ROOT: Final = "http://www.wikidata.org/"
CLAIM: Final = f"{_ROOT}prop/"
VALUE: Final = f"{_ROOT}prop/statement/"
FULL_VALUE: Final = f"{_ROOT}prop/statement/value/"
QUALIFIER: Final = f"{_ROOT}prop/qualifier/"
NO_VALUE: Final = f"{_ROOT}prop/novalue/"
STATEMENT: Final = f"{_ROOT}entity/statement/"

WIKIBASE: Final = "http://wikiba.se/ontology#"
SCHEMA: Final = "http://schema.org/"
"""As Wikidata writes it; ours is `https:`."""

SOME_VALUE: Final = "/.well-known/genid/"
"""In the IRIs that stand for values that nobody knows."""

RANK: Final = ox.NamedNode(f"{WIKIBASE}rank")
PREFERRED: Final = ox.NamedNode(f"{WIKIBASE}PreferredRank")
NORMAL: Final = ox.NamedNode(f"{WIKIBASE}NormalRank")
VERSION: Final = ox.NamedNode(f"{SCHEMA}version")
DESCRIPTION: Final = ox.NamedNode(f"{SCHEMA}description")

POINT: Final = "P625"
DATES: Final = ("P580", "P582", "P585")
"""Start time, end time and point in time; `data/external/wikidata.tsv` says who names them so."""

PROPERTY: Final = re.compile("P[1-9][0-9]*")


def entity(identifier: str) -> ox.NamedNode:
    """The node of an item or a property, such as `Q7747`."""
    return ox.NamedNode(f"{ENTITY}{identifier}")


def claim(prop: str) -> ox.NamedNode:
    """What leads from an entity to its statements with a property."""
    return ox.NamedNode(f"{CLAIM}{prop}")


def value(prop: str) -> ox.NamedNode:
    """What leads from a statement to its value."""
    return ox.NamedNode(f"{VALUE}{prop}")


def full_value(prop: str) -> ox.NamedNode:
    """What leads from a statement to the node of its value."""
    return ox.NamedNode(f"{FULL_VALUE}{prop}")


def no_value(prop: str) -> ox.NamedNode:
    """The class of statements that there is no value."""
    return ox.NamedNode(f"{NO_VALUE}{prop}")
