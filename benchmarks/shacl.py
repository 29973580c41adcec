"""How long validation takes: ours, pySHACL and Apache Jena side by side, and what a patch costs.

Prints tables to stdout. Every graph is generated and keeps our shapes; the ontology is part of it.
pySHACL and Jena get the same triples in graphs of their own, pySHACL only up to SLOW triples; Jena
runs where there is Java 17 to start it, as often as ours, after a round that warms it up. A patch
is four claims (52 triples); in every other one they lack their claimants. Times of whole graphs are
the processor's, which others on the machine disturb least; those of Jena are of all its threads.
Arguments are sizes in triples, SIZES if none.
"""

from __future__ import annotations

import random
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import pyoxigraph as ox
import pyshacl
from conflicts import claim, iri, quads
from measuring import line
from rdflib import Graph as RdflibGraph
from tests.peers.servers import fuseki_jar

from kg.namespaces import CURATED, ONTOLOGY, SHAPES
from kg.shacl import Plan, StoreGraph, compile_shapes, validate, validate_nodes
from kg.shacl.changes import Dependencies
from kg.validation.dataset import load
from kg.validation.files import dataset_of, read_files, seed_files

SIZES: Final = (10_000, 125_000, 1_000_000)
SLOW: Final = 125_000
ROUNDS: Final = 3
PATCHES: Final = 20
JENA: Final = Path(__file__).with_name("JenaShacl.java")

NAMES: Final = tuple(ox.NamedNode(str(name)) for name in (CURATED, ONTOLOGY))


def main(sizes: list[int]) -> None:
    """Measure each size, print one line each."""
    files = dataset_of(read_files(p for p in seed_files() if "ontology" in p.parts))
    rules = ox.Store()
    load(rules, SHAPES, files[SHAPES])
    shapes = StoreGraph(rules, [ox.NamedNode(str(SHAPES))])
    spent, plan = _timed(compile_shapes, shapes)
    line("shapes compile, ms", f"{spent * 1000:.0f}")
    line("triples", "ours s", "pySHACL s", "ratio", "Jena s", "ratio", "patch ms", "worst")
    for size in sizes:
        store = ox.Store()
        load(store, ONTOLOGY, files[ONTOLOGY])
        store.bulk_extend(quads(size))
        graph = StoreGraph(store, NAMES)
        ours = statistics.median(_timed(_conforming, plan, graph)[0] for _ in range(ROUNDS))
        theirs = _pyshacl(graph, files[SHAPES]) if size <= SLOW else None
        jena = _jena(graph, shapes)
        patches = _patches(plan, graph)
        line(
            f"{len(store):,}",
            f"{ours:.2f}",
            *_beside(theirs, ours),
            *_beside(jena, ours),
            f"{statistics.median(patches) * 1000:.1f}",
            f"{max(patches) * 1000:.1f}",
        )


def _conforming(plan: Plan, graph: StoreGraph) -> None:
    report = validate(plan, graph)
    if not report.conforms:
        raise SystemExit(f"the generated data breaks a shape: {report.results[0]}")


def _pyshacl(graph: StoreGraph, shapes: RdflibGraph) -> float:
    with TemporaryDirectory() as folder:
        _write(graph, path := Path(folder, "data.nt"))
        data = RdflibGraph().parse(path, format="nt")
    spent, (conforms, _, said) = _timed(
        lambda: pyshacl.validate(data, shacl_graph=RdflibGraph() + shapes, inference="none")
    )
    if not conforms:
        raise SystemExit(f"pySHACL says otherwise: {said}")
    return spent


def _jena(graph: StoreGraph, shapes: StoreGraph) -> float | None:
    """The median of its rounds; None where there is nothing to run it with."""
    java = shutil.which("java")
    if java is None:
        return None
    with TemporaryDirectory() as folder:
        paths = [Path(folder, "shapes.nt"), Path(folder, "data.nt")]
        for path, part in zip(paths, (shapes, graph), strict=True):
            _write(part, path)
        command = [java, "-Xmx6g", "-cp", str(fuseki_jar()), str(JENA), *map(str, paths)]
        said = subprocess.run(  # noqa: S603 - a command of ours
            [*command, str(ROUNDS + 1)], check=True, capture_output=True, text=True
        ).stdout
    rounds = [words.split() for words in said.splitlines()][1:]
    if any(conforms != "true" for *_, conforms in rounds):
        raise SystemExit("Jena says otherwise")
    return statistics.median(float(spent) for spent, *_ in rounds)


def _beside(theirs: float | None, ours: float) -> tuple[str, str]:
    return ("-", "-") if theirs is None else (f"{theirs:.1f}", f"{theirs / ours:.1f}")


def _write(graph: StoreGraph, path: Path) -> None:
    quads_ = (
        quad
        for name in graph.graphs or ()
        for quad in graph.store.quads_for_pattern(None, None, None, name)
    )
    ox.serialize((quad.triple for quad in quads_), str(path), format=ox.RdfFormat.N_TRIPLES)


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
