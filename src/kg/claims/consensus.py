"""The plain triples that nobody contests, by the rules in `queries/consensus/`."""

from __future__ import annotations

import pyoxigraph as ox

from kg.claims.rules import Workspace, rules


def consensus_quads(store: ox.Store) -> list[ox.Quad]:
    """The consensus graph that follows from the authored graphs of a store, sorted.

    Reads the graphs curated, imported, links and ontology; a consensus graph that is already in the
    store counts for nothing. The store is not changed.
    """
    return consensus_workspace(store).quads("consensus")


def consensus_workspace(store: ox.Store) -> Workspace:
    """A workspace in which the rules of the consensus have run, with their notes."""
    workspace = Workspace(store)
    workspace.run(rules("consensus"))
    return workspace
