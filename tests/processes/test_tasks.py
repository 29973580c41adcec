"""What fails in a way that nobody thought of is told of, and a server without a vital part ends."""

from __future__ import annotations

import asyncio
import logging
import socket
from contextlib import closing

import pytest
from tests.resilience.proc import strays
from tests.resilience.server import UNGATED

from kg.errors import StoreError
from kg.processes.commits import Lane
from kg.processes.running import Front, run
from kg.processes.settings import Settings
from kg.processes.tasks import Tasks
from kg.processes.watch import Watch
from kg.store.folder import Folder


async def failing() -> None:
    raise LookupError("nobody thought of it")


async def after_a_failure(*, vital: bool) -> bool:
    watch = Watch()
    Tasks(watch, vital=vital).start(failing())
    await asyncio.sleep(0.01)
    return watch.broken.is_set()


@pytest.mark.parametrize("vital", [True, False])
def test_a_task_that_fails_is_in_the_log_and_breaks_what_cannot_go_on(vital, caplog):
    with caplog.at_level(logging.ERROR):
        assert asyncio.run(after_a_failure(vital=vital)) is vital
    [record] = caplog.records
    assert "nobody thought of it" in str(record.exc_info)


def test_tasks_that_are_cancelled_have_not_failed(caplog):
    async def cancelled() -> bool:
        watch = Watch()
        tasks = Tasks(watch, vital=True)
        tasks.start(asyncio.sleep(60))
        await asyncio.sleep(0)
        tasks.cancel()
        await asyncio.sleep(0.01)
        return watch.broken.is_set()

    assert asyncio.run(cancelled()) is False
    assert caplog.records == []


def test_a_server_that_cannot_commit_any_more_ends_and_leaves_nothing(tmp_path, monkeypatch):
    async def broken(lane: Lane) -> None:
        await asyncio.sleep(0.1)
        raise LookupError("nobody thought of it")

    monkeypatch.setattr(Lane, "_write_all", broken)
    folder = Folder(tmp_path / "home")
    folder.prepare()
    with (
        closing(socket.create_server(("127.0.0.1", 0))) as listener,
        pytest.raises(StoreError, match="a part of the server failed"),
    ):
        run(folder, Settings(), UNGATED, Front(listener), lambda generation: None)
    assert strays(folder.path) == []
