"""Each term of the ontology has a page: what it means, how often it is used, how it is asked."""

from __future__ import annotations

import re
from html import unescape

from rdflib import RDF, Graph
from tests.web.conftest import Get
from tests.web.test_pages import section, words

from kg.namespaces import CKG


def test_the_index_has_every_term_of_the_ontology_with_its_uses(get: Get) -> None:
    html = get("/ontology").text
    everything = set(re.findall(r'class="term" id="(\w+)"', get("/ns").text))
    assert set(re.findall(r'href="/ontology/(\w+)"', html)) == everything
    row = next(r for r in html.split("<tr>") if "ckg:Claim<" in r)
    assert words(row).endswith("8")


def test_a_class_leads_to_its_instances_by_graph_and_to_its_table(get: Get) -> None:
    html = get("/ontology/Claim").text
    assert "curated 8" in section(html, "uses")
    assert 'href="/classes/Claim"' in html.partition('id="constraints"')[2]


def test_a_predicate_counts_its_propositions_and_its_uncontested_triples(get: Get) -> None:
    told = section(get("/ontology/happenedAt").text, "uses")
    assert "1 proposition with it as predicate" in told
    assert "consensus 1" in told


def test_a_property_says_what_shapes_demand_of_it(get: Get) -> None:
    html = get("/ontology/claimant").text
    assert "ckg:ClaimShape A claim has" in section(html, "constraints")


def test_the_query_of_a_term_finds_something_where_the_term_is_used(get: Get) -> None:
    for name in ("Claim", "happenedAt", "claimant"):
        html = get(f"/ontology/{name}").text
        query = unescape(html.partition('<pre class="query" tabindex="0"><code>')[2])
        answer = get(f"/ontology/{name}").text
        link = re.search(r'class="button" href="(/query\?[^"]+)"', answer)
        assert link, name
        assert query.startswith("SELECT ?term")
        rows = get(unescape(link[1]).replace("/query?", "/sparql?"), "text/csv").text.splitlines()
        assert len(rows) > 1, name


def test_a_term_is_served_as_rdf_too(get: Get) -> None:
    response = get("/ontology/claimant.ttl")
    assert response.mimetype == "text/turtle"
    graph = Graph().parse(data=response.data, format="turtle")
    assert (CKG.claimant, RDF.type, None) in graph
    assert 'type="text/turtle" href="/ontology/claimant.ttl"' in get("/ontology/claimant").text


def test_a_term_that_is_not_there_leads_to_likely_ones(get: Get) -> None:
    response = get("/ontology/claiment")
    assert response.status_code == 404
    assert 'href="/ontology/claimant"' in response.text
