"""What docs/server.md shows is what the server does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kg.sparql.deviations import DEVIATIONS
from kg.sparql.formats import FORMATS
from kg.web.errors import STATUSES

TEXT = (Path(__file__).parents[2] / "docs" / "server.md").read_text(encoding="utf-8")


def test_the_error_that_is_shown_is_the_one_that_is_sent(client: FlaskClient) -> None:
    shown = re.search(r"query=([^\n]+)'\n(1:35: .*?)```", TEXT, re.DOTALL)
    assert shown
    response = client.get(
        "/sparql", query_string={"query": shown[1]}, headers={"Accept": "text/plain"}
    )
    assert response.text == shown[2]


def test_every_format_is_named() -> None:
    row = next(line for line in TEXT.splitlines() if line.startswith("| `format`"))
    for formats in FORMATS.values():
        assert f"`{' '.join(f.name for f in formats)}`" in row


def test_every_difference_from_the_letter_is_told_here_and_by_the_service(
    client: FlaskClient,
) -> None:
    section = TEXT.partition("### Where answers differ")[2].partition("## ")[0]
    assert tuple(re.findall(r"^- (.*)$", section, re.MULTILINE)) == DEVIATIONS
    described = client.get("/sparql", headers={"Accept": "application/n-triples"}).text
    comments = re.findall(r'rdf-schema#comment> "([^"]*)"@en', described)
    assert set(DEVIATIONS) <= set(comments)


@pytest.mark.parametrize("path", re.findall(r"^\| `(/[^`{]*)`", TEXT, re.MULTILINE))
def test_every_address_that_is_named_answers(client: FlaskClient, path: str) -> None:
    response = client.get(path, headers={"Accept": "text/html"})
    if response.status_code == 405:  # it is there, for those who send something
        assert "POST" in response.headers["Allow"]
    else:
        assert response.status_code == 200


def test_every_status_that_errors_of_a_reader_have_is_explained() -> None:
    told = set(re.findall(r"^\| (\d+) \|", TEXT, re.MULTILINE))
    writing = {422, 500, 501}
    assert {str(status) for _, status in STATUSES if status not in writing} <= told
