"""How long validation takes: ours and pySHACL side by side, and what a small patch costs.

Prints tables to stdout. Every graph is generated and keeps our shapes; the ontology is part of it.
pySHACL gets the same triples in a graph of its own, and only up to SLOW triples. A patch is four
claims (52 triples); in every other one they lack their claimants. Times of whole graphs are the
processor's, which others on the machine disturb least. Arguments are sizes in triples, SIZES if
none.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any, Final

import pyoxigraph as ox
import pyshacl
from conflicts import claim, iri, quads
from measuring import line
from rdflib import Graph as RdflibGraph

from kg.namespaces import CURATED, ONTOLOGY, SHAPES
from kg.shacl import Plan, StoreGraph, compile_shapes, validate, validate_nodes
from kg.shacl.changes import Dependencies
from kg.validation.dataset import load
from kg.validation.files import dataset_of, read_files, seed_files

SIZES: Final = (10_000, 125_000, 1_000_000)
SLOW: Final = 125_000
ROUNDS: Final = 3
PATCHES: Final = 20

NAMES: Final = tuple(ox.NamedNode(str(name)) for name in (CURATED, ONTOLOGY))


def main(sizes: list[int]) -> None:
    """Measure each size, print one line each."""
    files = dataset_of(read_files(p for p in seed_files() if "ontology" in p.parts))
    rules = ox.Store()
    load(rules, SHAPES, files[SHAPES])
    shapes = StoreGraph(rules, [ox.NamedNode(str(SHAPES))])
    spent, plan = _timed(compile_shapes, shapes)
    line("shapes compile, ms", f"{spent * 1000:.0f}")
    line("triples", "ours s", "pySHACL s", "ratio", "patch ms", "worst")
    for size in sizes:
        store = ox.Store()
        load(store, ONTOLOGY, files[ONTOLOGY])
        store.bulk_extend(quads(size))
        graph = StoreGraph(store, NAMES)
        ours = statistics.median(_timed(_conforming, plan, graph)[0] for _ in range(ROUNDS))
        theirs = _pyshacl(graph, files[SHAPES]) if size <= SLOW else None
        patches = _patches(plan, graph)
        line(
            f"{len(store):,}",
            f"{ours:.2f}",
            "-" if theirs is None else f"{theirs:.1f}",
            "-" if theirs is None else f"{theirs / ours:.0f}",
            f"{statistics.median(patches) * 1000:.1f}",
            f"{max(patches) * 1000:.1f}",
        )


def _conforming(plan: Plan, graph: StoreGraph) -> None:
    report = validate(plan, graph)
    if not report.conforms:
        raise SystemExit(f"the generated data breaks a shape: {report.results[0]}")


def _pyshacl(graph: StoreGraph, shapes: RdflibGraph) -> float:
    quads_ = (q for name in NAMES for q in graph.store.quads_for_pattern(None, None, None, name))
    text = ox.serialize((q.triple for q in quads_), format=ox.RdfFormat.N_TRIPLES)
    data = RdflibGraph().parse(data=text or b"", format="nt")
    spent, (conforms, _, said) = _timed(
        lambda: pyshacl.validate(data, shacl_graph=RdflibGraph() + shapes, inference="none")
    )
    if not conforms:
        raise SystemExit(f"pySHACL says otherwise: {said}")
    return spent


def _patches(plan: Plan, graph: StoreGraph) -> list[float]:
    """Seconds that each of some patches takes, from its quads to the report."""
    dependencies = Dependencies(plan)
    spent = []
    chance = random.Random(7)  # noqa: S311 - nobody is to be kept from guessing
    for number in range(PATCHES):
        patch = [
            quad
            for other in range(4)
            for quad in claim(9_000_000 + 4 * number + other, "passage:article-0-1-0", 0, chance)
        ]
        lacking = [q for q in patch if q.predicate != iri("ckg:claimant") or number % 2]
        graph.store.extend(lacking)
        start = time.perf_counter()  # asking for the processor's time takes some of its own
        found = _validate_patch(plan, dependencies, graph, lacking)
        spent.append(time.perf_counter() - start)
        if found.conforms != bool(number % 2):
            raise SystemExit("a patch is not judged as it should be")
        for quad in lacking:
            graph.store.remove(quad)
    return spent


def _validate_patch(
    plan: Plan, dependencies: Dependencies, graph: StoreGraph, added: list[ox.Quad]
) -> Any:
    touched = dependencies.touched(graph, (quad.triple for quad in added), ())
    return validate_nodes(plan, graph, touched or {})


def _timed(work: Callable[..., Any], *arguments: Any) -> tuple[float, Any]:
    """Seconds of this processor's time that work takes, and what comes of it."""
    start = time.process_time()
    result = work(*arguments)
    return time.process_time() - start, result


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or list(SIZES))
