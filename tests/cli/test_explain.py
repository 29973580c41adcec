"""`kg query --explain` says which side answers, in which steps, and what would be faster."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from tests.seeded import Seeded

from kg.cli import main

COUNT = """SELECT ?class (COUNT(?thing) AS ?n)
WHERE { ?thing a ?class OPTIONAL { ?thing rdfs:label ?label } } GROUP BY ?class ORDER BY ?class"""


@pytest.fixture
def explained(small_seeded: Seeded, tmp_path, monkeypatch):
    small_seeded.copy_to(tmp_path / "home")
    monkeypatch.setenv("KG_HOME", str(tmp_path / "home"))
    (tmp_path / "home" / "settings.toml").write_text("columnar_least = 0\ncolumnar_seconds = 60\n")
    return lambda *words: CliRunner().invoke(main, ["query", "--explain", *words])


def test_steps_of_the_copy_are_shown_with_their_rows(explained) -> None:
    result = explained("-q", COUNT)
    head, names, *lines = result.stdout.splitlines()
    assert "by the copy in columns in" in head
    assert names.split() == ["ms", "rows", "expected", "step"]
    assert any("scan ?thing rdf:type ?class" in line for line in lines)
    assert any(line.endswith("groups") for line in lines)
    assert any(line.startswith("Faster with: ") for line in lines)
    assert max(map(len, result.stdout.splitlines())) <= 80
    plain = CliRunner().invoke(main, ["query", "-f", "tsv", "-q", COUNT])
    assert f": {len(plain.stdout.splitlines()) - 1} solutions" in head


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("SELECT ?o { ?s rdfs:label* ?o }", "it has a path with * or ? from anywhere to anywhere."),
        (f"{COUNT.replace('?class ORDER BY ?class', '?class')} LIMIT 1", "ORDER BY with one more"),
        ("CONSTRUCT WHERE { ?s a ?o }", "it has CONSTRUCT WHERE."),
        ("SELECT ?o { person:vladimir-putin !rdfs:label ?o }", "it has a path with !."),
    ],
)
def test_what_the_engine_answers_is_told_with_the_reason(explained, query, reason) -> None:
    result = explained("-q", query)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "by the engine in" in result.stdout
    assert reason in result.stdout


def test_what_is_wrong_with_a_query_is_told_with_its_place(explained) -> None:
    result = explained("-q", "SELECT ?s { ?s ?p ")
    assert result.exit_code == 2
    assert result.stderr.startswith("error: -q:1:11: ")
    assert explained("--at", "1", "-q", "ASK {}").exit_code == 2
