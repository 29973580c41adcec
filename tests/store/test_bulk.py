"""A bulk load makes the same generation as a commit, or none, whatever happens meanwhile."""

from __future__ import annotations

import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest
from tests.store.folders import digest, opened
from tests.store.homes import ALL, META, commit
from tests.store.toy import RULES, computed, curated, ex, imported, quad

import kg.store.bulklog
import kg.store.differing
import kg.store.reading
import kg.store.workers
from kg.errors import InputError, RefusedError, StoreError, TurtleError, UnsupportedMediaError
from kg.processes.opening import UNGATED
from kg.store.bulk import FOLLOWING, Load, load_in_bulk
from kg.store.bulklog import BulkLog
from kg.store.candidate import Setup
from kg.store.differing import differing
from kg.store.embedded import EmbeddedStore
from kg.store.folder import Folder, remove_tree
from kg.store.history import difference, state_at
from kg.store.interface import Patch, Receipt
from kg.store.live import UNNAMED
from kg.store.rebuild import rebuild
from kg.store.values import solutions
from kg.validation import Finding, Report, Severity

XSD = "http://www.w3.org/2001/XMLSchema#"
P = "<http://example.org/p>"
LINES = f"""\
<http://example.org/a> {P} <http://example.org/b> .
<http://example.org/a> {P} "01"^^<{XSD}integer> .
<http://example.org/a> {P} "1"^^<{XSD}integer> .
<http://example.org/a> {P} "2020-01-01T00:00:00+00:00"^^<{XSD}dateTime> .
<http://example.org/a> {P} "tab\\tline\\n\\"quoted\\" \\u00E9 \\u0000"@en-GB .
<http://example.org/a> {P} <http://example.org/b> .
<http://example.org/old> {P} <http://example.org/there> .
"""
"""Seven lines, of which five are different triples and one of these is in the store already."""


def judge(store: ox.Store) -> Report:
    """A toy verdict: `evil` is a violation, `odd` a warning."""
    kinds = {"evil": Severity.VIOLATION, "odd": Severity.WARNING}
    return Report.of(
        Finding(ex(name).value, f"{name} is there", kind, "toy")
        for name, kind in kinds.items()
        if any(True for _ in store.quads_for_pattern(ex(name), None, None, None))
    )


SETUP = Setup(RULES, judge=judge)


def file(place: Path, text: str, name: str = "data.nt") -> Path:
    path = place / name
    path.write_text(text, encoding="utf-8")
    return path


def load(home: Path, path: Path, graph: ox.NamedNode = curated, **meta: object) -> Receipt | None:
    asked = Load({path: graph}, replace(META, **meta), f"load/{path.name}")
    return load_in_bulk(Folder(home), SETUP, asked)


def everything(home: Path) -> set[ox.Quad]:
    """All quads of the newest snapshot but the mark, the unnamed union among them."""
    store = ox.Store.read_only(str(Folder(home).snapshot(opened(home).generation())))
    return {q for q in store if "mark" not in str(q.graph_name)}


@pytest.fixture
def filled(home: Path) -> Path:
    """A store with something in two graphs, and a fact that both have."""
    commit(opened(home), quad("old", "there"), quad("old", "there", imported))
    return home


def test_it_makes_what_a_commit_of_the_same_triples_makes(filled, tmp_path):
    other = tmp_path / "other"
    commit(opened(other), quad("old", "there"), quad("old", "there", imported))
    path = file(tmp_path, LINES)
    quads = [ox.Quad(*q.triple, curated) for q in ox.parse(path=str(path))]
    expected = opened(other).commit(Patch(tuple(quads)), META, commit_id="load/data.nt")
    received = load(filled, path)
    assert received == replace(expected, findings=())
    assert everything(filled) == everything(other)
    assert received.added == 4
    assert digest(filled) == received.digest == digest(other)
    assert set(opened(filled).patch(2).added) == set(opened(other).patch(2).added)


@pytest.fixture
def shared_out(monkeypatch) -> None:
    """Work goes to several processes, a line or two at a time."""
    monkeypatch.setattr(kg.store.reading, "PIECE_BYTES", 90)
    monkeypatch.setattr(kg.store.workers, "LITTLE_BYTES", 0)


def test_several_processes_read_what_one_does(filled, shared_out, tmp_path):
    """A triple that is read twice, or is known, is dealt to the same part by all of them."""
    assert load(filled, file(tmp_path, "\ufeff" + LINES)).added == 4
    assert load(filled, file(tmp_path, LINES * 3, "again.nt")) is None
    with pytest.raises(TurtleError, match=r"bad\.nt:9"):
        load(filled, file(tmp_path, "\n" + LINES + "<http://example.org/a> oops .\n", "bad.nt"))
    assert Folder(filled).bulks() == list((filled / "work").iterdir()) == []


def test_turtle_and_a_byte_order_mark_are_read(filled, tmp_path):
    text = "\ufeff@prefix e: <http://example.org/> . e:x e:p 1, true, 'y' ."
    assert load(filled, file(tmp_path, text, "data.ttl")).added == 3
    assert ox.Quad(ex("x"), ex("p"), ox.Literal(1), UNNAMED) in everything(filled)


def test_texts_that_look_like_what_is_not_read_are_read(filled, tmp_path):
    """Literals, of which each has the signs of something else in it."""
    texts = ("of _:b ", "<<( >> .", "en--ltr .", '"1"^^<x:y> .', "_:\u2028\x0c\x85\x7f")
    quads = [quad("looks", "x")] + [
        ox.Quad(ex("looks"), ex(name), literal, curated)
        for number, text in enumerate(texts)
        for name, literal in (
            (f"p{number}", ox.Literal(text, language="en")),
            (f"q{number}", ox.Literal(text, datatype=ox.NamedNode("x:y"))),
        )
    ]
    path = tmp_path / "looks.nt"
    ox.serialize([q.triple for q in quads], str(path), ox.RdfFormat.N_TRIPLES)
    assert load(filled, path).added == len(quads)
    assert set(quads) <= everything(filled)
    assert digest(filled) == opened(filled).log()[-1].digest


def test_the_same_again_is_nothing(filled, tmp_path):
    load(filled, file(tmp_path, LINES))
    assert load(filled, file(tmp_path, LINES)) is None
    assert opened(filled).generation() == 2


def test_what_follows_no_more_is_taken_out(filled, tmp_path):
    """A load may make consensus smaller: the size of it is another one afterwards."""
    load(filled, file(tmp_path, LINES), imported)
    store = ox.Store.read_only(str(Folder(filled).snapshot(2)))
    derived = [q for q in everything(filled) if q.subject == ex("consensus")]
    assert sorted(q.object.value for q in derived) == ["1", "1"]  # in its graph, and in the union
    assert set(computed(store)) <= everything(filled)


def test_later_commits_the_history_and_a_rebuild_go_on_from_it(filled, tmp_path):
    load(filled, file(tmp_path, LINES))
    commit(opened(filled), quad("later", "x"))
    before = everything(filled)
    assert rebuild(Folder(filled), SETUP) == 3
    assert everything(filled) == before
    assert digest(filled) == opened(filled).log()[-1].digest


@pytest.mark.parametrize("rules", [SETUP, UNGATED], ids=["toy", "ours"])
def test_a_commit_that_is_not_held_in_memory_is_made_again(filled, tmp_path, monkeypatch, rules):
    """The files of an interrupted load are not looked at: only the log and its patches."""
    path = file(tmp_path, LINES)
    load_in_bulk(Folder(filled), rules, Load({path: imported}, META, "load/much"))
    states = {2: everything(filled)}
    for name in ("a", "b"):
        commit(EmbeddedStore(filled, rules), quad(name, "x"))
        states[opened(filled).generation()] = everything(filled)
    monkeypatch.setattr(kg.store.bulklog, "STREAMED_BYTES", 10)
    for kept in Folder(filled).kept():
        if kept != 1:
            remove_tree(Folder(filled).snapshot(kept))
    for generation, state in states.items():
        with state_at(Folder(filled), rules, generation) as past:
            assert (
                set(past.snapshot().quads()) | {q for q in state if q.graph_name == UNNAMED}
                == state
            )
    assert rebuild(Folder(filled), rules) == 4
    assert everything(filled) == states[4]
    assert digest(filled) == opened(filled).log()[-1].digest
    patch = filled / "patches" / "2"
    patch.write_bytes(patch.read_bytes().replace(b"tab", b"bat"))
    with pytest.raises(StoreError, match=r"do not add up|damaged"):
        rebuild(Folder(filled), rules)


@pytest.mark.parametrize("run", [2, 1_000])
def test_a_difference_of_any_size_is_sorted_in_files(filled, tmp_path, monkeypatch, run):
    """It is the one that is made in memory, and the quads of a large commit are not held."""
    load(filled, file(tmp_path, LINES))
    commit(opened(filled), quad("later", "x"), removed=[quad("old", "there")])
    monkeypatch.setattr(kg.store.differing, "RUN", run)
    monkeypatch.setattr(kg.store.bulklog, "STREAMED_BYTES", 10)
    log = BulkLog(Folder(filled))
    assert [log.is_streamed(generation) for generation in (2, 3)] == [True, False]
    for number, ends in enumerate([(0, 2), (1, 3), (3, 1), (3, 3)]):
        place = tmp_path / str(number)
        place.mkdir()
        found, expected = differing(log, *ends, place), difference(log, *ends)
        for path, quads in ((found.come, expected.added), (found.gone, expected.removed)):
            assert path.read_text("utf-8") == "".join(f"{each} .\n" for each in quads)


def test_new_violations_are_refused_and_change_nothing(filled, tmp_path):
    before = everything(filled)
    bad = file(tmp_path, f"<http://example.org/evil> {P} <http://example.org/b> .\n")
    with pytest.raises(RefusedError) as refused:
        load(filled, bad)
    assert [f.focus_node for f in refused.value.report.results] == [ex("evil").value]
    assert everything(filled) == before
    assert Folder(filled).bulks() == list((filled / "work").iterdir()) == []
    assert load(filled, bad, validated=False).added == 1
    assert not opened(filled).log()[-1].validated
    odd = file(tmp_path, f"<http://example.org/odd> {P} <http://example.org/b> .\n", "odd.nt")
    assert [f.focus_node for f in load(filled, odd).findings] == [ex("odd").value]


@pytest.mark.parametrize(
    ("name", "text", "error", "words"),
    [
        ("bad.nt", LINES + "<http://example.org/a> oops .\n", TurtleError, r"bad\.nt:8"),
        ("blank.nt", f"_:b {P} <http://example.org/b> .\n", InputError, "a blank node is not read"),
        ("blank.ttl", "<x:y> <x:z> [] .\n", InputError, "a blank node is not read"),
        ("term.nt", f"<x:s> <x:p> <<( <x:s> {P} <x:o> )>> .\n", InputError, "a triple term"),
        ("ltr.nt", '<x:s> <x:p> "left"@en--ltr .\n', InputError, "a literal with a base direction"),
        ("quads.nq", "", UnsupportedMediaError, "N-Triples and Turtle, and not quads.nq"),
        ("gone.nt", "", InputError, "cannot be read: no such file"),
    ],
)
def test_what_cannot_be_read_changes_nothing(filled, tmp_path, name, text, error, words):
    path = file(tmp_path, text, name)
    if name == "gone.nt":
        path.unlink()
    with pytest.raises(error, match=words):
        load(filled, path)
    assert opened(filled).generation() == 1
    assert Folder(filled).bulks() == list((filled / "work").iterdir()) == []


STEPS = (FOLLOWING, "before the log", "after the log")


def die(home: str, path: str, step: str) -> None:
    """Load, and be killed at a step."""
    import os

    from kg.store import bulk, bulklog

    def end(*_: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def tell(now: str, done: int, of: int) -> None:
        if now == step:
            end()

    if step == "before the log":
        bulklog.BulkLog.append_bulk = end
    if step == "after the log":
        kept = bulklog.BulkLog.append_bulk
        bulklog.BulkLog.append_bulk = lambda *given: (kept(*given), end())
    asked = Load({Path(path): curated}, META, "load/killed", tell)
    bulk.load_in_bulk(Folder(Path(home)), SETUP, asked)


@pytest.mark.parametrize("step", STEPS)
def test_a_kill_leaves_the_old_generation_or_the_new_one(filled, tmp_path, step):
    path = file(tmp_path, LINES)
    before = everything(filled)
    code = f"from tests.store.test_bulk import die; die({str(filled)!r}, {str(path)!r}, {step!r})"
    assert subprocess.run([sys.executable, "-c", code]).returncode == -signal.SIGKILL
    if step == "after the log":
        assert opened(filled).generation() == 2
        assert len(solutions(opened(filled), ALL)) == 5
        with opened(filled).writing() as writer:
            assert writer.replayed == 0  # the directory was adopted
    else:
        assert everything(filled) == before
    commit(opened(filled), quad("next", "x"))
    assert Folder(filled).bulks() == list((filled / "work").iterdir()) == []
    assert digest(filled) == opened(filled).log()[-1].digest
