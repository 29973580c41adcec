"""docs/graphs.md and docs/commands.md say what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kg.cli import COMMANDS
from kg.namespaces import (
    AUTHORED,
    CONSENSUS,
    CONTRIBUTIONS,
    DEFAULT_UNION,
    DERIVED,
    FETCHED,
    GRAPH,
    SHAPES,
)
from kg.sparql.advice import WHOSE
from kg.sparql.formats import GRAPHS, RESULTS

DOCS = Path(__file__).parents[2] / "docs"


def rows(name: str) -> list[list[str]]:
    lines = (DOCS / name).read_text(encoding="utf-8").splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if "|" in line]


def test_every_graph_is_in_the_table_with_its_place_in_the_union():
    table = {row[0]: row for row in rows("graphs.md") if row[0].startswith("`graph:")}
    known = {
        f"`graph:{name.removeprefix(GRAPH)}`": name
        for name in (*AUTHORED, CONSENSUS, DERIVED, SHAPES, CONTRIBUTIONS, *FETCHED)
    }
    assert table.keys() == known.keys()
    assert all((row[4] == "yes") == (known[name] in DEFAULT_UNION) for name, row in table.items())


def test_every_command_is_in_the_table():
    named = {match[1] for row in rows("commands.md") if (match := re.match(r"`kg (\w+)", row[0]))}
    assert named == set(COMMANDS)


def test_every_format_is_named():
    text = (DOCS / "commands.md").read_text(encoding="utf-8")
    for formats in (RESULTS, GRAPHS):
        assert " ".join(fmt.name for fmt in formats) in text


@pytest.mark.parametrize("name", sorted(WHOSE))
def test_what_keeps_the_warning_about_roles_away_is_named(name):
    assert f"`ckg:{name}`" in (DOCS / "commands.md").read_text(encoding="utf-8")
