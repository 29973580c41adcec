"""What the long tests have found, each in its smallest form."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
from pathlib import Path

import pyoxigraph as ox
import pytest
from tests.store.homes import META, commit
from tests.store.toy import ex, quad

from kg.errors import StoreError
from kg.processes.link import Link
from kg.processes.opening import PLAIN
from kg.store import wire
from kg.store.artefacts import Artefacts
from kg.store.embedded import EmbeddedStore
from kg.store.folder import Folder
from kg.store.interface import Patch
from kg.store.log import CommitLog, Record
from kg.store.writer import Writer


def test_whoever_reads_a_connection_that_this_side_closes_goes_on():
    """Else a commit waits for ever for a process that was ended while it prepared it."""

    async def closed_while_read() -> object:
        ours, theirs = socket.socketpair()
        with theirs:
            link = Link(ours)
            reading = asyncio.create_task(link.receive())
            await asyncio.sleep(0.01)
            link.close()
            return await asyncio.wait_for(reading, 5)

    assert asyncio.run(closed_while_read()) is None


def test_whoever_writes_a_connection_that_this_side_closes_goes_on():
    async def closed_while_written() -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            link = Link(ours)
            writing = asyncio.create_task(link.send({}, b"x" * 10_000_000))
            await asyncio.sleep(0.01)
            assert not writing.done()
            link.close()
            await asyncio.wait_for(writing, 5)

    asyncio.run(closed_while_written())


def test_a_connection_that_gets_the_number_of_a_closed_one_is_heard():
    async def reused() -> object:
        first, far = socket.socketpair()
        with far:
            link = Link(first)
            number = first.fileno()
            reading = asyncio.create_task(link.receive())
            await asyncio.sleep(0.01)
            link.close()
            ends = sorted(socket.socketpair(), key=lambda end: end.fileno() != number)
            assert ends[0].fileno() == number
            with ends[1] as theirs:
                again = Link(ends[0])
                heard = asyncio.create_task(again.receive())
                await reading
                await asyncio.sleep(0.01)
                theirs.sendall(wire.pack({"word": 1}))
                found = await asyncio.wait_for(heard, 5)
                again.close()
                return found

    assert asyncio.run(reused()) == ({"word": 1}, b"")


def test_a_reader_that_is_cancelled_is_cancelled():
    async def cancelled() -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            link = Link(ours)
            reading = asyncio.create_task(link.receive())
            await asyncio.sleep(0.01)
            reading.cancel()
            with pytest.raises(asyncio.CancelledError):
                await reading
            link.close()

    asyncio.run(cancelled())


@pytest.mark.parametrize("exact", [False, True])
def test_long_messages_come_whole_one_after_the_other(exact: bool):
    sent = [({"word": n}, bytes([n]) * size) for n, size in enumerate((3, 700_000, 0, 262_144, 1))]

    async def received() -> list[object]:
        ours, theirs = socket.socketpair()
        with theirs:
            link = Link(ours, exact=exact)
            data = b"".join(wire.pack(*each) for each in sent)
            writing = asyncio.to_thread(theirs.sendall, data)
            found, _ = await asyncio.gather(_all(link, len(sent)), writing)
            link.close()
            return found

    assert asyncio.run(received()) == sent


async def _all(link: Link, count: int) -> list[object]:
    return [await link.receive() for _ in range(count)]


def test_who_reads_after_a_reader_that_was_cancelled_loses_nothing():
    async def read_again() -> object:
        ours, theirs = socket.socketpair()
        with theirs:
            link, data = Link(ours), wire.pack({"word": 1}, b"x" * 500_000)
            for start, end in ((0, 5), (5, 100_000), (100_000, 200_000)):
                theirs.sendall(data[start:end])
                reading = asyncio.create_task(link.receive())
                await asyncio.sleep(0.01)
                reading.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await reading
            writing = asyncio.to_thread(theirs.sendall, data[200_000:])
            found, _ = await asyncio.gather(link.receive(), writing)
            link.close()
            return found

    assert asyncio.run(read_again()) == ({"word": 1}, b"x" * 500_000)


def test_a_body_that_breaks_off_is_an_end():
    async def broken_off() -> object:
        ours, theirs = socket.socketpair()
        link = Link(ours)
        with theirs:
            theirs.sendall(wire.pack({}, b"x" * 100_000)[:-1])
        found = await link.receive()
        link.close()
        return found

    assert asyncio.run(broken_off()) is None


def test_a_writer_that_starts_again_leaves_the_copies_that_are_in_use(tmp_path: Path):
    store = EmbeddedStore(tmp_path / "home", PLAIN)
    commit(store, quad("a", "b"))
    copy = store.folder.work / "1-in-use"
    copy.mkdir()
    with store.folder.locked():
        Writer(store.folder, PLAIN.rules, PLAIN.union).close()
    assert copy.is_dir()
    with store.writing():
        assert not copy.exists()


def test_a_process_that_inherits_the_lock_keeps_it(tmp_path: Path):
    folder = Folder(tmp_path / "home")
    with folder.locked():
        [handle] = folder.held
        kept = os.dup(handle)
    assert folder.held == []
    with pytest.raises(StoreError, match="writes to the store"), Folder(folder.path).locked(0.1):
        pytest.fail("the lock was given twice")
    os.close(kept)
    with Folder(folder.path).locked(0.1):
        pass


def record(name: str) -> Record:
    patch = Patch((ox.Quad(ex(name), ex("p"), ex("o")),))
    return Record(name, META, patch, "0" * 64)


def test_who_reads_the_log_sees_commits_that_took_the_place_of_others(tmp_path: Path):
    folder = Folder(tmp_path / "home")
    folder.prepare()
    log, reader = CommitLog(folder), CommitLog(folder)
    log.append([record("one")])
    log.append([record("two")])
    assert len(reader.entries()) == 2
    log.take_back(1)
    log.append([record("three-which-is-longer"), record("four")])
    names = [entry.commit_id for entry in reader.entries()]
    assert names == ["one", "three-which-is-longer", "four"]


def test_what_a_full_disk_does_not_keep_is_computed_all_the_same(tmp_path: Path):
    store = EmbeddedStore(tmp_path / "home", PLAIN)
    commit(store, quad("a", "b"))
    artefacts = Artefacts(store.folder.artefacts)

    def build(snapshot, folder: Path) -> None:
        if folder.is_relative_to(store.folder.path):
            raise OSError(28, os.strerror(28))
        (folder / "count").write_text(str(len(list(snapshot.quads()))))

    artefacts.register("count", build, lambda folder: (folder / "count").read_text())
    assert artefacts.get("count", store.snapshot()) == "1"
    assert list((store.folder.artefacts / "count").iterdir()) == []


def test_a_live_directory_that_is_older_is_brought_to_where_the_log_is(tmp_path: Path):
    store = EmbeddedStore(tmp_path / "home", PLAIN)
    commit(store, quad("a", "b"))
    older = tmp_path / "older"
    shutil.copytree(store.folder.live.resolve(), older)
    commit(store, quad("c", "d"))
    shutil.rmtree(store.folder.live.resolve())
    shutil.copytree(older, store.folder.live.resolve())
    shutil.rmtree(store.folder.snapshot(2))
    with store.writing() as writer:
        assert (writer.generation, writer.replayed) == (2, 1)
    assert len(list(store.snapshot().quads())) == 2
