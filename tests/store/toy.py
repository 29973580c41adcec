"""The toy store that the tests run: its terms, rules and gate.

Processes of a server import this for each store anew, so it imports only what they have already.
"""

from __future__ import annotations

import pyoxigraph as ox

from kg.namespaces import CONSENSUS, CURATED, DERIVED, IMPORTED
from kg.processes.opening import update
from kg.store.candidate import Setup
from kg.store.interface import Gate, Rules, Trial, Verdict

curated = ox.NamedNode(CURATED)
imported = ox.NamedNode(IMPORTED)
consensus = ox.NamedNode(CONSENSUS)
derived = ox.NamedNode(DERIVED)


def ex(name: str) -> ox.NamedNode:
    return ox.NamedNode(f"http://example.org/{name}")


def quad(s: str, o: str | ox.Literal, graph: ox.NamedNode = curated) -> ox.Quad:
    return ox.Quad(ex(s), ex("p"), ex(o) if isinstance(o, str) else o, graph)


def computed(store: ox.Store) -> list[ox.Quad]:
    """Toy rules: what is curated and imported is agreed, and how much that is."""
    both = list(store.quads_for_pattern(None, None, None, curated))
    agreed = [
        ox.Quad(q.subject, q.predicate, q.object, consensus)
        for q in both
        if ox.Quad(q.subject, q.predicate, q.object, imported) in store
    ]
    return [*agreed, ox.Quad(ex("consensus"), ex("size"), ox.Literal(len(agreed)), derived)]


def no_evil(trial: Trial) -> Verdict:
    """A toy gate that refuses new `evil`, and has a word to say about `odd`."""
    after = {q.subject for q in trial.store}
    with trial.without() as before:
        new = after - {q.subject for q in before}
    findings = ("odd things happen",) if ex("odd") in new else ()
    return Verdict(ex("evil") not in new, "a report about evil", findings)


RULES = Rules((consensus, derived), computed)
GATE: Gate = no_evil

SETUP = Setup(RULES, GATE, update)
"""What processes of a server know as `tests.store.toy:SETUP`."""
