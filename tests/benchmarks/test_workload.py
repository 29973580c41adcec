"""The benchmark against others: its data is always the same, and its queries find something.

Answers of the servers themselves are compared in every run of `benchmarks/peers.py`.
"""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
TRIPLES = 10_000
EMPTY = {"31-graphs", "32-union-of-graphs"}
"""They ask named graphs, which this store does not have."""


@pytest.fixture(scope="module")
def module() -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(BENCHMARKS))
        yield importlib.import_module


@pytest.fixture(scope="module")
def world(module, tmp_path_factory: pytest.TempPathFactory) -> ox.Store:
    """What comes of the tables, as the default graph and as that of imports."""
    place = tmp_path_factory.mktemp("world")
    store = ox.Store()
    for release, table in module("world").write_releases(place, TRIPLES):
        asked = ["import", "ucdp", "ged", str(table), "--release", release, "--citation", "-"]
        code = "from kg.cli import main; main()"
        target = place / release
        command = [sys.executable, "-c", code, *asked, "--to", str(target)]
        subprocess.run(command, check=True, capture_output=True)
        for path in target.glob("part-*.nt"):
            store.bulk_load(path=str(path))
        store.bulk_load(path=str(target / "release.ttl"))
    return store


def test_the_tables_are_the_same_every_time(module, tmp_path):
    write = module("world").write_releases
    one, other = tmp_path / "1", tmp_path / "2"
    for place in (one, other):
        place.mkdir()
        write(place, TRIPLES)
    assert [p.read_bytes() for p in sorted(one.iterdir())] == [
        p.read_bytes() for p in sorted(other.iterdir())
    ]


def test_few_conflicts_have_most_events_and_releases_differ_about_some(module):
    rows = module("world").rows
    first = list(rows(2_000, second=False))
    second = {row["id"]: row for row in rows(2_000, second=True)}
    counts: dict[object, int] = {}
    for row in first:
        counts[row["conflict_new_id"]] = counts.get(row["conflict_new_id"], 0) + 1
    busiest = sorted(counts.values(), reverse=True)
    assert sum(busiest[: len(busiest) // 5]) > len(first) / 2
    differ = [r for r in first if r["id"] in second and second[r["id"]]["best"] != r["best"]]
    assert len(second) == 400
    assert 100 < len(differ) < 300


def test_every_template_is_answered_with_constants_of_the_data(module, world):
    workload = module("workload")
    templates = workload.templates()
    assert len(templates) >= 25
    sets = workload.constants(world, 3)
    empty = {
        template.name
        for template in templates
        if not any(found(world.query(template.with_constants(each))) for each in sets)
    }
    assert empty == EMPTY


def test_the_second_set_is_read_with_constants_of_the_data(module, world):
    workload = module("workload")
    templates = workload.templates(BENCHMARKS / "second")
    assert len(templates) >= 25
    [constants] = workload.constants(world, 1)
    for template in templates:
        text = template.with_constants(constants)
        assert "{{" not in text, template.name
        ox.Store().query(text)


def found(answer: object) -> bool:
    """Whether there is something in it; both answers to an ASK are something."""
    return isinstance(answer, ox.QueryBoolean) or any(True for _ in answer)


def answer(*rows: dict[str, tuple[str, str]]) -> bytes:
    xsd = "http://www.w3.org/2001/XMLSchema#"
    bindings = [
        {
            name: {"type": "literal", "value": value, "datatype": xsd + kind}
            for name, (value, kind) in row.items()
        }
        for row in rows
    ]
    return json.dumps({"results": {"bindings": bindings}}).encode()


def test_answers_are_equal_by_value_and_order_counts_where_it_is_asked_for(module):
    compared = module("peers").compared
    one, two = {"n": ("1", "integer")}, {"n": ("2.0", "decimal")}
    also_two = {"n": ("2", "integer")}
    assert compared(answer(one, two), "solutions") == compared(answer(also_two, one), "solutions")
    assert compared(answer(one, two), "sequence") != compared(answer(two, one), "sequence")
    assert compared(answer(one, one), "solutions") != compared(answer(one), "solutions")
    assert compared(answer(one), "number") == compared(answer(two), "number")
    turtle = b"<x:a> <x:b> <x:c> .\n", b"<x:a> <x:b> <x:d> .\n"
    assert compared(turtle[0], "graph") != compared(turtle[1], "graph")
