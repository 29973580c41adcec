"""What would come of a contribution is told before anybody proposes it, and nothing is kept."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from tests.contributions.speakers import PREFIXES, Http, person

BROWSER = {"Accept": "text/html"}
BROKEN = f"{PREFIXES}person:zz-broken a ckg:Person rdfs:label 1 .\n"
GERMAN = f'{PREFIXES}person:zz-german a ckg:Person ; rdfs:label "Zz"@de .\n'


@pytest.fixture(scope="module")
def http(served_home: Path) -> Http:
    return Http(served_home)


def preview(http: Http, added: object, **more: object) -> str:
    data = {"added": added, "format": "text/turtle", **more}
    answer = http.client.post("/contribute/preview", data=data, headers=BROWSER)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_a_preview_tells_what_triples_mean_and_keeps_nothing(http: Http) -> None:
    before = http.store.generation()
    page = preview(http, person("preview"), title="A <b>title", reason="a reason")
    assert "Adds 1 person" in page
    assert "Nothing changes in what is uncontested." in page
    assert 'value="A &lt;b&gt;title"' in page
    assert "person:zz-preview a ckg:Person" in page.partition("<textarea")[2]
    assert http.store.generation() == before


def test_what_cannot_be_read_or_does_not_conform_is_told_with_its_place(http: Http) -> None:
    page = preview(http, BROKEN)
    assert "This cannot be read yet." in page
    assert "line 5, column" in page
    page = preview(http, GERMAN)
    assert "This does not conform yet." in page
    assert "line 5, column" in page


def test_the_text_of_a_file_is_in_the_form_afterwards(http: Http) -> None:
    page = preview(http, (BytesIO(person("file").encode()), "a.ttl"))
    assert "person:zz-file a ckg:Person" in page.partition("<textarea")[2]


def test_there_is_nothing_to_look_at_in_an_empty_form(http: Http) -> None:
    answer = http.client.post("/contribute/preview", data={"added": " "}, headers=BROWSER)
    assert answer.status_code == 400
    assert "write or choose some triples" in answer.text
