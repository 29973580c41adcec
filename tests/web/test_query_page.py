"""The query page works without scripts."""

from __future__ import annotations

from html import unescape
from urllib.parse import urlencode

from flask.testing import FlaskClient
from markupsafe import escape
from tests.web.conftest import Get
from tests.web.test_pages import words

from kg.sparql.examples import examples
from kg.web.results import ROWS_SHOWN


def ask(get: Get, query: str, **more: str) -> str:
    return get(f"/query?{urlencode({'query': query, **more})}").text


def test_an_answer_shows_labels_that_link_to_pages(get: Get) -> None:
    html = ask(get, "SELECT ?who WHERE { claim:lantern-2-2 ckg:claimant ?who }")
    assert (
        '<a href="/doc/state/arvonia" title="https://w3id.org/conflict-kg/id/state/arvonia"' in html
    )
    assert "1 row" in words(html)


def test_a_value_that_is_not_bound_is_shown_as_such(get: Get) -> None:
    html = ask(get, "SELECT ?a ?b WHERE { BIND(1 AS ?a) }")
    assert '<td class="number"><span>1</span></td>' in html
    assert 'title="not bound"' in html


def test_a_graph_is_shown_as_triples(get: Get) -> None:
    html = ask(get, "CONSTRUCT WHERE { claim:lantern-2-2 ckg:claimant ?who }")
    assert ">subject</a></th>" in html
    assert ">claimant</a>" in html


def test_an_ask_is_answered_with_a_word(get: Get) -> None:
    assert '<h2 id="answer">Yes</h2>' in ask(get, "ASK {}")
    assert '<h2 id="answer">No</h2>' in ask(get, "ASK { ?nobody ckg:claimant ckg:claimant }")


def test_a_long_answer_is_cut_and_says_so(get: Get) -> None:
    html = ask(get, "SELECT ?a WHERE { ?a ?b ?c . ?d ?e ?f }")
    assert html.count("<tr>") == ROWS_SHOWN + 1
    assert f"Only the first {ROWS_SHOWN} are shown" in words(html)


def test_an_empty_answer_says_so(get: Get) -> None:
    assert "Nothing in the graph fits" in words(ask(get, "SELECT * WHERE { ?x ckg:claimant 1 }"))


def test_a_broken_query_keeps_its_text_and_shows_the_place(get: Get) -> None:
    response = get(f"/query?{urlencode({'query': 'SELECT ?x WHERE { ?x }'})}")
    assert response.status_code == 400
    assert "SELECT ?x WHERE { ?x }</textarea>" in response.text
    assert "line 1, column" in words(response.text)
    assert "^</code></pre>" in response.text


def test_a_warning_is_shown_beside_the_answer(get: Get) -> None:
    told = words(ask(get, "SELECT * WHERE { ?s ckg:claiment ?o }"))
    assert "line 1, column 21: ckg:claiment is not a term" in told


def test_graphs_of_the_request_reach_answer_form_and_downloads(
    get: Get, client: FlaskClient
) -> None:
    graph = "https://w3id.org/conflict-kg/graph/consensus"
    html = ask(get, "SELECT * WHERE { ?s ?p ?o }", **{"default-graph-uri": graph})
    assert "1 row " in words(html)
    assert f'<input type="hidden" name="default-graph-uri" value="{graph}">' in html
    csv = html.partition(">CSV</a>")[0].rpartition('href="')[2].partition('"')[0]
    assert len(client.get(csv.replace("&amp;", "&")).text.splitlines()) == 2


def test_examples_lead_to_their_answers(get: Get) -> None:
    found = examples()
    html = get("/query").text
    assert len(found) > 5
    for example in found:
        assert f">{escape(example.summary)}</a>" in html, example.name
    link = html.partition('<ul class="plain">')[2].partition('href="')[2].partition('"')[0]
    response = get(unescape(link))
    assert response.status_code == 200
    assert "#+" not in response.text
