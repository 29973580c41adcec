"""Files of the seed and of curators: which graph each belongs to, and which holds a node."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

import pyoxigraph as ox
from rdflib import RDF, Graph, URIRef
from rdflib.term import Node

from kg.namespaces import CURATED, IMPORTED, LINKS, ONTOLOGY, SHAPES
from kg.rdf.placed import excerpts_of
from kg.rdf.placing import TURTLE, media_type_of
from kg.rdf.reader import graph_of_quads, read_text
from kg.rdf.turtle import read_turtle
from kg.rdf.upload import read_upload
from kg.resources import data_dir, ontology_dir, queries_dir, root
from kg.validation.dataset import check_dataset, check_with_new
from kg.validation.links import report_on_links
from kg.validation.places import placed
from kg.validation.report import Report, Severity
from kg.validation.shacl import triples_of
from kg.validation.solutions import WRITTEN

Files = Mapping[Path, Graph]
Reader = Callable[[Path], Graph]

NOT_RDF: Final = (".rq", ".csv", ".tsv")


def graph_of(path: Path) -> URIRef:
    """The graph that a file is loaded into; a file from elsewhere is curated."""
    folders = {
        ontology_dir() / "shapes": SHAPES,
        ontology_dir(): ONTOLOGY,
        data_dir() / "imported": IMPORTED,
        data_dir() / "links": LINKS,
    }
    return next((g for f, g in folders.items() if path.is_relative_to(f)), CURATED)


def seed_files() -> list[Path]:
    """All Turtle files of the seed, in a stable order."""
    parts = (data_dir() / name for name in ("curated", "imported", "links"))
    folders = (ontology_dir(), *parts)
    return sorted(path for folder in folders for path in folder.rglob("*.ttl"))


def read_files(paths: Iterable[Path], read: Reader | None = None) -> dict[Path, Graph]:
    """The graph of each file; raises `InputError` for the first that cannot be read."""
    return {path: (read or read_file)(path) for path in paths}


def read_file(path: Path) -> Graph:
    """The triples of a file, in the format that the end of its name says; otherwise Turtle.

    The names of graphs in TriG and N-Quads are not looked at: where a file is loaded is said by
    its folder. Raises `InputError` with the place.
    """
    media_type = media_type_of(path)
    if media_type == TURTLE:
        return read_turtle(path)
    text = read_text(path)
    with excerpts_of(text, str(path)):
        return graph_of_quads(read_upload(text.encode(), media_type, keep_blank=True))


def dataset_of(files: Files) -> dict[URIRef, Graph]:
    """The graphs that files are loaded into."""
    graphs: dict[URIRef, Graph] = {}
    for path, graph in files.items():
        target = graphs.setdefault(graph_of(path), Graph(bind_namespaces="none"))
        target += graph
    return graphs


def validate_files(
    paths: Iterable[Path] = (),
    read: Reader | None = None,
    is_table: Callable[[Path], bool] = lambda path: False,
) -> Report:
    """What validation says of the seed, or of these files together with the seed.

    `read` reads the given ones, if not `read_file`; of those that are tables no places are known.

    A path that is part of the seed is not taken twice. With paths, violations are reported
    wherever they are, since a file can break others, but warnings only where they are about
    something that these files speak of. Without paths the queries and the rows of links are looked
    at as well.
    """
    given = [path.resolve() for path in paths]
    mine = read_files(dict.fromkeys(given), read)
    files = {**mine, **read_files(path for path in seed_files() if path not in mine)}
    graphs = dataset_of(files)
    if given:
        report = check_with_new(graphs, _data_of(mine))
        subjects = Sources(mine, mentions=False)
        report = _about(report, mine).located(subjects.file_of)
        return with_lines(report.located(Sources(files).file_of), is_table=is_table)
    report = check_dataset(graphs)
    report += _report_on_queries(graphs.get(ONTOLOGY, Graph()))
    report += report_on_links(data_dir() / "links")
    return with_lines(report.located(Sources(files).file_of))


def with_lines(
    report: Report,
    folder: Path | None = None,
    *,
    is_table: Callable[[Path], bool] = lambda path: False,
) -> Report:
    """The report with lines and columns; only files with findings are read once more for them.

    The names of files are relative to the folder: without one, to the installation. Tables, by
    their suffix or as `is_table` says, are left out.
    """
    for name in sorted({result.file for result in report.results if result.file}):
        path = (folder or root()) / name
        if path.suffix.lower() not in NOT_RDF and not is_table(path):
            report = placed(report, read_text(path), media_type_of(path), file=name)
    return report


def _data_of(files: Files) -> Iterator[ox.Triple]:
    """The triples of files that are loaded into graphs of data."""
    for path, graph in files.items():
        if graph_of(path) in WRITTEN:
            yield from triples_of(graph)


def _report_on_queries(ontology: Graph) -> Report:
    # It brings a parser of SPARQL that takes a while to make itself, and nobody else needs.
    from kg.validation.querylint import lint_queries

    return Report.of(lint_queries(sorted(queries_dir().rglob("*.rq")), ontology))


def _about(report: Report, files: Files) -> Report:
    subjects = {str(subject) for graph in files.values() for subject in graph.subjects()}
    return Report.of(
        r for r in report.results if r.severity is Severity.VIOLATION or r.focus_node in subjects
    )


class Sources:
    """Where nodes stand: the file that says what type a node has, else one that describes it.

    With `mentions`, a node that no file describes stands in the file that mentions it.
    """

    def __init__(self, files: Files, *, mentions: bool = True) -> None:
        self._places: dict[str, tuple[int, Path]] = {}
        for path, graph in files.items():
            for s, p, o in graph:
                self._put(s, 0 if p == RDF.type else 1, path)
                if mentions:
                    self._put(o, 2, path)
                    self._put(p, 3, path)

    def _put(self, node: Node, rank: int, path: Path) -> None:
        key, place = str(node), (rank, path)
        if key not in self._places or place < self._places[key]:
            self._places[key] = place

    def file_of(self, focus_node: str) -> str | None:
        """The file of a node, relative to the installation if it lies in it."""
        if focus_node not in self._places:
            return None
        path = self._places[focus_node][1]
        return str(path.relative_to(root()) if path.is_relative_to(root()) else path)


def source_of(focus_node: str, files: Files) -> str | None:
    """The file in which a node stands; for many nodes of the same files, make one `Sources`."""
    return Sources(files).file_of(focus_node)
