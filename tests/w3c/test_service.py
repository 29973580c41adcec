"""The W3C's tests of SPARQL 1.1 Federated Query, over endpoints that have the data of each test.

Two kinds of clause are refused on purpose: a SERVICE inside of another one, and one whose endpoint
is a variable. The tests of these are named, and each is refused for that reason.
"""

from __future__ import annotations

import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib.term import Node
from tests.federation.endpoints import serving
from tests.sparql.w3c import MF, MISSING, QT, SHARED, Case, cases, path_of
from tests.web.conftest import commit

from kg.errors import QueryError
from kg.federation.clauses import clauses
from kg.federation.endpoints import Endpoint, endpoints
from kg.federation.service import Federation, FederationLimits
from kg.namespaces import BASE, CURATED
from kg.sparql.guard import check
from kg.sparql.service import answer
from kg.store.embedded import EmbeddedStore
from kg.store.interface import Limits

SUITES = SHARED / "w3c" / "sparql11"
pytestmark = pytest.mark.skipif(not SUITES.is_dir(), reason=MISSING)

EVALUATED = {"service1", "service2", "service4a", "service7"}
REFUSED = {
    "service3": "a SERVICE inside of a SERVICE is not asked",
    "service5": "SERVICE ?service is not offered",
    "service6": "a SERVICE inside of a SERVICE is not asked",
}
NOBODY = "http://invalid.endpoint.org/sparql"
"""The suite wants it to fail."""


def suite(folder: str, kind: str) -> dict[str, Case]:
    named = ([*case.name.rsplit("/", 2), case] for case in cases(kind))
    return {str(name): case for _, place, name, case in named if place == folder}


def quads(file: Node | None) -> list[ox.Quad]:
    path = path_of(file)
    found = ox.parse(path=path, base_iri=path.as_uri())
    return [ox.Quad(*quad.triple, ox.NamedNode(CURATED)) for quad in found]


def moved(iri: str, port: int) -> Endpoint:
    """An endpoint that is called by one name and reached at another place."""
    return replace(endpoints([iri])[0], host="127.0.0.1", port=port, private=True)


def unused_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def services(case: Case, folder: Path, running: ExitStack) -> Iterator[Endpoint]:
    yield moved(NOBODY, unused_port())
    manifest = case.manifest
    action = manifest.value(case.node, MF.action)
    for number, service in enumerate(manifest.objects(action, QT.serviceData)):
        data = quads(manifest.value(service, QT.data))
        place = running.enter_context(serving(folder / f"there-{number}", *data))
        port = int(place.rpartition(":")[2].partition("/")[0])
        yield moved(str(manifest.value(service, QT.endpoint)), port)


def rows(body: bytes, form: ox.QueryResultsFormat) -> Counter[frozenset[tuple[str, str]]]:
    found = ox.parse_query_results(body, format=form)
    assert isinstance(found, ox.QuerySolutions)
    names = [variable.value for variable in found.variables]
    return Counter(
        frozenset((name, str(row[name])) for name in names if row[name] is not None)
        for row in found
    )


def solutions(case: Case, folder: Path) -> Counter[frozenset[tuple[str, str]]]:
    """What our endpoint answers."""
    here = EmbeddedStore(folder / "here")
    data = case.manifest.value(case.manifest.value(case.node, MF.action), QT.data)
    if data is not None:
        commit(here, *quads(data))
    with ExitStack() as running:
        found = Federation(tuple(services(case, folder, running)), FederationLimits())
        accept = "application/sparql-results+json"
        stream = answer(here, case.text, accept=accept, services=found).stream
        return rows(b"".join(stream), ox.QueryResultsFormat.JSON)


def test_all_tests_of_the_suites_are_here():
    assert set(suite("service", "QueryEvaluationTest")) == EVALUATED | REFUSED.keys()
    assert set(suite("syntax-fed", "PositiveSyntaxTest")) == {"test_1", "test_2", "test_3"}


@pytest.mark.parametrize("name", sorted(EVALUATED))
def test_a_query_of_the_suite_has_the_solutions_that_it_has_to(name, tmp_path):
    case = suite("service", "QueryEvaluationTest")[name]
    expected = path_of(case.manifest.value(case.node, MF.result)).read_bytes()
    found = solutions(case, tmp_path)
    assert found == rows(expected, ox.QueryResultsFormat.XML)
    assert found


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_a_query_of_the_suite_that_is_not_offered_is_refused_with_the_reason(name, tmp_path):
    with pytest.raises(QueryError, match=REFUSED[name].replace("?", r"\?")):
        solutions(suite("service", "QueryEvaluationTest")[name], tmp_path)


def test_the_syntax_of_the_suite_is_read():
    allowed = {f"{BASE}g": endpoints(["https://remote.example/"])[0]}
    for case in suite("syntax-fed", "PositiveSyntaxTest").values():
        found = clauses(check(case.text, Limits(), service=True), allowed)
        assert [clause.variables for clause in found] == [("s", "p", "o")]
        assert [clause.silent for clause in found] == ["SILENT" in case.text]
