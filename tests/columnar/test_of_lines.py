"""A copy made of lines is, byte for byte, the one that is made of the engine's dump."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from pathlib import Path

import pyoxigraph as ox
import pytest
from tests.columnar.worlds import GRAPHS, filled, new_quad, quad
from tests.store.folders import opened
from tests.store.homes import META, commit
from tests.store.toy import curated
from tests.store.toy import quad as toy_quad

from kg.columnar.build import build, build_of_lines
from kg.columnar.keeping import Place, follow, keep_lines
from kg.columnar.layout import about_of
from kg.errors import StoreError
from kg.processes.opening import UNGATED
from kg.store.bulk import Load, load_in_bulk
from kg.store.folder import Folder
from kg.store.live import mark_of
from kg.store.view import View
from kg.store.written import GraphLines, Written


def written_to(path: Path, quads: Iterable[ox.Quad]) -> Path:
    """A file with the lines of some quads as a store has them."""
    store = ox.Store()
    store.extend(ox.Quad(*quad.triple) for quad in quads)
    store.dump(str(path), format=ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph())
    return path


def in_pieces(quads: Sequence[ox.Quad], gone: Sequence[ox.Quad], place: Path) -> GraphLines:
    """The lines of a graph in two files, with what is gone in the first one as well."""
    half = len(quads) // 2
    parts = [[*quads[:half], *gone], quads[half:]]
    come = [written_to(place.with_suffix(f".{n}"), part) for n, part in enumerate(parts)]
    return GraphLines(come, [written_to(place.with_suffix(".gone"), gone)] if gone else [])


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("union", [GRAPHS[:2], []])
def test_of_random_lines_of_which_some_are_gone(
    seed: int, union: list[ox.NamedNode], tmp_path: Path
) -> None:
    choose = random.Random(seed)
    store = filled(choose, 200)
    store.extend(new_quad(choose) for _ in range(50))
    view = View(1, store, union)
    graphs = {}
    for number, graph in enumerate([*view.graphs(), ox.NamedNode("http://example.org/empty")]):
        there = list(store.quads_for_pattern(None, None, None, graph))
        others = [some(choose) for some in (quad, new_quad) for _ in range(number * 4)]
        gone = [each for each in others if ox.Quad(*each.triple, graph) not in store]
        graphs[graph] = in_pieces(there, gone, tmp_path / f"g{number}")
    unnamed = list(store.quads_for_pattern(None, None, None, ox.DefaultGraph()))
    rest = GraphLines() if union else in_pieces(unnamed, [], tmp_path / "unnamed")
    for name in ("lines", "dump"):
        (tmp_path / name).mkdir()
    build_of_lines(Written(1, mark_of(store), view.union, graphs, rest), tmp_path / "lines")
    build(view, tmp_path / "dump")
    assert about_of(tmp_path / "lines") == about_of(tmp_path / "dump")


XSD = "http://www.w3.org/2001/XMLSchema#"
ID = "https://w3id.org/conflict-kg/id"
NS = "https://w3id.org/conflict-kg/ns#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
LINES = f"""\
<{ID}/claim/x1> <{RDF}type> <{NS}Claim> .
<{ID}/claim/x1> <{NS}about> <{ID}/person/x9> .
<{ID}/claim/x1> <{NS}asserts> <{ID}/proposition/x1> .
<{ID}/claim/x1> <{NS}claimant> <{ID}/person/x8> .
<{ID}/proposition/x1> <{RDF}type> <{NS}Statement> .
<{ID}/proposition/x1> <{RDF}subject> <{ID}/person/x9> .
<{ID}/proposition/x1> <{RDF}predicate> <{NS}population> .
<{ID}/proposition/x1> <{RDF}object> "01"^^<{XSD}integer> .
<{ID}/person/x9> <{NS}count> "1"^^<{XSD}integer>, "+1.50"^^<{XSD}decimal> .
<{ID}/person/x9> <{NS}at> "2020-01-01T00:00:00+00:00"^^<{XSD}dateTime> .
<{ID}/person/x9> <{NS}name> "tab\\tline\\n\\"quoted\\" \\u00E9 \\u0000"@en-GB .
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A store with a commit."""
    path = tmp_path / "home"
    commit(opened(path), toy_quad("old", "there"))
    return path


def loaded(home: Path, text: str, copies: Path) -> None:
    """Load some Turtle in bulk and copy the lines of all there is then."""
    path = home.with_suffix(".ttl")
    path.write_text(text, encoding="utf-8")

    def then(written: Written) -> None:
        assert opened(home).generation() == written.generation  # queries see it meanwhile
        keep_lines(written, copies)

    asked = Load({path: curated}, META, f"load/{len(text)}", then=then)
    assert load_in_bulk(Folder(home), UNGATED, asked) is not None


def test_of_what_a_bulk_load_wrote_and_of_what_was_there_before(home: Path, tmp_path: Path) -> None:
    copies = tmp_path / "columns"
    for text in (LINES, LINES.replace("x1", "x2").replace("01", "7")):
        loaded(home, text, copies)
    store = ox.Store.read_only(str(Folder(home).snapshot(3)))
    view = View(3, store, UNGATED.union)
    (tmp_path / "dump").mkdir()
    build(view, tmp_path / "dump")
    assert about_of(copies / "3") == about_of(tmp_path / "dump")
    assert follow(Place(copies, tmp_path / "changes", 1_000_000), mark_of(store)) == 0
    assert [path.name for path in copies.iterdir()] == ["3"]


def test_too_much_is_refused_and_leaves_nothing(home: Path, tmp_path: Path) -> None:
    written = Written(1, mark_of(ox.Store()), frozenset(), {}, in_pieces([], [], tmp_path / "none"))
    keep_lines(written, tmp_path / "columns", 0)
    lines = in_pieces([quad(random.Random(1))], [], tmp_path / "one")
    some = Written(2, written.mark, frozenset(), {GRAPHS[0]: lines}, GraphLines())
    with pytest.raises(StoreError, match="more than 0 triples"):
        keep_lines(some, tmp_path / "columns", 0)
    assert [path.name for path in (tmp_path / "columns").iterdir()] == ["1"]


def test_what_is_too_much_by_its_lines_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose = random.Random(2)
    lines = in_pieces([quad(choose) for _ in range(9)], [], tmp_path / "nine")
    written = Written(1, mark_of(ox.Store()), frozenset(), {GRAPHS[0]: lines}, GraphLines())
    monkeypatch.setattr("kg.columnar.build.read", None)
    with pytest.raises(StoreError, match="more than 4 triples"):
        keep_lines(written, tmp_path / "columns", 4)
