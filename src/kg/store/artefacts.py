"""Things computed from a generation: built into a folder once, opened by every process."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias

from kg.errors import NotFoundError
from kg.store.folder import store_error
from kg.store.interface import Generation, Snapshot
from kg.store.writer import KEPT

Build: TypeAlias = Callable[[Snapshot, Path], None]
Open: TypeAlias = Callable[[Path], object]


class Artefacts:
    """The artefacts of one home, under `artefacts/NAME/GENERATION`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._makers: dict[str, tuple[Build, Open]] = {}
        self._opened: dict[str, tuple[Generation, object]] = {}
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    def register(self, name: str, build: Build, open_: Open) -> None:
        """Declare how an artefact is made and opened; again is fine."""
        self._makers[name] = (build, open_)

    def get(self, name: str, snapshot: Snapshot) -> object:
        """The artefact of a generation, built if nobody has yet."""
        if name not in self._makers:
            raise NotFoundError(f"no artefact is called {name}")
        with self._locks[name]:
            generation, artefact = self._opened.get(name, (None, None))
            if generation != snapshot.generation:
                artefact = self._made(name, snapshot)
                self._opened[name] = (snapshot.generation, artefact)
            return artefact

    def newest(self, name: str) -> object | None:
        """The artefact of the last generation that somebody built one for; None if nobody has."""
        with self._locks[name]:
            place = self._folder / name
            made = [int(p.name) for p in place.glob("*") if p.name.isdecimal()]
            if not made or name not in self._makers:
                return None
            generation, artefact = self._opened.get(name, (None, None))
            if generation != max(made):
                artefact = self._makers[name][1](place / str(max(made)))
                self._opened[name] = (max(made), artefact)
            return artefact

    def _made(self, name: str, snapshot: Snapshot) -> object:
        build, open_ = self._makers[name]
        target = self._folder / name / str(snapshot.generation)
        if target.is_dir():
            return open_(target)
        room = self._room(target.parent)
        if room is not None:
            try:
                build(snapshot, room)
                self._put(room, target)
                return open_(target)
            except OSError:  # a full disk, say: then it is not kept
                shutil.rmtree(room, ignore_errors=True)
        try:
            with tempfile.TemporaryDirectory(prefix="kg-artefact-") as elsewhere:
                build(snapshot, Path(elsewhere))
                return open_(Path(elsewhere))
        except OSError as error:
            raise store_error(f"{name} cannot be computed", error) from error

    def _room(self, parent: Path) -> Path | None:
        """An empty folder beside the others, or None where there is no home that can be written."""
        if not self._folder.parent.is_dir():
            return None
        with suppress(OSError):
            parent.mkdir(parents=True, exist_ok=True)
            return Path(tempfile.mkdtemp(prefix=".new-", dir=parent))
        return None

    def _put(self, made: Path, target: Path) -> None:
        """Give a finished folder its name, unless another process was first; drop old ones."""
        try:
            made.rename(target)
        except OSError:
            shutil.rmtree(made, ignore_errors=True)
        for other in target.parent.iterdir():
            if other.name.isdecimal() and int(other.name) <= int(target.name) - KEPT:
                shutil.rmtree(other, ignore_errors=True)
