"""The page where a person accepts or rejects candidates for links."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from tests import pseudo
from tests.links.test_review import ROW, row
from tests.web.conftest import BROWSER

from kg.links.authorities import AUTHORITIES
from kg.links.sssom import read as read_links
from kg.resources import data_dir
from kg.store.embedded import EmbeddedStore
from kg.suggestions.review import suggest
from kg.suggestions.rows import Files, read
from kg.tokens import Scope, Tokens
from kg.web import create_app

OTHER = row("velma", 3, "Velma <b>")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedStore:
    return EmbeddedStore(tmp_path_factory.mktemp("empty-store"))


@pytest.fixture
def files(tmp_path: Path) -> Files:
    shutil.copy(data_dir() / "links" / "wikidata.sssom.tsv", tmp_path)
    files = Files(tmp_path, AUTHORITIES["wikidata"])
    suggest(files, [ROW, OTHER])
    return files


@pytest.fixture
def secrets(tmp_path: Path) -> dict[Scope, str]:
    tokens = Tokens(tmp_path / "tokens.json")
    return {scope: tokens.create(f"Ann {scope.value}", [scope])[1] for scope in Scope}


@pytest.fixture
def client(store: EmbeddedStore, files: Files, secrets: object, tmp_path: Path) -> FlaskClient:
    tokens = Tokens(tmp_path / "tokens.json")
    return create_app(store, tokens=tokens, links_folder=tmp_path).test_client()


def send(client: FlaskClient, token: str, **decisions: str) -> tuple[int, str]:
    form = {"token": token, **decisions}
    answer = client.post("/links/review", data=form, headers={"Accept": BROWSER})
    return answer.status_code, answer.text


def test_each_candidate_has_its_evidence_and_nothing_is_chosen(client: FlaskClient) -> None:
    page = client.get("/links/review").text
    assert page.count("coordinates: 0 km apart") == 2
    assert page.count("agrees") == 4
    assert page.count('value="later" checked') == page.count("checked") == 2
    assert "Velma &lt;b&gt;" in page
    assert ROW.object_id in page


def test_no_candidate_in_another_language_is_shown_in_english(
    store: EmbeddedStore, files: Files, secrets: object, tmp_path: Path
) -> None:
    tokens = Tokens(tmp_path / "tokens.json")
    spoken = pseudo.language()
    app = create_app(store, tokens=tokens, links_folder=tmp_path, site_language=spoken)
    assert pseudo.plain_words(app.test_client().get("/links/review").text) == []


def test_those_left_for_later_do_not_hide_the_others(client: FlaskClient, files: Files) -> None:
    suggest(files, [row(f"more-{n}", 10 + n) for n in range(10)])
    first = client.get("/links/review").text
    assert "1 to 10 of 12" in first
    assert 'start=10" rel="next"' in first
    last = client.get("/links/review?start=10").text
    assert "11 to 12 of 12" in last
    assert 'rel="next"' not in last


def test_what_is_decided_bears_the_name_of_the_token(
    client: FlaskClient, files: Files, secrets: dict[Scope, str]
) -> None:
    status, _ = send(client, secrets[Scope.REVIEW], **{ROW.key: "accept", OTHER.key: "reject"})
    assert status == 303
    linked, (rejected,) = read_links(files.links).rows[-1], read(files.rejected)
    assert (linked.object_id, linked.reviewer_label) == (ROW.object_id, "Ann review")
    assert (rejected.object_id, rejected.reviewer_label) == (OTHER.object_id, "Ann review")
    assert "None waits" in client.get("/links/review").text


@pytest.mark.parametrize(
    ("scope", "status"), [(Scope.WRITE, 403), (Scope.PROPOSE, 403), (None, 401)]
)
def test_nothing_is_decided_without_a_token_of_a_reviewer(
    scope: Scope | None,
    status: int,
    client: FlaskClient,
    files: Files,
    secrets: dict[Scope, str],
) -> None:
    token = secrets[scope] if scope else "kg_nonsense"
    found, page = send(client, token, **{ROW.key: "accept"})
    assert found == status
    assert f'name="{ROW.key}" value="accept" checked' in page  # the choice is not lost
    assert token not in page
    assert read(files.candidates) == [ROW, OTHER]


def test_a_cookie_or_an_address_lets_nobody_in(client: FlaskClient, files: Files) -> None:
    client.set_cookie("token", "anything")
    assert client.post("/links/review", data={ROW.key: "accept"}).status_code == 401
    assert read(files.candidates) == [ROW, OTHER]


def test_what_cannot_be_done_is_told_and_the_rest_is_done(
    client: FlaskClient, files: Files, secrets: dict[Scope, str]
) -> None:
    decisions = {"0" * 12: "accept", OTHER.key: "reject", ROW.key: "perhaps"}
    status, page = send(client, secrets[Scope.REVIEW], **decisions)
    assert status == 412
    assert "is not there any more" in page
    assert "1 is decided" in page
    assert read(files.candidates) == [ROW]


def test_a_server_that_is_no_checkout_shows_and_changes_nothing(
    store: EmbeddedStore, files: Files, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("kg.web.app.is_checkout", lambda: False)
    client = create_app(store).test_client()
    assert 'type="password"' not in client.get("/links/review").text
    assert client.post("/links/review", data={}).status_code == 501


def test_an_unknown_collection_is_not_found(client: FlaskClient) -> None:
    assert client.get("/links/review?authority=nowhere").status_code == 404
