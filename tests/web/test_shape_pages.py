"""Pages of shapes and classes, and the templates."""

from __future__ import annotations

from io import BytesIO

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from tests.web.conftest import Get

from kg.namespaces import CKG
from kg.profiles import packaged
from kg.profiles.reading import TableReader


@pytest.mark.parametrize("name", sorted(packaged().shapes_by_name))
def test_each_shape_has_a_page_with_all_its_messages(get: Get, name: str) -> None:
    shape, response = packaged().shapes_by_name[name], get(f"/shapes/{name}")
    assert response.status_code == 200
    for each in shape.properties:
        assert f'id="{each.name}"' in response.text
        assert each.message in response.text.replace("&#39;", "'")


@pytest.mark.parametrize("name", sorted(packaged().by_name))
def test_each_class_has_a_table_with_all_its_properties(get: Get, name: str) -> None:
    html = get(f"/classes/{name}").text
    assert [
        p.name for p in packaged().by_name[name].own if f"<code>{p.name}</code>" not in html
    ] == []


def test_the_iri_of_a_shape_leads_to_it_as_a_page_and_as_rdf(get: Get) -> None:
    assert 'id="ClaimShape"' in get("/ns").text
    assert 'id="ClaimShape-label"' in get("/ns").text
    found = get("/shapes/ClaimShape", "text/turtle")
    assert found.mimetype == "text/turtle"
    subjects = {quad.subject.value for quad in ox.parse(found.data, format=ox.RdfFormat.TURTLE)}
    assert {str(CKG["ClaimShape"]), str(CKG["ClaimShape-label"])} <= subjects
    assert get("/shapes/ClaimShape.nt").mimetype == "application/n-triples"
    assert f'<{CKG["ClaimShape"]}>; rel="describes"' in found.headers["Link"]


def test_the_shape_of_a_property_is_found_on_the_page_of_its_node_shape(get: Get) -> None:
    response = get("/shapes/ClaimShape-label")
    assert response.status_code == 303
    assert response.headers["Location"].endswith("/shapes/ClaimShape#ClaimShape-label")


@pytest.mark.parametrize(
    "path",
    ["/shapes/NoShape", "/classes/Nothing", "/templates/actor.csv", "/templates/no.schema.json"],
)
def test_what_is_not_there_is_404(get: Get, path: str) -> None:
    assert get(path).status_code == 404


@pytest.mark.parametrize("name", sorted(packaged().templates))
def test_each_template_is_served_as_a_table_that_can_be_read_and_as_a_schema(
    client: FlaskClient, name: str
) -> None:
    table = client.get(f"/templates/{name}.csv")
    assert table.mimetype == "text/csv"
    assert table.data.startswith(b"\xef\xbb\xbf" + name.encode())
    assert list(TableReader(BytesIO(table.data), packaged()).triples())
    schema = client.get(f"/templates/{name}.schema.json")
    assert schema.mimetype == "application/schema+json"
    assert schema.get_json(force=True)["$id"].endswith(f"/templates/{name}.schema.json")
