"""A real server copies its data into columns, follows commits, and answers from the copies."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import time
from contextlib import closing, suppress
from pathlib import Path

import pyoxigraph as ox
import pytest
from tests.mapped import resident
from tests.processes.running import running
from tests.resilience.server import Server, wait_until

from kg.columnar.copied import Copied
from kg.columnar.explain import Explanation, read_explanation
from kg.columnar.layout import about_of
from kg.errors import LimitError, StoreError
from kg.processes.copied_store import CopiedStore
from kg.processes.copying import Copying
from kg.processes.settings import Settings
from kg.processes.watch import Watch
from kg.store.answers import EXPLANATION
from kg.store.folder import Folder
from kg.store.interface import Limits
from kg.store.served import ServedStore

JSON = "application/sparql-results+json"
COUNT = "SELECT ?o (COUNT(?s) AS ?n) { ?s <http://e/p> ?o } GROUP BY ?o ORDER BY ?o"
SETTINGS = """
    columnar_triples=1000 columnar_least=0 columnar_rest_seconds=0.1 columnar_seconds=30
    columnar_changes=8
""".split()
LONG = f"""
    SELECT ?s (COUNT(*) AS ?n) {{
      ?s <http://e/p> 1 {" ".join(f"VALUES ?v{n} {{ 1 2 3 4 5 6 7 8 9 }}" for n in range(6))}
    }} GROUP BY ?s"""
PATH = "SELECT ?o { <http://e/1> <http://e/q>* ?o }"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    home = tmp_path_factory.mktemp("copying") / "home"
    with running(home, *SETTINGS) as server:
        yield server


def committed(server: Server, number: int) -> int:
    """Commit some triples; returns the generation, once it is copied."""
    rows = " ".join(f"<http://e/{number}> <http://e/p> {value} ." for value in (1, 2, 3))
    with closing(server.client()) as client:
        answer = client.update(f"INSERT DATA {{ {rows} }}", key=f"n{number}")
    generation = int(answer.json()["generation"])
    about = server.home / "artefacts" / "columns" / str(generation) / "about.json"
    wait_until(about.exists, 60, "no copy was made")
    return generation


def based_on(server: Server, generation: int) -> str | None:
    """The copy that the one of a generation has changes of; None where it is whole itself."""
    base = about_of(server.home / "artefacts" / "columns" / str(generation)).get("base")
    return None if base is None else str(base)


def asked(server: Server, query: str, generation: int) -> tuple[str, bytes]:
    stream = ServedStore(server.home).query(query, accept=JSON, at_least=generation)
    return stream.answered_by, b"".join(stream)


def test_a_copy_follows_each_commit_and_answers_what_it_can(server: Server) -> None:
    for number in (1, 2):
        generation = committed(server, number)
        by, found = asked(server, COUNT, generation)
        assert by == "columns"
        assert found.count(f'"value":"{number}","datatype"'.encode()) >= 3
        assert asked(server, PATH, generation)[0] == "oxigraph"
    assert based_on(server, generation) == "1"


def test_a_copy_with_many_changes_is_made_of_itself_anew_and_older_ones_go(server: Server) -> None:
    for number in (3, 4):
        committed(server, number)

    def is_made_of_itself() -> bool:
        try:
            return based_on(server, 4) is None
        except StoreError:  # while one takes the place of another none is there
            return False

    wait_until(is_made_of_itself, 120, "the copy was not made anew")
    assert asked(server, COUNT, committed(server, 5))[0] == "columns"
    folder = server.home / "artefacts" / "columns"
    wait_until(lambda: {path.name for path in folder.iterdir()} == {"4", "5"}, 60, "others stay")
    assert based_on(server, 5) == "4"


def test_a_worker_explains_under_the_limits_of_the_query(server: Server) -> None:
    generation = committed(server, 5)
    store = ServedStore(server.home)

    def told(query: str, limits: Limits | None = None) -> Explanation:
        found = store.query(query, accept=EXPLANATION, at_least=generation, limits=limits)
        return read_explanation(found)

    by_copy, by_engine = told(COUNT), told(PATH)
    assert (by_copy.answered_by, by_copy.generation) == ("columns", generation)
    assert by_copy.rows == 3
    assert by_copy.steps[0].operator == "scan ?s <http://e/p> ?o"
    assert (by_engine.answered_by, by_engine.steps) == ("oxigraph", ())
    assert "path" in by_engine.reason
    with pytest.raises(LimitError, match="longer than 2 rows"):
        told(COUNT, Limits(result_rows=2))


def test_a_worker_lets_go_of_what_it_has_read_of_the_copy(server: Server) -> None:
    generation = committed(server, 5)
    folder = server.home / "artefacts" / "columns"
    expected = asked(server, LONG, generation)

    def in_memory() -> dict[int, int]:
        found = {}
        for pid in server.pids("query"):
            with suppress(FileNotFoundError, ProcessLookupError):  # it has ended since
                found[pid] = resident(folder, pid)
        return found

    def has_let_go() -> bool:
        asked(server, COUNT, generation)
        before = in_memory()
        asked(server, LONG, generation)
        time.sleep(0.1)  # it does so once the answer has left
        after = in_memory()
        return any(after.get(pid, size) < size for pid, size in before.items())

    wait_until(has_let_go, 60, "what was read stays in its memory")
    assert asked(server, LONG, generation) == expected
    assert expected[0] == "columns"


def test_a_damaged_copy_is_not_asked_and_the_next_one_is(server: Server) -> None:
    generation = committed(server, 6)
    expected = asked(server, COUNT, generation)[1]
    path = server.home / "artefacts" / "columns" / str(generation) / "heap.npy"
    path.write_bytes(b"")
    for pid in server.pids("query"):  # those that have it open have what was there
        os.kill(pid, signal.SIGKILL)

    def answered_by_the_engine() -> bool:
        try:
            return asked(server, COUNT, generation) == ("oxigraph", expected)
        except StoreError:  # it was given to some that had just been killed
            return False

    wait_until(answered_by_the_engine, 60, "the engine does not answer")
    newer = committed(server, 7)
    by_copy = "the next copy is not asked"  # while one takes the place of another none is there
    wait_until(lambda: asked(server, COUNT, newer)[0] == "columns", 60, by_copy)


def test_who_reads_all_of_a_generation_reads_its_copy(server: Server) -> None:
    with closing(server.client()) as client:
        update = 'INSERT DATA { GRAPH <http://e/g> { <http://e/s> <http://e/p> 1, "2"@en } }'
        generation = int(client.update(update, key="named").json()["generation"])
    asked(server, COUNT, generation)
    snapshot = CopiedStore(server.home).snapshot()
    assert isinstance(snapshot, Copied)
    assert snapshot.generation == generation
    graph = ox.NamedNode("http://e/g")
    assert set(snapshot.quads()) == set(ServedStore(server.home).snapshot().quads(graph))
    assert len(list(snapshot.quads())) == 2


class Reached(Exception):
    """A process was to be started."""


class Starts:
    """What starts no process, and says that it was to."""

    async def spawn(self, kind: str, arguments: object) -> None:
        raise Reached(kind)


def test_a_copy_that_is_there_is_used_where_there_is_no_room_for_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, settings = Folder(tmp_path), Settings()
    folder.snapshot(1).mkdir(parents=True)
    (folder.snapshot(1) / "1.sst").write_bytes(bytes(1_000_000))
    free = settings.disk_reserve_bytes + 700_000
    usage = type(shutil.disk_usage(tmp_path))(0, 0, free)
    monkeypatch.setattr("kg.store.folder.shutil.disk_usage", lambda _: usage)
    copying = Copying(Starts(), folder, settings, Watch())
    for do in ("follow", "compact"):
        with pytest.raises(Reached):
            asyncio.run(copying._done(do, 1, ()))
    with pytest.raises(StoreError, match="take room"):
        asyncio.run(copying._done("build", 1, ()))
