"""The description of the addresses is that of the addresses there are."""

from __future__ import annotations

from flask import Flask
from tests.web.conftest import Get

from kg.web.openapi import description

PAGES = {
    *("/", "/query", "/shapes", "/openapi.json", "/context/v1.jsonld"),
    *("/robots.txt", "/sitemap.xml", "/conflicts", "/policy", "/ontology"),
}
"""What people and crawlers read, and the description itself."""


def test_every_address_is_described_and_no_other(shared_app: Flask) -> None:
    rules = {
        rule.rule.replace("<path:", "<").replace("<int:", "<").replace("<", "{").replace(">", "}")
        for rule in shared_app.url_map.iter_rules()
        if not rule.rule.startswith(("/static", "/sitemap-", "/.well-known/void.", "/ns"))
    }
    assert rules - PAGES == set(description("")["paths"]) - {"/ns"}


def test_it_is_served_for_the_address_that_was_asked(get: Get) -> None:
    found = get("/openapi.json").json
    assert found["servers"] == [{"url": "http://localhost"}]
    assert set(found["paths"]) == set(description("")["paths"])
