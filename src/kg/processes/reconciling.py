"""The process that keeps the index of names of a server, and answers from it.

Run as `python -m kg.processes.reconciling` with one argument of JSON. It opens no store: a process
of its own reads the newest generation, its copy in columns or else what the engine has, writes the
index as an artefact of that generation, and ends; this one opens the file. Nobody who commits waits
for it. The index is made when somebody first asks, and then follows the generations, as often as
costs a tenth of a processor. Whoever asks is answered from the last one meanwhile.

What pages count is counted in the same way, once a generation has been the newest for
`counts_rest_seconds`, whether somebody asks or not.
"""

from __future__ import annotations

import json
import logging
import os
import resource
import socketserver
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from kg.errors import KgError, LimitError
from kg.processes.copied_store import CopiedStore
from kg.processes.parents import die_with_parent
from kg.processes.settings import Settings
from kg.processes.watch import Lines
from kg.publication.counts import counts_of
from kg.publication.seldom import SHARE
from kg.publication.statistics import statistics_of
from kg.publication.usage import usage_of
from kg.reconciliation.asking import socket_of
from kg.reconciliation.index import Index
from kg.reconciliation.local import ARTEFACT, index_of
from kg.reconciliation.service import Answer, Question, answer
from kg.store import wire
from kg.store.folder import Folder, remove_tree
from kg.store.interface import Generation
from kg.store.served import ServedStore

MODULE: Final = "kg.processes.reconciling"
LOOK_SECONDS: Final = 1.0
"""How often the generation is looked at."""

_log: Final = logging.getLogger(__name__)


class Keeper:
    """Has the index of the newest generation made, and keeps it open."""

    def __init__(self, given: dict[str, Any]) -> None:
        self._given = given
        self._folder = Folder(Path(given["folder"]))
        self._store = ServedStore(self._folder.path)
        self._index: Index | None = None
        self._wanted = threading.Event()
        self._there = threading.Event()

    def index(self, seconds: float) -> Index:
        """The index, once there is one; raises `LimitError` when it takes longer than that."""
        self._wanted.set()
        if not self._there.wait(seconds) or self._index is None:
            raise LimitError("names are being indexed", hint="try again later", retry_after=10)
        return self._index

    def follow(self) -> None:
        """Keep the index up to date, for ever."""
        self._wanted.wait()
        while True:
            before = _spent()
            try:
                if self._index is None or self._index.generation != self._store.generation():
                    self._index = self._made()
                    self._there.set()
            except (KgError, OSError, ValueError) as error:
                _log.warning("the index of names was not renewed: %s", error)
            time.sleep(max(LOOK_SECONDS, SHARE * (_spent() - before)))

    def _made(self) -> Index:
        """The index of the newest generation."""
        return Index(self._folder.artefacts / ARTEFACT / str(self._built("names")))

    def count(self, rest: float) -> None:
        """Have counts made of each generation that stays the newest for a while, for ever."""
        counted, last, since = -1, -1, time.monotonic()
        while True:
            try:
                if (generation := self._store.generation()) != last:
                    last, since = generation, time.monotonic()
                if last != counted and time.monotonic() - since >= rest:
                    began = time.monotonic()
                    counted = self._built("counts")
                    time.sleep(SHARE * (time.monotonic() - began))
            except (KgError, OSError, ValueError) as error:
                _log.warning("what pages count was not counted again: %s", error)
                time.sleep(rest)
            time.sleep(LOOK_SECONDS)

    def _built(self, what: str) -> Generation:
        """The generation of what a process has made that then ended."""
        given = json.dumps({**self._given, "parent": os.getpid(), "build": what})
        command = [sys.executable, "-m", MODULE, given]
        done = subprocess.run(command, stdout=subprocess.PIPE, check=False)  # noqa: S603 - ours
        if done.returncode != 0 or not done.stdout.strip():
            raise OSError(f"the process that makes it ended with {done.returncode}")
        return int(done.stdout)


def _spent() -> float:
    """Seconds of processor time that processes which make an index have taken so far."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


class _Server(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, path: str, keeper: Keeper, settings: Settings) -> None:
        self.keeper = keeper
        self.settings = settings
        self.turns = threading.BoundedSemaphore(max(1, settings.reconcile_batches))
        super().__init__(path, _Handler)


class _Handler(socketserver.BaseRequestHandler):
    server: _Server

    def handle(self) -> None:
        self.request.settimeout(self.server.settings.stall_seconds)
        try:
            found = wire.receive(self.request)
            if found is not None:
                wire.send(self.request, self._answer(found[0]))
        except OSError as error:
            _log.warning("an answer was not taken: %s", error)

    def _answer(self, question: Question) -> Answer:
        settings = self.server.settings
        try:
            index = self.server.keeper.index(settings.waiting_seconds)
            if not self.server.turns.acquire(timeout=settings.waiting_seconds):
                words = "too many batches are answered at once"
                raise LimitError(words, limit="reconcile_batches", retry_after=5)
            try:
                return answer(index, question)
            finally:
                self.server.turns.release()
        except KgError as error:
            return wire.error_message(error)


def _counted(store: ServedStore) -> Generation:
    """Count all that pages need; the smallest generation, if commits come in between."""
    made = (counts_of(store), statistics_of(store), usage_of(store))
    return min(each.generation for each in made)


BUILDERS: Final[dict[str, Callable[[ServedStore], Generation]]] = {
    "names": lambda store: index_of(store).generation,
    "counts": _counted,
}


def main() -> None:
    """Answer until the supervisor ends; or, told to `build`, write the index and end."""
    given = json.loads(sys.argv[1])
    die_with_parent(given["parent"])
    if given.get("build"):
        os.nice(5)
        generation = BUILDERS[given["build"]](CopiedStore(Path(given["folder"])))
        sys.stdout.write(f"{generation}\n")
        return
    handler = logging.StreamHandler()
    handler.setFormatter(Lines())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    folder, settings = Folder(Path(given["folder"])), Settings(**given["settings"])
    keeper = Keeper(given)
    threading.Thread(target=keeper.follow, name="follow", daemon=True).start()
    rest = settings.counts_rest_seconds
    threading.Thread(target=keeper.count, args=(rest,), name="count", daemon=True).start()
    path = socket_of(folder)
    remove_tree(path)
    before = os.umask(0o177)
    with wire.address(path) as name, _Server(name, keeper, settings) as server:
        os.umask(before)
        server.serve_forever()


if __name__ == "__main__":
    main()
