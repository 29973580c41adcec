"""What follows from the claims and makes queries short, by the rules in `queries/derived/`."""

from __future__ import annotations

import pyoxigraph as ox

from kg.claims.consensus import consensus_workspace
from kg.claims.rules import rules


def derived_quads(store: ox.Store) -> list[ox.Quad]:
    """The derived graph that follows from the authored graphs of a store, sorted."""
    return inferred_quads(store)[1]


def inferred_quads(store: ox.Store) -> tuple[list[ox.Quad], list[ox.Quad]]:
    """The consensus graph and the derived graph, in one run of all rules."""
    workspace = consensus_workspace(store)
    workspace.run(rules("derived"))
    return workspace.quads("consensus"), workspace.quads("derived")
