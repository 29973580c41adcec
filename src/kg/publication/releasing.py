"""Makes a release: a frozen generation with dumps, their digests, and what changed in the data."""

from __future__ import annotations

import gzip
import hashlib
import json
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import IO, Final, cast

from kg.errors import InputError
from kg.publication.changelog import data_changes, in_markdown, labels_of
from kg.publication.dumps import DUMPS, LEVEL
from kg.store.candidate import Setup
from kg.store.folder import Folder, clone, remove_tree, write_file
from kg.store.history import difference, state_at
from kg.store.interface import Generation, Snapshot
from kg.store.log import CommitLog
from kg.store.releases import ABOUT, SNAPSHOT, Release, ReleasedFile, Releases

CHANGES: Final = "CHANGES.md"
CHANGES_DATA: Final = "changes.json"
SUMS: Final = "SHA256SUMS"
CHUNK: Final = 1 << 20


def release(
    folder: Folder, setup: Setup, version: str, generation: Generation | None, made: datetime
) -> Release:
    """Freeze a generation, or the newest, under a version.

    One of a version that is there already is completed: what is missing of it is made again. Raises
    `InputError` where a version is that of another generation, or earlier ones are newer.
    """
    releases, log = Releases(folder), CommitLog(folder)
    known = {each.version: each for each in releases.all()}
    found = known.get(version)
    if found is None:
        found = _new(releases, log, version, generation, made)
    elif generation not in (None, found.generation):
        raise InputError(f"release {version} is generation {found.generation}, for good")
    return complete(folder, setup, found)


def _new(
    releases: Releases, log: CommitLog, version: str, at: Generation | None, made: datetime
) -> Release:
    releases.place(version)
    generation = log.head()[0] if at is None else at
    before = releases.all()[-1:]
    if before and before[0].generation > generation:
        raise InputError(
            f"release {before[0].version} is generation {before[0].generation}, which is newer",
            hint="a release follows those that there are",
        )
    entry = log.entry(generation)
    previous = before[0].version if before else None
    return Release(
        version, generation, entry.hash, entry.digest, made.isoformat(timespec="seconds"), previous
    )


def complete(folder: Folder, setup: Setup, found: Release, *, anew: bool = False) -> Release:
    """Make what is missing of a release, or all of it `anew`, and keep what it says of its files.

    The same generation gives the same bytes, unless something of it was redacted: then the digests
    that its files had before are kept among those that were replaced.
    """
    releases = Releases(folder)
    place = releases.place(found.version)
    place.mkdir(parents=True, exist_ok=True)
    names = {_named(name, found.version) for name in DUMPS} | {CHANGES, CHANGES_DATA, SUMS}
    # What lies beside no description is of a release that was broken off, maybe another's.
    whole = all((place / name).is_file() for name in names | {ABOUT})
    if not anew and whole and (place / SNAPSHOT).is_dir():
        return found
    with state_at(folder, setup, found.generation) as state:
        snapshot = state.snapshot()
        _write_dumps(place, found.version, snapshot)
        _write_changes(folder, setup, found, snapshot)
        _freeze(place, state.folder.snapshot(found.generation))
    files = {name: _of_file(place / name) for name in sorted(names - {SUMS})}
    sums = "".join(f"{about.sha256}  {name}\n" for name, about in files.items())
    write_file(place / SUMS, sums.encode())
    made = replace(found, files=files, replaced=_replaced(found, files))
    releases.write(made)
    return made


def _named(name: str, version: str) -> str:
    """`conflict-kg-1.2.0.nq.gz` for `conflict-kg.nq.gz`."""
    first, _, rest = name.partition(".")
    return f"{first}-{version}.{rest}"


def _write_dumps(place: Path, version: str, snapshot: Snapshot) -> None:
    for name, dump in DUMPS.items():
        target = place / _named(name, version)
        partial = target.with_name(f".{target.name}")
        with (
            partial.open("wb") as file,
            gzip.GzipFile("", "wb", LEVEL, file, mtime=0) as compressed,
        ):
            dump.write(snapshot, cast(IO[bytes], compressed))
        partial.replace(target)


def _write_changes(folder: Folder, setup: Setup, found: Release, snapshot: Snapshot) -> None:
    releases = Releases(folder)
    before = releases.get(found.previous).generation if found.previous else 0
    patch = difference(CommitLog(folder), before, found.generation)
    with state_at(folder, setup, before) as state:
        changes = data_changes(patch, state.snapshot(), snapshot)
    since = f"since {found.previous}" if found.previous else "from nothing"
    text = in_markdown(f"Data of release {found.version}, {since}", changes, labels_of(snapshot))
    place = releases.place(found.version)
    write_file(place / CHANGES, text.encode())
    data = json.dumps(asdict(changes), ensure_ascii=False, indent=2)
    write_file(place / CHANGES_DATA, f"{data}\n".encode())


def _freeze(place: Path, snapshot: Path) -> None:
    """Keep the engine's directory of the generation, linked to what the store has of it."""
    target, partial = place / SNAPSHOT, place / f".{SNAPSHOT}"
    remove_tree(partial)
    clone(snapshot, partial)
    remove_tree(target)
    partial.rename(target)


def _of_file(path: Path) -> ReleasedFile:
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while data := file.read(CHUNK):
            digest.update(data)
            size += len(data)
    return ReleasedFile(digest.hexdigest(), size)


def _replaced(found: Release, files: dict[str, ReleasedFile]) -> dict[str, list[str]]:
    """The digests that files had and have no more, with those before them."""
    told = {name: list(digests) for name, digests in found.replaced.items()}
    for name, about in found.files.items():
        if name in files and files[name].sha256 != about.sha256:
            told.setdefault(name, []).append(about.sha256)
    return told
