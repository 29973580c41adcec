"""The W3C's tests of service descriptions, which are three sentences: here they are as code."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Graph
from tests.sparql.w3c import MF, MISSING
from tests.w3c.exchanges import SUITES
from tests.w3c.scratch import Scratch

from kg.sparql.formats import GRAPHS
from kg.web.service_description import SD

MANIFEST = SUITES / "service-description" / "manifest.ttl"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
GRAPH = "http://example.org/g"

PROPERTIES: dict[str, tuple[str, str | None]] = {
    "endpoint": ("Service", None),
    "feature": ("Service", None),
    "defaultEntailmentRegime": ("Service", None),
    "supportedLanguage": ("Service", None),
    "extensionFunction": ("Service", "Function"),
    "resultFormat": ("Service", None),
    "inputFormat": ("Service", None),
    "defaultDataset": ("Service", "Dataset"),
    "availableGraphs": ("Service", "GraphCollection"),
    "defaultGraph": ("Dataset", "Graph"),
    "namedGraph": ("GraphCollection", "NamedGraph"),
    "name": ("NamedGraph", None),
    "graph": ("NamedGraph", "Graph"),
}
"""The properties that are used here, with the classes of subject and object that the vocabulary
gives them (SPARQL 1.1 Service Description, section 3.4)."""

INSTANCES = {
    "feature": {"UnionDefaultGraph", "DereferencesURIs", "RequiresDataset", "EmptyGraphs"},
    "supportedLanguage": {"SPARQL10Query", "SPARQL11Query", "SPARQL11Update"},
}
"""The instances that the vocabulary has (sections 3.2 and 3.3)."""


@pytest.fixture(scope="module")
def found(scratch: Scratch) -> list[ox.Triple]:
    node = ox.NamedNode("http://example.org/a")
    scratch.fill([ox.Quad(node, node, node, ox.NamedNode(GRAPH))])
    assert scratch.send("GET", "/sparql?query=ASK+%7B%7D").status_code == 200  # it can be read
    response = scratch.send("GET", "/sparql", {"Accept": "application/n-triples"})
    return [q.triple for q in ox.parse(response.data, format=ox.RdfFormat.N_TRIPLES)]


def values(found: list[ox.Triple], name: str) -> set[str]:
    return {t.object.value for t in found if t.predicate.value == SD + name}


@pytest.mark.skipif(not MANIFEST.exists(), reason=MISSING)
def test_the_entries_of_the_manifest_are_those_below() -> None:
    manifest = Graph().parse(Path(MANIFEST), publicID=MANIFEST.as_uri())
    [entries] = manifest.objects(None, MF.entries)
    names = {str(entry).rpartition("#")[2] for entry in manifest.items(entries)}
    assert names == {"returns-rdf", "has-endpoint-triple", "conforms-to-schema"}


@pytest.mark.parametrize("form", GRAPHS, ids=lambda form: form.name)
def test_get_on_the_endpoint_returns_rdf(scratch: Scratch, form) -> None:
    response = scratch.send("GET", "/sparql", {"Accept": form.media_type})
    assert (response.status_code, response.mimetype) == (200, form.media_type)
    rdf_format = ox.RdfFormat.from_media_type(form.media_type)
    assert len(list(ox.parse(response.data, format=rdf_format))) > 20


def test_the_description_has_a_matching_endpoint_triple(found: list[ox.Triple]) -> None:
    assert values(found, "endpoint") == {"http://localhost/sparql"}


def test_the_description_conforms_to_the_schema(found: list[ox.Triple]) -> None:
    types: dict[ox.NamedNode, set[str]] = {}
    for triple in found:
        if triple.predicate.value == TYPE:
            types.setdefault(triple.subject, set()).add(triple.object.value.removeprefix(SD))
    for classes in types.values():
        if "Dataset" in classes:
            classes.add("GraphCollection")  # of which it is a subclass
    for triple in found:
        if not triple.predicate.value.startswith(SD):
            continue
        name = triple.predicate.value.removeprefix(SD)
        domain, range_ = PROPERTIES[name]
        assert domain in types[triple.subject]
        assert range_ is None or range_ in types[triple.object]
        assert name not in INSTANCES or triple.object.value.removeprefix(SD) in INSTANCES[name]


def test_what_the_description_says_is_so(found: list[ox.Triple], scratch: Scratch) -> None:
    """This store is plain: no union, no graphs but those with triples, and it takes updates."""
    assert values(found, "name") == {GRAPH}
    assert values(found, "feature") == set()
    assert f"{SD}SPARQL11Update" in values(found, "supportedLanguage")
    assert len(values(found, "resultFormat")) == 10
    assert len(values(found, "inputFormat")) == 6
