"""The programs that are shown beside an answer ask the server what the page has asked."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest
from tests.resilience.server import Server

RSCRIPT = ["Rscript", "-e"]

pytestmark = pytest.mark.browser

QUERY = """# A remark with "quotes", 'apostrophes' and a $variable
SELECT ?label WHERE {
  state:armenia rdfs:label ?label FILTER(LANG(?label) = 'en' && "a\\\\b" != '`ls`')
}"""


@pytest.fixture(scope="module")
def programs(server: Server) -> dict[str, str]:
    address = f"http://127.0.0.1:{server.port}/query/answer"
    with urlopen(address, urlencode({"query": QUERY}).encode()) as response:
        return dict(json.load(response)["snippets"])


@pytest.mark.parametrize(
    ("name", "interpreter"),
    [
        ("curl", ["bash", "-c"]),
        ("Python, SPARQLWrapper", [sys.executable, "-c"]),
        ("Python, rdflib", [sys.executable, "-c"]),
    ],
)
def test_a_program_runs_as_it_is_shown(
    programs: dict[str, str], name: str, interpreter: list[str]
) -> None:
    ran = subprocess.run([*interpreter, programs[name]], capture_output=True, text=True, check=True)
    assert "Armenia" in ran.stdout


def test_the_program_with_pandas_asks_the_same(programs: dict[str, str]) -> None:
    """Without pandas here, up to where it reads the table."""
    text = programs["Python, pandas"].replace("import pandas\n", "")
    reading = "pandas.read_csv(response, keep_default_na=False, na_values=[''])"
    text = text.replace(reading, "response.read().decode()")
    ran = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines()[:2] == ["label", "Armenia"]


def _has_httr() -> bool:
    if not shutil.which("Rscript"):
        return False
    asked = [*RSCRIPT, "quit(status = !requireNamespace('httr', quietly = TRUE))"]
    return subprocess.run(asked, check=False, capture_output=True).returncode == 0


@pytest.fixture
def r() -> list[str]:
    """How R runs a program, where it is there with httr (Debian's r-cran-httr)."""
    if not _has_httr():
        pytest.skip("there is no R with its package httr")
    return RSCRIPT


def test_the_program_in_r_shows_the_same(programs: dict[str, str], r: list[str]) -> None:
    ran = subprocess.run([*r, programs["R"]], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["label", "1", "Armenia"]


def test_the_program_in_r_says_what_is_wrong_with_a_query(
    programs: dict[str, str], r: list[str]
) -> None:
    text = programs["R"].replace("SELECT ?label", "SELECT ?label ?")
    ran = subprocess.run([*r, text], capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    assert '"status": 400' in ran.stderr
