"""The data of a store as the files of `data/`, and changed files as a change of the store.

Files and store say the same: `write` makes a folder tell exactly what a set of quads does, and
`change` is what a folder tells otherwise than the quads that it was written from. A folder that
was written names the generation it was written from, so that others may commit meanwhile.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyoxigraph as ox
from rdflib import Graph

from kg.errors import InputError
from kg.publication.layout import FOLDERS, Places, by_folder, homes
from kg.rdf.files import replace_file
from kg.rdf.reader import graph_of_quads
from kg.rdf.turtle import canonical, read_turtle
from kg.store.interface import Generation, Patch
from kg.store.patches import canonical as in_stored_forms

MARK: Final = "exported.json"
"""Beside the folders of the graphs: which generation of which store they were written from."""

_GRAPHS: Final = {folder: graph for graph, folder in FOLDERS.items()}


@dataclass(frozen=True, slots=True)
class Mark:
    """The generation that files were written from, and the hash of the commit that made it."""

    generation: Generation
    hash: str


@dataclass(frozen=True, slots=True)
class Written:
    """Names of files, relative to the folder: made anew or changed, and removed as empty."""

    changed: tuple[str, ...]
    removed: tuple[str, ...]


def write(folder: Path, quads: Iterable[ox.Quad], mark: Mark) -> Written:
    """Make the files below a folder tell what the quads of the graphs of data do.

    A triple that a file tells already stays as it is written there, and a file in which nothing
    changes keeps its bytes. Raises `TurtleError` for a file that cannot be read, before anything is
    written.
    """
    read = read_folder(folder)
    planned = plan({name: _triples(graph) for name, graph in read.items()}, quads)
    texts = {name: canonical(_as_written(planned[name], read.get(name))) for name in planned}
    removed = tuple(sorted(set(read) - set(texts)))
    changed = tuple(name for name in sorted(texts) if not _is(folder / name, texts[name]))
    for name in changed:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        replace_file(folder / name, texts[name])
    for name in removed:
        (folder / name).unlink()
    folder.mkdir(parents=True, exist_ok=True)
    told = json.dumps({"generation": mark.generation, "hash": mark.hash}, indent=2)
    replace_file(folder / MARK, f"{told}\n")
    return Written(changed, removed)


def plan(
    files: Mapping[str, Iterable[ox.Triple]], quads: Iterable[ox.Quad]
) -> dict[str, list[ox.Triple]]:
    """The triples of each file, which together are the quads; `files` are those that are there.

    A file that would be empty is left out.
    """
    before = {name: list(triples) for name, triples in files.items()}
    known = homes(before)
    planned: dict[str, list[ox.Triple]] = {}
    for folder, triples in by_folder(quads):
        left, told = set(triples), set[ox.Triple]()
        for name in sorted(name for name in before if name.startswith(f"{folder}/")):
            kept = [triple for triple in before[name] if triple in left]
            planned[name] = kept
            told.update(kept)
        here = {iri: name for (place, iri), name in known.items() if place == folder}
        places = Places(folder, here, triples)
        for triple in sorted(left - told, key=str):
            if not isinstance(triple.subject, ox.NamedNode):
                raise InputError(f"data has no blank nodes, and this is one: {triple.subject}")
            planned.setdefault(places.of(triple.subject), []).append(triple)
    return {name: found for name, found in planned.items() if found}


def change(folder: Path, base: Iterable[ox.Quad]) -> Patch:
    """What the files below a folder add to the quads of data in `base`, and remove of them."""
    told = {
        _quad(triple, _GRAPHS[name.partition("/")[0]])
        for name, graph in read_folder(folder).items()
        for triple in _triples(graph)
    }
    before = {quad for quad in base if quad.graph_name in FOLDERS}
    return Patch(tuple(sorted(told - before, key=str)), tuple(sorted(before - told, key=str)))


def read_folder(folder: Path) -> dict[str, Graph]:
    """The Turtle files of data below a folder, by their names relative to it."""
    paths = [path for part in _GRAPHS for path in sorted((folder / part).rglob("*.ttl"))]
    return {path.relative_to(folder).as_posix(): read_turtle(path) for path in paths}


def read_mark(folder: Path) -> Mark | None:
    """What the folder was written from; None where it does not say."""
    path = folder / MARK
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return Mark(int(found["generation"]), str(found["hash"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"cannot be read: {error}", source=str(path)) from error


def _triples(graph: Graph) -> list[ox.Triple]:
    """The triples of a file in the forms that the engine keeps."""
    data = graph.serialize(format="nt", encoding="utf-8")
    quads = tuple(ox.parse(data, format=ox.RdfFormat.N_TRIPLES))
    return [quad.triple for quad in in_stored_forms(Patch(added=quads)).added]


def _as_written(triples: list[ox.Triple], before: Graph | None) -> Graph:
    """The triples as a graph, each literal in the form that the file has of it."""
    graph = graph_of_quads(ox.Quad(*triple) for triple in triples)
    for written in set(before or ()) - set(graph):
        single = Graph(bind_namespaces="none")
        single.add(written)
        for stored in graph_of_quads(ox.Quad(*triple) for triple in _triples(single)):
            if stored in graph:
                graph.remove(stored)
                graph.add(written)
    return graph


def _is(path: Path, text: str) -> bool:
    return path.is_file() and path.read_bytes() == text.encode()


def _quad(triple: ox.Triple, graph: ox.NamedNode) -> ox.Quad:
    return ox.Quad(triple.subject, triple.predicate, triple.object, graph)
