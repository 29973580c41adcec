"""Releases: generations that were frozen under a version, with files that anybody can verify.

Each has a folder, `releases/VERSION`: `release.json` says which generation it is and what its files
are, and `snapshot` is the engine's directory of it, which readers open. All but `release.json` can
be made again from the log.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

from kg.errors import InputError, NotFoundError, StoreError, UnsupportedError
from kg.namespaces import BASE
from kg.store.candidate import Setup
from kg.store.embedded import NO_SETUP, EmbeddedStore
from kg.store.folder import Folder, write_file
from kg.store.interface import Generation, Store
from kg.store.served import ServedStore
from kg.store.view import View

VERSION: Final = re.compile(
    r"[0-9]{1,6}\.[0-9]{1,6}\.[0-9]{1,6}(-[0-9A-Za-z]+([.-][0-9A-Za-z]+)*)?"
)
ABOUT: Final = "release.json"
SNAPSHOT: Final = "snapshot"


@dataclass(frozen=True, slots=True)
class ReleasedFile:
    """The digest and the size in bytes of one file."""

    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Release:
    """One release; `replaced` has the digests that files had before something was redacted."""

    version: str
    generation: Generation
    hash: str
    digest: str
    made: str
    previous: str | None = None
    files: dict[str, ReleasedFile] = field(default_factory=dict)
    replaced: dict[str, list[str]] = field(default_factory=dict)

    @property
    def iri(self) -> str:
        """What it is called for good."""
        return f"{BASE}id/release/{self.version}"


class Releases:
    """Those of one store."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder

    def all(self) -> list[Release]:
        """All, those of older generations first, whatever the clock said."""
        try:
            paths = sorted(self.folder.releases.glob(f"*/{ABOUT}"))
        except OSError as error:
            raise StoreError(f"the releases cannot be read: {error}") from error
        return sorted(map(_read, paths), key=lambda each: (each.generation, each.made))

    def get(self, version: str) -> Release:
        """One by its version; raises `NotFoundError` with those that there are."""
        path = self.place(version) / ABOUT
        if not path.is_file():
            known = ", ".join(each.version for each in self.all())
            raise NotFoundError(
                f"there is no release {version}",
                hint=f"there are: {known}" if known else "`kg release VERSION` makes one",
            )
        return _read(path)

    def place(self, version: str) -> Path:
        """The folder of a version; raises `InputError` for what is none."""
        if not VERSION.fullmatch(version):
            raise InputError(f"not a version: {version[:60]!r}", hint="write 1.2.0 or 2.0.0-rc.1")
        return self.folder.releases / version

    def snapshot(self, version: str) -> Path:
        """The engine's directory of a release; raises `StoreError` where it has to be made anew."""
        path = self.place(version) / SNAPSHOT
        if not path.is_dir():
            raise StoreError(
                f"release {version} has to be made anew before it can be asked",
                hint=f"`kg release {version}` does that",
            )
        return path

    def write(self, release: Release) -> None:
        """Keep what is said of a release; on disk when this returns."""
        place = self.place(release.version)
        place.mkdir(parents=True, exist_ok=True)
        data = json.dumps(asdict(release), indent=2, sort_keys=True)
        write_file(place / ABOUT, f"{data}\n".encode())


def _read(path: Path) -> Release:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        files = {name: ReleasedFile(**about) for name, about in found.pop("files").items()}
        return Release(**found, files=files)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(
            f"{path} cannot be read: {error}", hint="restore it from a backup"
        ) from error


class ReleasedEmbedded(EmbeddedStore):
    """A release of a store in this process, to be asked like a store."""

    def __init__(self, releases: Releases, release: Release, setup: Setup = NO_SETUP) -> None:
        super().__init__(releases.folder.path, setup)
        self._released = release
        self._frozen = self._view_of(releases.snapshot(release.version), release.generation)

    def generation(self) -> Generation:
        """That of the release."""
        return self._released.generation

    def _asked(self) -> View:
        return self._frozen


class ReleasedServed(ServedStore):
    """A release of a store that a server has open; its workers answer."""

    def __init__(self, releases: Releases, release: Release) -> None:
        super().__init__(releases.folder.path)
        releases.snapshot(release.version)
        self._released = release
        self._about = {"release": release.version}

    def generation(self) -> Generation:
        """That of the release."""
        return self._released.generation


def released(store: Store, releases: Releases | None, version: str) -> Store:
    """A release of a store, to be asked like it.

    Raises `UnsupportedError` where the store can have none, and `NotFoundError` where it has not
    this one.
    """
    if releases is None:
        raise UnsupportedError(
            "this server has no releases", hint="they are there where kg keeps the data itself"
        )
    found = releases.get(version)
    if store.capabilities.ends_runaway_queries:
        return ReleasedServed(releases, found)
    return ReleasedEmbedded(releases, found)
