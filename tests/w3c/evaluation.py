"""The W3C's tests of SPARQL, each sent to the endpoint and its answer compared with what is told.

A query or update is sent with the IRI of its file as `BASE`, since the protocol has no other place
for it. Literals are compared in the form in which the store keeps them.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TypeAlias
from urllib.parse import urljoin

import pyoxigraph as ox
from rdflib import RDF, Graph
from rdflib.term import Node
from tests.sparql.plain_target import shape
from tests.sparql.w3c import LABEL, MF, QT, SHARED, UT, Case, path_of
from tests.w3c.known import KNOWN
from tests.w3c.scratch import Scratch
from tests.w3c.suites import SUITES
from werkzeug.test import TestResponse

ROOT = SHARED / "w3c"
QUERY, UPDATE = "application/sparql-query", "application/sparql-update"
TURTLE, JSON = "text/turtle", "application/sparql-results+json"
RESULT_FORMS = {
    ".srx": "application/sparql-results+xml",
    ".srj": JSON,
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
}
_FROM = re.compile(r"\bFROM\s+(?:NAMED\s+)?<([^>]*)>", re.IGNORECASE)
EVERYTHING = "SELECT ?g ?s ?p ?o { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
NO_SOURCE = re.compile(r"there is no graph .* to (?:copy|move|add)|the graph .* exists already")
"""What is wrong with the state, and not with the text of an update."""

RESULT_SET = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"

Row: TypeAlias = tuple[tuple[str, ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple], ...]
Table: TypeAlias = tuple[set[str], Counter[Row], Counter[str]]


def listed(folder: str) -> list[Case]:
    """The tests that the manifest of a folder lists, in its order; none where it is missing."""
    path = ROOT / folder / "manifest.ttl"
    if not path.exists():
        return []
    manifest = Graph().parse(path, publicID=path.as_uri())
    entries = [e for each in manifest.objects(None, MF.entries) for e in manifest.items(each)]
    return [
        Case(f"{folder}/{str(entry).rpartition('#')[2]}", _kind(manifest, entry), manifest, entry)
        for entry in entries
    ]


def cases_of(*suites: str) -> list[Case]:
    """All tests of some suites."""
    return [case for suite in suites for folder in SUITES[suite] for case in listed(folder)]


def verdict(case: Case, scratch: Scratch) -> str:
    """What is to be said of a test: nothing if it is passed, or is known and still fails."""
    found = wrong(case, scratch)
    if case.name not in KNOWN:
        return found
    return "" if found else "it is passed: take it off the list"


def _kind(manifest: Graph, entry: object) -> str:
    return str(manifest.value(entry, RDF.type)).rpartition("#")[2].removesuffix("11")


def wrong(case: Case, scratch: Scratch) -> str:
    """What is wrong with the answer to a test; empty where nothing is."""
    return CHECKS[case.kind](case, scratch)


def _accepted_query(case: Case, scratch: Scratch) -> str:
    return _status(_ask(scratch, based(case), "*/*"), {200})


def _refused_query(case: Case, scratch: Scratch) -> str:
    return _status(_ask(scratch, case.text, "*/*"), {400})


def _accepted_update(case: Case, scratch: Scratch) -> str:
    scratch.fill()
    scratch.changed()
    response = _send_update(scratch, based(case))
    if response.status_code == 400 and NO_SOURCE.match(response.json["detail"]):
        return ""
    return _status(response, {200})


def _refused_update(case: Case, scratch: Scratch) -> str:
    return _status(_send_update(scratch, case.text), {400})


def _updated(case: Case, scratch: Scratch) -> str:
    scratch.fill(case.dataset(MF.action))
    scratch.changed()
    response = _send_update(scratch, based(case))
    if problem := _status(response, {200}):
        return problem
    found = ox.parse_query_results(_ask(scratch, EVERYTHING, JSON).data, ox.QueryResultsFormat.JSON)
    quads = _kept(
        ox.Quad(r["s"], r["p"], r["o"], r["g"] or ox.DefaultGraph())
        for r in found
        if r["g"] not in scratch.own
    )
    return "" if shape(quads) == shape(_kept(case.dataset(MF.result))) else "another state"


def _evaluated(case: Case, scratch: Scratch) -> str:
    scratch.fill(data_of(case))
    told = path_of(case.manifest.value(case.node, MF.result))
    form = RESULT_FORMS.get(told.suffix, TURTLE)
    response = _ask(scratch, based(case), form)
    if response.status_code == 406:  # solutions that are told as a graph
        form = JSON
        response = _ask(scratch, based(case), form)
    if problem := _status(response, {200}):
        return problem
    if form == TURTLE:
        same = _same_graph(response.data, told)
    elif form == "text/csv":
        same = _cells(response.text) == _cells(told.read_text(encoding="utf-8"))
    else:
        lax = (case.node, MF.resultCardinality, MF.LaxCardinality) in case.manifest
        same = _same_results(response.data, form, told, lax=lax)
    return "" if same else f"another answer: {response.text[:300]}"


CHECKS: dict[str, Callable[[Case, Scratch], str]] = {
    "QueryEvaluationTest": _evaluated,
    "CSVResultFormatTest": _evaluated,
    "UpdateEvaluationTest": _updated,
    "PositiveSyntaxTest": _accepted_query,
    "NegativeSyntaxTest": _refused_query,
    "PositiveUpdateSyntaxTest": _accepted_update,
    "NegativeUpdateSyntaxTest": _refused_update,
}
"""By the kind of a test."""


def _status(response: TestResponse, wanted: set[int]) -> str:
    status = response.status_code
    return "" if status in wanted else f"{status}: {response.text[:300]}"


def _ask(scratch: Scratch, text: str, accept: str) -> TestResponse:
    headers = {"Content-Type": QUERY, "Accept": accept}
    return scratch.send("POST", "/sparql", headers, text.encode())


def _send_update(scratch: Scratch, text: str) -> TestResponse:
    return scratch.send("POST", "/sparql", {"Content-Type": UPDATE}, text.encode())


def based(case: Case) -> str:
    """The query or update of a test, with the IRI of its file as its base."""
    return f"BASE <{_action(case)}>\n{case.text}"


def _action(case: Case) -> Node:
    """The IRI of the file of a query or update."""
    action = case.manifest.value(case.node, MF.action)
    for part in (QT.query, UT.request):
        action = case.manifest.value(action, part) or action
    return action


def data_of(case: Case) -> frozenset[ox.Quad]:
    """The quads that a query is asked about, those that its FROM names included."""
    action = case.manifest.value(case.node, MF.action)
    quads: set[ox.Quad] = set()
    for file in case.manifest.objects(action, QT.data):
        quads |= set(_quads(path_of(file), None))
    for file in case.manifest.objects(action, QT.graphData):
        name = case.manifest.value(file, LABEL) or file
        quads |= set(_quads(path_of(file), str(name)))
    for match in _FROM.finditer(case.text):
        file = urljoin(str(_action(case)), match[1])
        if path_of(file).is_file():
            quads |= set(_quads(path_of(file), file))
    return frozenset(quads)


@cache
def _quads(path: Path, graph: str | None) -> frozenset[ox.Quad]:
    name = ox.DefaultGraph() if graph is None else ox.NamedNode(graph)
    found = ox.parse(path=path, base_iri=path.as_uri(), rename_blank_nodes=True)
    return frozenset(
        ox.Quad(*q.triple, name if q.graph_name == ox.DefaultGraph() else q.graph_name)
        for q in found
    )


def _same_graph(data: bytes, told: Path) -> bool:
    found = ox.parse(data, format=ox.RdfFormat.TURTLE)
    return shape(_kept(found)) == shape(_kept(ox.parse(path=told, base_iri=told.as_uri())))


def _kept(quads: Iterable[ox.Quad]) -> ox.Store:
    store = ox.Store()
    store.extend(quads)
    return store


def _same_results(data: bytes, form: str, told: Path, *, lax: bool) -> bool:
    found = _table(ox.parse_query_results(data, ox.QueryResultsFormat.from_media_type(form)))
    if told.suffix in RESULT_FORMS:
        expected = _table(ox.parse_query_results(path=told))
    else:
        expected = _told_as_graph(told)
    if lax and not isinstance(found, bool) and not isinstance(expected, bool):
        return found[0] == expected[0] and set(found[1]) == set(expected[1])
    return found == expected


def _table(results: ox.QuerySolutions | ox.QueryBoolean) -> Table | bool:
    if isinstance(results, ox.QueryBoolean):
        return bool(results)
    names = [v.value for v in results.variables]
    return _bag(names, ({n: row[n] for n in names if row[n] is not None} for row in results))


def _told_as_graph(path: Path) -> Table | bool:
    """Solutions that stand in a file as a graph, in the vocabulary of result sets."""
    graph = _kept(ox.parse(path=path, base_iri=path.as_uri()))

    def objects(node: ox.BlankNode | ox.NamedNode | None, name: str) -> list[ox.Quad]:
        return list(graph.quads_for_pattern(node, ox.NamedNode(RESULT_SET + name), None))

    for quad in objects(None, "boolean"):
        return quad.object.value == "true"
    names = [quad.object.value for quad in objects(None, "resultVariable")]
    rows = [
        {
            variable.object.value: value.object
            for binding in objects(solution.object, "binding")
            for variable in objects(binding.object, "variable")
            for value in objects(binding.object, "value")
        }
        for solution in objects(None, "solution")
    ]
    return _bag(names, rows)


def _bag(names: Iterable[str], rows: Iterable[Mapping[str, ox.NamedNode]]) -> Table:
    """The variables; the solutions without blank nodes; those with them, as quads of a shape."""
    plain: Counter[Row] = Counter()
    others: list[ox.Quad] = []
    for row in rows:
        quads = list(_row_quads(row.items()))
        if any("_:" in str(term) for term in row.values()):
            others += quads
        else:
            cells = [(quad.predicate.value, quad.object) for quad in _kept(quads)]
            plain[tuple(sorted(cells, key=str))] += 1
    return set(names), plain, shape(_kept(others))


def _row_quads(terms: Iterable[tuple[str, object]]) -> Iterator[ox.Quad]:
    row = ox.BlankNode()
    for name, term in terms:
        yield ox.Quad(row, ox.NamedNode(f"urn:{name}"), term)


def _cells(text: str) -> tuple[list[str], Counter[tuple[str, ...]]]:
    """The header and the lines of CSV; blank nodes are all alike."""
    header, *lines = list(csv.reader(io.StringIO(text)))
    order = sorted(range(len(header)), key=header.__getitem__)  # that of `*` is not told
    rows = [tuple(re.sub(r"^_:.*", "_:", line[n]) for n in order) for line in lines]
    return sorted(header), Counter(rows)
