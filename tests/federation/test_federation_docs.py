"""What docs/federation.md shows is what is asked and answered."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from tests.federation.near import Far, replaced, solutions, store

from kg.federation.endpoints import endpoints
from kg.federation.trouble import trouble

TEXT = (Path(__file__).parents[2] / "docs" / "federation.md").read_text(encoding="utf-8")
QUERIES = re.findall(r"```sparql\n(.*?)```", TEXT, re.DOTALL)
WIKIDATA = "https://query.wikidata.org/sparql"


def test_the_settings_that_are_shown_allow_two_endpoints():
    shown = re.search(r"```toml\n(.*?)```", TEXT, re.DOTALL)
    assert shown
    found = endpoints(tomllib.loads(shown[1])["federation"]["endpoints"])
    assert [(each.name, each.private) for each in found] == [
        ("wikidata", False),
        ("10.1.2.3", True),
    ]


def test_wikidata_is_sent_the_terms_that_come_close_to_ours():
    theirs = "http://www.wikidata.org/entity/P50"
    match = "<http://www.w3.org/2004/02/skos/core#closeMatch>"
    here = store(f":a {match} <{theirs}> . :b {match} <http://elsewhere.example/> .")
    label = "<http://www.w3.org/2000/01/rdf-schema#label>"
    far = Far({WIKIDATA: store(f"<{theirs}> {label} 'author'@en, 'auteur'@fr .")})
    found, _ = replaced(QUERIES[0], here, far)
    assert f"VALUES (?theirs) {{ (<{theirs}>) }}" in far.asked[0]
    _, rows = solutions(here, found.text)
    assert list(rows) == [frozenset({("term", "<http://e/a>"), ("name", '"author"@en')})]


def test_the_error_that_is_shown_is_the_one_that_is_told():
    error = trouble(WIKIDATA, "did not answer in time: service_seconds is 30 s")
    assert f'"detail": "{error.message}"' in TEXT
