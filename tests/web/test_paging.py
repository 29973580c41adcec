"""Lists of thousands of claims come in pages, and none is lost between them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import unquote_plus

import pytest
from flask.testing import FlaskClient
from tests.seeded import Seeded
from tests.web.conftest import BROWSER, commit
from tests.web.test_charts import page, told
from tests.web.test_maps import quads
from tests.web.test_pages import section, words

from kg.namespaces import CURATED, DERIVED
from kg.publication.counts import Counts
from kg.store.embedded import EmbeddedStore
from kg.web import create_app
from kg.web.counted import Counted
from kg.web.paging import PAGE_SIZES, PageSizes

SIZE = PAGE_SIZES.entries
MANY = 2 * SIZE + 20
WRITTEN = "".join(
    told(f"herald-{n}-1", "document:herald", "state:big", "ckg:near", f"place:p{n}", "certain")
    + f' claim:herald-{n}-1 rdfs:label "claim number {n}"@en .'
    for n in range(1, MANY + 1)
)
ABOUT = "".join(
    f"claim:herald-{n}-1 ckg:about state:big . "
    + (f"claim:herald-{n}-1 ckg:contradicts claim:herald-{n + 1}-1 . " if n % 2 else "")
    for n in range(1, MANY + 1)
)
DATA = f"""
GRAPH <{CURATED}> {{
  state:big a ckg:State ; rdfs:label "Big"@en .
  document:herald a ckg:Document ; rdfs:label "The Herald"@en .
  claim:herald-1-1 ckg:compatibleWith claim:herald-2-1 .
  {WRITTEN}
}}
GRAPH <{DERIVED}> {{ {ABOUT} }}
"""


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    store = EmbeddedStore(tmp_path_factory.mktemp("big"))
    commit(store, *quads(DATA))
    return create_app(store).test_client()


def numbers(html: str, heading: str) -> list[int]:
    return [int(n) for n in re.findall(r"claim number (\d+)", section(html, heading))]


def test_all_pages_together_have_each_claim_once_in_the_order_of_the_sentences(
    big: FlaskClient,
) -> None:
    pages = [numbers(page(big, f"/doc/state/big?about={n}"), "about") for n in (1, 2, 3)]
    assert [len(each) for each in pages] == [SIZE, SIZE, 20]
    assert [n for each in pages for n in each] == list(range(1, MANY + 1))


def test_a_page_says_where_it_is_and_leads_on_without_moving_the_other_lists(
    big: FlaskClient,
) -> None:
    html = page(big, "/doc/state/big?about=2&disputed=2")
    assert f"Previous {SIZE + 1}–{2 * SIZE} of {MANY} Next" in words(html)
    assert "/doc/state/big?about=3&amp;disputed=2#about" in html


def test_opposed_claims_are_paged_in_pairs_without_those_that_were_dismissed(
    big: FlaskClient,
) -> None:
    first = numbers(page(big, "/doc/state/big"), "disputed")
    second = numbers(page(big, "/doc/state/big?disputed=2"), "disputed")
    assert first + second == list(range(3, MANY + 1))
    assert len(first) == 2 * SIZE


def test_claims_of_a_document_in_its_own_voice_are_paged(big: FlaskClient) -> None:
    html = page(big, "/doc/document/herald?made=3")
    assert numbers(html, "made") == list(range(2 * SIZE + 1, MANY + 1))


def test_a_page_behind_the_last_is_the_last(big: FlaskClient) -> None:
    assert numbers(page(big, "/doc/state/big?about=99999999999"), "about")[-1] == MANY


@pytest.mark.parametrize("asked", ["0", "-1", "x", "²", ""])
def test_what_is_no_number_of_a_page_is_refused(big: FlaskClient, asked: str) -> None:
    response = big.get("/doc/state/big", query_string={"about": asked}, headers={"Accept": BROWSER})
    assert response.status_code == 400
    assert "pages are counted from 1" in response.text


SPOKEN = "".join(
    f"claim:herald-{n}-1 ckg:madeIn statement:speech ; ckg:evidence passage:long ."
    f' sentence:herald-{n} a ckg:Sentence ; ckg:number {n} ; rdfs:label "sentence {n}"@en ;'
    " ckg:inDocument document:herald ."
    for n in range(1, MANY + 1)
)
WARS = "".join(
    f'conflict:war-{n:03} a ckg:Conflict ; rdfs:label "War {n:03}"@en .' for n in range(1, MANY + 1)
)
MORE = f"""
GRAPH <{CURATED}> {{
  statement:speech a ckg:Statement ; rdfs:label "the speech"@en .
  certainty:certain a skos:Concept ; skos:prefLabel "certain"@en .
  passage:long a ckg:Passage ; oa:hasSource document:herald .
  {SPOKEN} {WARS}
}}
"""


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedStore:
    store = EmbeddedStore(tmp_path_factory.mktemp("long"))
    commit(store, *quads(DATA), *quads(MORE))
    return store


@pytest.fixture(scope="module")
def longer(long: EmbeddedStore) -> FlaskClient:
    return create_app(long).test_client()


@pytest.fixture(scope="module")
def sparing(long: EmbeddedStore) -> FlaskClient:
    """A site that sorts and draws little."""
    sizes = PageSizes(entries=20, sorted_entries=30, rows=10, neighbours=5)
    return create_app(long, pages=sizes).test_client()


@pytest.mark.parametrize(
    ("path", "name", "words_of_one"),
    [
        ("/doc/statement/speech", "claims", "claim number"),
        ("/doc/passage/long", "claims", "claim number"),
        ("/vocab/certainty/certain", "uses", "claim number"),
        ("/conflicts", "conflicts", "War"),
        ("/doc/document/herald", "sentences", "/doc/sentence/herald-"),
    ],
)
def test_every_long_list_comes_in_pages_and_can_be_asked_as_a_query(
    longer: FlaskClient, path: str, name: str, words_of_one: str
) -> None:
    pages = [page(longer, f"{path}?{name}={n}") for n in (1, 2, 3)]
    lists = [html.rpartition(f'id="{name}"')[2].partition("</section>")[0] for html in pages]
    found = [re.findall(rf"{words_of_one} ?(\d+)(?:</a>|\")", html) for html in lists]
    each = [number for numbers_ in found for number in dict.fromkeys(numbers_)]
    assert len(each) == len(set(each)) == MANY
    assert all('class="as-query"' in html for html in pages)


def test_what_stands_against_the_claims_of_a_statement_is_there_as_a_query(
    longer: FlaskClient, long: EmbeddedStore
) -> None:
    part = page(longer, "/doc/statement/speech").partition('id="disputed"')[2]
    link = re.search(r'class="as-query" href="[^"]*?query=([^"&]+)"', part)
    assert link is not None
    found = b"".join(long.query(unquote_plus(link[1]), accept="application/sparql-results+json"))
    rows = json.loads(found)["results"]["bindings"]
    pairs = {frozenset((row["claim"]["value"], row["other"]["value"])) for row in rows}
    assert len(pairs) == (MANY - 2) // 2


def test_of_very_many_entries_no_more_are_asked_for_than_are_shown(sparing: FlaskClient) -> None:
    pages = [page(sparing, f"/doc/state/big?about={n}") for n in range(1, MANY // 20 + 1)]
    found = [numbers(html, "about") for html in pages]
    assert [len(each) for each in found] == [20] * (MANY // 20)
    assert {n for each in found for n in each} == set(range(1, MANY + 1))
    assert "1–20 of more than 30 Next" in words(pages[0])
    assert f"Previous {MANY - 19}–{MANY} of {MANY}" in words(pages[-1])
    behind = MANY // 20 + 1
    assert numbers(page(sparing, f"/doc/state/big?about={behind}"), "about") == found[0]


def test_a_page_says_what_it_did_not_look_at_and_links_the_query(sparing: FlaskClient) -> None:
    html = page(sparing, "/doc/state/big")
    assert "only the first were looked at" in section(html, "disputed")
    assert html.count('<path class="claimed"') == 5
    neighbours = section(html, "neighbours")
    assert "There are more than these" in neighbours
    assert "As a query" in words(neighbours)


def test_lists_of_very_many_say_what_was_counted_where_it_was_counted(long: EmbeddedStore) -> None:
    about = {"https://w3id.org/conflict-kg/id/state/big": 1234}
    counted = Counts(long.generation(), claims={"about": about})
    client = create_app(long, pages=PageSizes(sorted_entries=60), counted=_counted(counted))
    html = page(client.test_client(), "/doc/state/big")
    assert f"1–{SIZE} of 1,234 Next" in words(html)


def test_pages_go_without_what_is_not_counted_yet(long: EmbeddedStore) -> None:
    client = create_app(long, counted=_counted(None)).test_client()
    assert "uncontested triples" not in page(client, "/")
    assert "War 001 none uncontested – – –" in words(page(client, "/conflicts"))
    assert f"1–{SIZE} of {MANY}" in words(page(client, "/doc/state/big"))
    assert "has not been counted yet" in page(client, "/ontology")
    assert "has not been counted yet" in page(client, "/graph/curated")
    assert client.get("/graph/no-such-graph").status_code == 404


def test_machines_are_told_nothing_instead_of_wrong_counts(long: EmbeddedStore) -> None:
    client = create_app(long, counted=_counted(None)).test_client()
    for address in ("/.well-known/void", "/graph/curated.ttl"):
        told = client.get(address).get_data(as_text=True)
        assert "void:Dataset" in told, address
        assert "void:triples" not in told, address


def test_terms_can_be_completed_before_anything_is_counted(
    small_seeded: Seeded, tmp_path: Path
) -> None:
    small_seeded.copy_to(tmp_path / "home")
    store = EmbeddedStore(tmp_path / "home")
    client = create_app(store, counted=_counted(None)).test_client()
    assert "has not been counted yet" in page(client, "/ontology/Claim")
    schema = client.get("/query/schema.json").get_json()
    assert {"ckg:Claim", "ckg:Event"} <= {each["name"] for each in schema["classes"]}
    assert "ckg:claimant" in {each["name"] for each in schema["properties"]}


def _counted(counts: Counts | None) -> Counted:
    return Counted(lambda: counts, lambda: None, lambda: None)
