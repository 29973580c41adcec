"""The scripts that come with the package."""

from __future__ import annotations

import gzip
import re
from importlib.resources import files

from flask.testing import FlaskClient

from kg.web.assets import FOLDER, manifest

BUILT = files("kg.web").joinpath("static", FOLDER)
FIRST_BYTES = 250_000
EVERYWHERE_BYTES = 20_000


def first_files(entry: str = "query.js") -> set[str]:
    """The script of a page, that of queries if none is named, and all that it imports at once."""
    waiting, found = [manifest()[entry]], set()
    while waiting:
        name = waiting.pop()
        found.add(name)
        text = BUILT.joinpath(name).read_text(encoding="utf-8")
        waiting += set(re.findall(r'(?:from|import)"\./([^"]+)"', text)) - found
    return found


def packed(entry: str) -> int:
    """How many bytes a page loads for a script, compressed."""
    return sum(len(gzip.compress(BUILT.joinpath(name).read_bytes())) for name in first_files(entry))


def test_the_first_script_is_small_enough() -> None:
    assert packed("query.js") <= FIRST_BYTES
    assert packed("search.js") <= EVERYWHERE_BYTES


def test_pictures_load_on_demand() -> None:
    names = {path.name.partition("-")[0] for path in BUILT.iterdir()}
    assert {"map", "timeline", "chart", "graph"} <= names
    assert {name.partition("-")[0] for name in first_files()} <= {"query", "chunk"}


def test_what_the_manifest_names_is_served(client: FlaskClient) -> None:
    for name in manifest().values():
        with client.get(f"/static/{FOLDER}/{name}") as response:
            assert response.status_code == 200, name


def test_other_pages_have_the_script_of_the_search_only(client: FlaskClient) -> None:
    for path in ("/", "/ns", "/doc/state/arvonia", "/links"):
        html = client.get(path, headers={"Accept": "text/html"}).text
        assert re.findall('<script type="module" src="([^"]+)"', html) == [
            f"/static/{FOLDER}/{manifest()['search.js']}"
        ]
