"""The consensus as a list for people: labels, and how many sources there are for each triple."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox
from rdflib.namespace import RDF

from kg.claims.consensus import consensus_workspace
from kg.claims.names import label, prefixed
from kg.claims.rules import rules
from kg.namespaces import CKG

SOURCE_COUNT: Final = ox.NamedNode(str(CKG.sourceCount))
PARTS: Final = tuple(ox.NamedNode(str(part)) for part in (RDF.subject, RDF.predicate, RDF.object))


@dataclass(frozen=True)
class Uncontested:
    """One triple of the consensus, as prefixed names and as labels."""

    triple: tuple[str, ...]
    labels: tuple[str, ...]
    sources: int


def uncontested(store: ox.Store) -> list[Uncontested]:
    """The consensus that follows from the authored graphs of a store, sorted by its labels."""
    workspace = consensus_workspace(store)
    workspace.run(rules("derived"))
    counted = workspace.scratch.quads_for_pattern(None, SOURCE_COUNT, None, ox.DefaultGraph())
    rows = [_row(workspace.scratch, quad) for quad in counted]
    return sorted(rows, key=lambda row: (row.labels, row.triple))


def _row(store: ox.Store, counted: ox.Quad) -> Uncontested:
    parts = [
        next(store.quads_for_pattern(counted.subject, part, None, ox.DefaultGraph())).object
        for part in PARTS
    ]
    return Uncontested(
        triple=tuple(map(prefixed, parts)),
        labels=tuple(label(store, part) or prefixed(part) for part in parts),
        sources=int(getattr(counted.object, "value", 0)),
    )
