"""Looks whether an endpoint of others answers, what it can do, and what kg has written there."""

from __future__ import annotations

from collections.abc import Iterator

from kg.errors import KgError
from kg.store.findings import Finding, ok, problem, warning
from kg.store.remote import RemoteStore
from kg.store.remote_probe import Probed


def examine_remote(store: RemoteStore) -> list[Finding]:
    """All findings about an endpoint; where there is an address for updates, they are tried.

    What is tried is written to graphs of its own, and removed again.
    """
    probed = store.probe()
    if not probed.queries:
        remedy = "KG_STORE is the address for queries; is the server there up?"
        return [problem("queries", f"{store.place.query} does not answer: {probed.why}", remedy)]
    found = [ok("queries", f"{store.place.query} answers"), _union(store), _updates(store, probed)]
    try:
        return [*found, *_commits(store)]
    except KgError as error:
        return [*found, problem("commits", error.message, error.hint or "")]


def _union(store: RemoteStore) -> Finding:
    if store.place.own_default_graph:
        return ok("default graph", "that of the endpoint is taken as it is")
    if store.capabilities.merges and store.probed is not None and store.probed.merges:
        return ok("default graph", "the union of our graphs, each triple once")
    if not store.capabilities.merges:
        words = "the endpoint merges no graphs: commits of kg keep the union in one of its own"
        return warning("default graph", words)
    return warning("default graph", "whether a triple of several graphs counts once was not tried")


def _updates(store: RemoteStore, probed: Probed) -> Finding:
    if store.place.update is None:
        return ok("updates", "none: there is no address for them (KG_STORE_UPDATE)")
    if store.capabilities.writable:
        return ok("updates", "an update for one state is made on that state or not at all")
    return warning("updates", f"nothing is written: {probed.why}", "see docs/remote.md")


def _commits(store: RemoteStore) -> Iterator[Finding]:
    log, generation = store.log(), store.generation()
    if not log:
        yield ok("commits", "none of kg; what is there is only read")
        return
    numbers = [entry.generation for entry in log]
    if numbers == list(range(1, generation + 1)):
        yield ok("commits", f"{len(log)}, the newest made generation {generation}")
    else:
        words = f"the mark says generation {generation}, and the log has {len(log)} commits"
        yield problem("commits", words, "somebody has written to the graphs that kg keeps there")
