"""The W3C's tests of SHACL, from their manifests; they are not part of this repository."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyoxigraph as ox
from tests.sparql.w3c import SHARED

from kg.shacl import MemoryGraph, Result, ValidationReport
from kg.shacl.lists import members_of
from kg.shacl.paths import Path as PropertyPath
from kg.shacl.paths import read_path
from kg.shacl.terms import TYPE, Term, sh

FOLDER = SHARED / "w3c" / "shacl" / "tests"
MISSING = f"the W3C's tests of SHACL are not in {FOLDER}; KG_SHARED can name another folder"

MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
SHT = "http://www.w3.org/ns/shacl-test#"
ENTRIES = ox.NamedNode(f"{MF}entries")
INCLUDE = ox.NamedNode(f"{MF}include")
ACTION = ox.NamedNode(f"{MF}action")
RESULT = ox.NamedNode(f"{MF}result")
DATA_GRAPH = ox.NamedNode(f"{SHT}dataGraph")
SHAPES_GRAPH = ox.NamedNode(f"{SHT}shapesGraph")
FAILURE = ox.NamedNode(f"{SHT}Failure")

Row = tuple[Term, PropertyPath | None, Term | None, Term, Term, Term | str]
"""Focus node, path, value, severity, component and shape."""


@dataclass(frozen=True)
class Case:
    """One test: the file of its manifest, and its node there."""

    path: Path
    node: Term

    @property
    def name(self) -> str:
        return str(self.path.relative_to(FOLDER).with_suffix(""))

    @property
    def manifest(self) -> MemoryGraph:
        return read(self.path)

    @property
    def data(self) -> Path:
        return self._file(DATA_GRAPH)

    @property
    def shapes(self) -> Path:
        return self._file(SHAPES_GRAPH)

    @property
    def fails(self) -> bool:
        return self._one(self.node, RESULT) == FAILURE

    @property
    def conforms(self) -> bool:
        value = self._one(self._one(self.node, RESULT), sh("conforms"))
        return getattr(value, "value", None) in ("true", "1")

    def expected(self) -> Counter[Row]:
        """The results that the report has, each with its number."""
        report = self._one(self.node, RESULT)
        return Counter(self._row(node) for node in self.manifest.objects(report, sh("result")))

    def found(self, report: ValidationReport) -> Counter[Row]:
        """Results in the same form; a blank node of another file than the manifest is any."""
        return Counter(
            (
                r.focus_node,
                r.path,
                r.value,
                r.severity,
                r.component,
                self._shape(r.source_shape),
            )
            for r in report.results
        )

    def expected_messages(self) -> Counter[Term]:
        report = self._one(self.node, RESULT)
        return Counter(
            message
            for node in self.manifest.objects(report, sh("result"))
            for message in self.manifest.objects(node, sh("resultMessage"))
        )

    def _row(self, node: Term) -> Row:
        path = self._maybe(node, sh("resultPath"))
        return (
            self._one(node, sh("focusNode")),
            None if path is None else read_path(self.manifest, path),
            self._maybe(node, sh("value")),
            self._one(node, sh("resultSeverity")),
            self._one(node, sh("sourceConstraintComponent")),
            self._shape(self._one(node, sh("sourceShape"))),
        )

    def _shape(self, node: Term) -> Term | str:
        apart = isinstance(node, ox.BlankNode) and self.shapes != self.path
        return "some blank node" if apart else node

    def _file(self, predicate: ox.NamedNode) -> Path:
        iri = self._one(self._one(self.node, ACTION), predicate)
        assert isinstance(iri, ox.NamedNode)
        return Path(iri.value.removeprefix("file://"))

    def _one(self, node: Term, predicate: ox.NamedNode) -> Term:
        (value,) = self.manifest.objects(node, predicate)
        return value

    def _maybe(self, node: Term, predicate: ox.NamedNode) -> Term | None:
        return next(iter(self.manifest.objects(node, predicate)), None)


@cache
def read(path: Path) -> MemoryGraph:
    """The graph of a file, with literals exactly as written."""
    return MemoryGraph(quad.triple for quad in ox.parse(path=path, base_iri=path.as_uri()))


def cases(path: Path = FOLDER / "manifest.ttl") -> Iterator[Case]:
    """The entries of a manifest and of those that it includes, in their order."""
    if not path.is_file():
        return
    graph = read(path)
    for _, head in graph.pairs(ENTRIES):
        yield from (Case(path, node) for node in members_of(graph, head))
    for _, included in sorted(graph.pairs(INCLUDE), key=str):
        assert isinstance(included, ox.NamedNode)
        yield from cases(Path(included.value.removeprefix("file://")))


def tests_in_files() -> int:
    """How many nodes of all files are tests, found without following the manifests."""
    kind = ox.NamedNode(f"{SHT}Validate")
    return sum(len(read(path).subjects(TYPE, kind)) for path in FOLDER.rglob("*.ttl"))


__all__ = ["FOLDER", "MISSING", "Case", "Result", "cases", "read", "tests_in_files"]
