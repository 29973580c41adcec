"""Whole graphs at `/data`: conditions, refusals, forms; a write is a commit like any other."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from tests.seeded import Seeded
from werkzeug.test import TestResponse

from kg.errors import StoreError
from kg.namespaces import CURATED, GRAPH
from kg.processes.opening import OURS, UNGATED
from kg.sparql.formats import GRAPHS
from kg.store.candidate import Setup
from kg.store.embedded import EmbeddedStore
from kg.store.interface import GraphChange, Upload
from kg.tokens import Scope, Tokens
from kg.web import create_app

TURTLE = "text/turtle"
A, B = (f'<http://example.org/{name}> <http://example.org/p> "1" .\n' for name in "ab")


class Place:
    """An application over a store of its own, and two tokens."""

    def __init__(self, path: Any, setup: Setup) -> None:
        self.store = EmbeddedStore(path, setup)
        tokens = Tokens(self.store.folder.tokens)
        _, self.token = tokens.create("writer", [Scope.WRITE])
        _, self.reader = tokens.create("reader", [Scope.READ])
        self.client: FlaskClient = create_app(self.store, tokens=tokens).test_client()

    def __call__(self, method: str, path: str, data: str = "", **headers: str) -> TestResponse:
        sent = {"Authorization": f"Bearer {self.token}"}
        sent |= {"Content-Type": TURTLE} if data else {}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.open(path, method=method, data=data.encode(), headers=sent)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return Place(tmp_path_factory.mktemp("graphs") / "store", UNGATED)


@pytest.fixture(scope="module")
def gated(tmp_path_factory: pytest.TempPathFactory, seeded: Seeded) -> Place:
    home = tmp_path_factory.mktemp("gated") / "store"
    seeded.copy_to(home)
    return Place(home, OURS)


@pytest.fixture
def name() -> str:
    """The name of a graph that no other test writes."""
    global _number
    _number += 1
    return f"g{_number}"


_number = 0


def test_a_graph_is_put_got_added_to_and_deleted(data: Place, name: str) -> None:
    path = f"/data/{name}"
    assert data("GET", path).status_code == 404
    assert data("PUT", path, A).status_code == 201
    assert data("PUT", path, B).status_code == 200
    assert data("POST", path, A).json["added"] == 1
    assert triples(data("GET", path)) == 2
    assert data("DELETE", path).json["removed"] == 2
    for method in ("GET", "HEAD", "DELETE"):
        assert data(method, path).status_code == 404


def test_a_graph_has_the_same_name_however_it_is_addressed(data: Place, name: str) -> None:
    data("PUT", f"/data/{name}", A)
    addresses = (GRAPH[name], f"http://localhost/data/{name}")
    for address in addresses:
        found = data.client.get("/data", query_string={"graph": address})
        assert triples(found) == 1


def test_relative_iris_are_resolved_against_the_name_of_the_graph(data: Place, name: str) -> None:
    data("PUT", f"/data/{name}", "<#x> <#y> <z> .")
    [quad] = ox.parse(data("GET", f"/data/{name}").data, format=ox.RdfFormat.TURTLE)
    names = [term.value for term in quad.triple]
    assert names == [f"{GRAPH[name]}#x", f"{GRAPH[name]}#y", str(GRAPH["z"])]


@pytest.mark.parametrize(
    "path",
    [
        "/data",
        "/data?default&graph=http://example.org/g",
        "/data?graph=http://example.org/g&graph=http://example.org/h",
        "/data/curated?default",
        "/data?graph=relative",
        "/data?graph=http://example.org/a%20b",
    ],
)
def test_an_address_that_does_not_name_one_graph_is_400(data: Place, path: str) -> None:
    assert data("GET", path).status_code == 400
    assert data("PUT", path, A).status_code == 400


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        ("<a> <b", TURTLE, 400),
        ("<http://x/g> { <http://x/a> <http://x/b> 1 }", "application/trig", 400),
        (A, "text/plain", 415),
        (A, "", 415),
        (A, "text/turtle; charset=latin-1", 415),
    ],
)
def test_what_cannot_be_read_is_refused_and_changes_nothing(
    data: Place, name: str, body: str, content_type: str, status: int
) -> None:
    before = data.store.generation()
    for method in ("PUT", "POST"):
        response = data(method, f"/data/{name}", body, Content_Type=content_type)
        assert response.status_code == status
    assert data.store.generation() == before


def test_a_body_in_gzip_is_415(data: Place, name: str) -> None:
    assert data("PUT", f"/data/{name}", A, Content_Encoding="gzip").status_code == 415


def test_a_body_that_is_too_long_is_413(data: Place, name: str) -> None:
    tokens = Tokens(data.store.folder.tokens)
    client = create_app(data.store, tokens=tokens, update_bytes=100).test_client()
    headers = {"Authorization": f"Bearer {data.token}", "Content-Type": TURTLE}
    assert client.put(f"/data/{name}", data=A * 10, headers=headers).status_code == 413


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_nobody_writes_without_a_token_that_allows_it(data: Place, name: str, method: str) -> None:
    before = data.store.generation()
    for authorization, status in (("", 401), ("Bearer x", 401), (f"Bearer {data.reader}", 403)):
        headers = {"Authorization": authorization} if authorization else {}
        response = data.client.open(
            f"/data/{name}", method=method, data=A, content_type=TURTLE, headers=headers
        )
        assert response.status_code == status
    assert data.store.generation() == before


@pytest.mark.parametrize("graph", ["?default", "/consensus", "/derived"])
@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_a_graph_that_follows_from_others_is_409(data: Place, graph: str, method: str) -> None:
    response = data(method, f"/data{graph}", A)
    assert response.status_code == 409
    assert response.json["hint"]


@pytest.mark.parametrize("graph", ["/ontology", "/shapes", "/other", ""])
def test_a_graph_that_is_none_of_data_is_409(gated: Place, graph: str) -> None:
    assert gated("POST", f"/data{graph}", A).status_code == 409
    assert gated.store.generation() == 1


def test_what_the_gate_refuses_is_422_with_the_violations(gated: Place) -> None:
    claim = "<https://w3id.org/conflict-kg/id/claim/x> a <https://w3id.org/conflict-kg/ns#Claim> ."
    response = gated("POST", "/data/curated", claim)
    assert response.status_code == 422
    assert response.json["violations"]
    assert gated.store.generation() == 1


def test_a_write_is_a_commit_like_any_other(data: Place, name: str) -> None:
    headers = {"X_KG_Message": "a reason", "Idempotency_Key": name}
    first = data("PUT", f"/data/{name}", A, **headers)
    again = data("PUT", f"/data/{name}", B, **headers)
    assert first.json["generation"] == again.json["generation"] == data.store.generation()
    assert (first.json["repeated"], again.json["repeated"]) == (False, True)
    assert first.headers["X-KG-Generation"] == str(data.store.generation())
    last = data.store.log()[-1]
    assert (last.author, last.message) == ("writer", "a reason")
    assert b"example.org/a" in data("GET", f"/data/{name}").data


def test_a_change_under_a_tag_happens_if_nothing_has_changed(data: Place, name: str) -> None:
    path = f"/data/{name}"
    data("PUT", path, A)
    tag = data("GET", path, Accept_Encoding="gzip").headers["ETag"]
    assert data("PUT", path, B, If_Match=tag).status_code == 200
    for method, body in (("PUT", A), ("POST", A), ("DELETE", "")):
        assert data(method, path, body, If_Match=tag).status_code == 412
    newest = data("GET", path).headers["ETag"]
    for other in ('"of somebody else"', f"W/{newest}", "unquoted", '"' + "9" * 5_000 + '-ttl"'):
        assert data("DELETE", path, If_Match=other).status_code == 412
    assert b"example.org/b" in data("GET", path).data


def test_a_change_may_ask_whether_the_graph_is_there(data: Place, name: str) -> None:
    path = f"/data/{name}"
    assert data("PUT", path, A, If_Match="*").status_code == 412
    assert data("PUT", path, A, If_None_Match="*").status_code == 201
    assert data("PUT", path, B, If_None_Match="*").status_code == 412
    assert data("PUT", path, B, If_Match="*").status_code == 200
    assert data("PUT", path, B, If_None_Match='"1-ttl"').status_code == 400


def test_a_graph_that_is_known_already_is_304_until_the_next_commit(data: Place, name: str) -> None:
    path = f"/data/{name}"
    data("PUT", path, A)
    tag = data("GET", path).headers["ETag"]
    known = data("GET", path, If_None_Match=tag)
    assert (known.status_code, known.headers["ETag"]) == (304, tag)
    assert data("GET", path, If_None_Match=tag, Accept="text/csv").status_code == 406
    assert data("GET", path, If_None_Match=tag, Accept="application/trig").status_code == 200
    data("POST", path, B)
    assert data("GET", path, If_None_Match=tag).status_code == 200


@pytest.mark.parametrize("form", GRAPHS, ids=lambda form: form.name)
def test_a_graph_can_be_had_in_each_form_and_sent_back(data: Place, name: str, form: Any) -> None:
    data("PUT", f"/data/{name}", A + B)
    found = data("GET", f"/data/{name}", Accept=form.media_type)
    assert found.mimetype == form.media_type
    assert found.headers["Vary"] == "Accept, Accept-Encoding"
    back = data("PUT", f"/data/{name}-back", found.text, Content_Type=form.media_type)
    assert (back.status_code, back.json["added"]) == (201, 2)


def test_the_default_graph_is_the_union(data: Place) -> None:
    data("PUT", "/data/curated", A)
    assert A.split()[0] in data("GET", "/data?default", Accept="application/n-triples").text


def test_head_has_the_headers_of_get_and_no_body(data: Place, name: str) -> None:
    data("PUT", f"/data/{name}", A)
    got, head = (data(method, f"/data/{name}") for method in ("GET", "HEAD"))
    assert (head.status_code, head.data) == (200, b"")
    for header in ("Content-Type", "Content-Length", "ETag"):
        assert head.headers[header] == got.headers[header]


@pytest.mark.parametrize("path", ["/data?default", "/data/curated"])
def test_other_methods_are_405_and_told_which_there_are(data: Place, path: str) -> None:
    methods = {"GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS"}
    refused = data("PATCH", path, A)
    assert refused.status_code == 405
    assert set(refused.headers["Allow"].split(", ")) == methods
    preflight = data("OPTIONS", path)
    assert set(preflight.headers["Access-Control-Allow-Methods"].split(", ")) == methods


def test_a_new_graph_gets_a_name(data: Place) -> None:
    made = data("POST", "/data", A)
    assert made.status_code == 201
    assert triples(data("GET", made.headers["Location"])) == 1


def form_of(*files: tuple[str, str]) -> dict[str, Any]:
    return {
        f"f{n}": (BytesIO(text.encode()), f"f{n}", kind) for n, (text, kind) in enumerate(files)
    }


def test_the_files_of_a_form_are_added_together(data: Place, name: str) -> None:
    form = form_of((A, TURTLE), (B, "application/n-triples"))
    headers = {"Authorization": f"Bearer {data.token}"}
    response = data.client.post(f"/data/{name}", data=form, headers=headers)
    assert (response.status_code, response.json["added"]) == (201, 2)


@pytest.mark.parametrize(
    ("form", "status"),
    [
        (form_of((A, TURTLE), ("<", TURTLE)), 400),
        (form_of((A, "image/png")), 415),
        ({"graph": "no file"}, 400),
    ],
)
def test_a_form_of_which_one_part_cannot_be_read_changes_nothing(
    data: Place, name: str, form: dict[str, Any], status: int
) -> None:
    before = data.store.generation()
    response = data.client.post(
        f"/data/{name}",
        data=form,
        headers={"Authorization": f"Bearer {data.token}"},
        content_type="multipart/form-data",
    )
    assert response.status_code == status
    assert data.store.generation() == before


class Handed(EmbeddedStore):
    """A store that keeps what it is handed, and fails."""

    changes: list[Any]

    def commit(self, change: Any, meta: Any, *, commit_id: str) -> Any:
        self.changes.append(change)
        raise StoreError("nothing is written here")


def test_what_is_sent_reaches_the_store_unread(data: Place, name: str) -> None:
    store = Handed(data.store.folder.path)
    store.changes = []
    client = create_app(store, tokens=Tokens(store.folder.tokens)).test_client()
    headers = {"Authorization": f"Bearer {data.token}", "Content-Type": TURTLE}
    response = client.put("/data/curated", data=b"<<<\xff", headers=headers)
    assert response.status_code == 503
    graph = ox.NamedNode(CURATED)
    assert store.changes == [GraphChange(graph, (Upload(b"<<<\xff", TURTLE),), replaces=True)]


def triples(response: TestResponse) -> int:
    assert response.status_code == 200
    return len(list(ox.parse(response.data, format=ox.RdfFormat.TURTLE)))
