"""Lists of thousands of claims come in pages, and none is lost between them."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from tests.web.conftest import BROWSER, commit
from tests.web.test_charts import page, told
from tests.web.test_maps import quads
from tests.web.test_pages import section, words

from kg.namespaces import CURATED, DERIVED
from kg.store.embedded import EmbeddedStore
from kg.web import create_app
from kg.web.paging import PAGE_SIZES

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
    assert "Previous 51–100 of 120 Next" in words(html)
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
    assert numbers(html, "made") == list(range(101, MANY + 1))


def test_a_page_behind_the_last_is_the_last(big: FlaskClient) -> None:
    assert numbers(page(big, "/doc/state/big?about=99999999999"), "about")[-1] == MANY


@pytest.mark.parametrize("asked", ["0", "-1", "x", "²", ""])
def test_what_is_no_number_of_a_page_is_refused(big: FlaskClient, asked: str) -> None:
    response = big.get("/doc/state/big", query_string={"about": asked}, headers={"Accept": BROWSER})
    assert response.status_code == 400
    assert "pages are counted from 1" in response.text
