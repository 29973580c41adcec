"""Which classes and properties the data uses, and with which: what an editor completes from."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Final

import numpy as np
import pyoxigraph as ox

from kg.columnar.copied import Copied
from kg.namespaces import CONSENSUS, CURATED, DERIVED, IMPORTED, LINKS
from kg.publication.seldom import seldom
from kg.publication.statistics import RDF_TYPE
from kg.store.interface import Generation, Snapshot, Store

ARTEFACT: Final = "usage"
GRAPHS: Final = (CURATED, IMPORTED, DERIVED, LINKS, CONSENSUS)
"""Those that are about the world; graphs of terms and shapes use properties of OWL and SHACL."""

_FILE: Final = "usage.json"


@dataclass(frozen=True, slots=True)
class Usage:
    """Counts by IRI: instances of classes, triples of properties, and of properties by class."""

    generation: Generation
    classes: Mapping[str, int]
    properties: Mapping[str, int]
    of_class: Mapping[str, Mapping[str, int]]


def usage_of(store: Store) -> Usage:
    """The usage of the newest generation, or of one shortly before it."""
    found = seldom(store, ARTEFACT, build, read)
    if not isinstance(found, Usage):
        raise TypeError(f"the artefact {ARTEFACT} is something else")
    return found


def build(snapshot: Snapshot, folder: Path) -> None:
    """Count, and write it into a file."""
    classes: Counter[str] = Counter()
    properties: Counter[str] = Counter()
    of_class: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for graph in map(str, GRAPHS):
        if isinstance(snapshot, Copied):
            _count_copied(snapshot, graph, classes, properties, of_class)
        else:
            _count(snapshot.quads(ox.NamedNode(graph)), classes, properties, of_class)
    found = {"classes": classes, "properties": properties, "of_class": of_class}
    (folder / _FILE).write_text(
        json.dumps({"generation": snapshot.generation, **found}, sort_keys=True), encoding="utf-8"
    )


def read(folder: Path) -> Usage:
    """Read the file again."""
    return Usage(**json.loads((folder / _FILE).read_text(encoding="utf-8")))


def _count(
    quads: Iterable[ox.Quad],
    classes: Counter[str],
    properties: Counter[str],
    of_class: defaultdict[str, Counter[str]],
) -> None:
    """Count the quads of one graph, which come subject by subject, as every index has them."""
    for _, about in groupby(quads, key=lambda quad: quad.subject):
        types: set[str] = set()
        used: Counter[str] = Counter()
        for quad in about:
            used[quad.predicate.value] += 1
            if quad.predicate == RDF_TYPE and isinstance(quad.object, ox.NamedNode):
                types.add(quad.object.value)
        classes.update(types)
        properties.update(used)
        for name in types:
            of_class[name].update(used)


def _count_copied(
    copied: Copied,
    graph: str,
    classes: Counter[str],
    properties: Counter[str],
    of_class: defaultdict[str, Counter[str]],
) -> None:
    """What `_count` counts, of a graph in a copy: all instances of a class at once."""
    found = list(copied.uses(graph))
    properties.update({uses.predicate: len(uses.s) for uses in found})
    types = [uses for uses in found if uses.predicate == RDF_TYPE.value]
    if not types:
        return
    named = copied.is_iri(types[0].o)
    subjects, of = types[0].s[named], types[0].o[named]
    ids, numbers, instances = np.unique(of, return_inverse=True, return_counts=True)
    names = [copied.iri(term) for term in ids.tolist()]
    classes.update(dict(zip(names, instances.tolist(), strict=True)))
    for uses in found:
        used = np.bincount(uses.s, minlength=copied.last + 1)[subjects]
        total = np.bincount(numbers, used, len(names)).astype(np.int64)
        for number in np.flatnonzero(total).tolist():
            of_class[names[number]][uses.predicate] += int(total[number])
