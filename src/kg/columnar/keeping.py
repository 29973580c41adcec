"""Copies in a folder: made anew, brought to a newer generation, and removed when they are old.

Several processes may work in one folder: one follows commits, and at times another one makes a
copy anew. What is not finished has a name with a dot, and is in nobody's way.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kg.columnar.build import build, build_of_lines, write
from kg.columnar.delta import opened
from kg.columnar.following import content, extend
from kg.columnar.layout import about_of, check, damaged
from kg.errors import StoreError
from kg.store.changes import leading, united
from kg.store.live import Mark
from kg.store.view import View
from kg.store.written import Written

NAME: Final = "columns"
"""The folder of copies among what is computed from generations."""

ASIDE: Final = ".aside-"
"""What copies are called that are to be checked before they are used."""


@dataclass(frozen=True, slots=True)
class Place:
    """The folders of copies and of changes, and how many triples a copy may have at most."""

    copies: Path
    changes: Path
    most: int


def keep(view: View, folder: Path, most: int | None = None) -> None:
    """Make the copy of a generation anew; what has its name before is replaced.

    Raises `StoreError` where there are more than `most` triples, and `OSError` where the disk does
    not take it: no copy is left then.
    """
    _make(folder, str(view.generation), lambda room: build(view, room, most))


def keep_lines(written: Written, folder: Path, most: int | None = None) -> None:
    """Make the copy of a generation of its lines; otherwise like `keep`."""
    _make(folder, str(written.generation), lambda room: build_of_lines(written, room, most))


def compact(place: Place) -> None:
    """Make a copy without changes of the newest one; raises `StoreError` where there is none."""
    old = max(place.copies.glob("[0-9]*"), key=lambda path: int(path.name), default=None)
    if old is None:
        raise StoreError("there is no copy that could be made anew")
    copy = opened(old)
    mark = Mark(*about_of(old)["mark"])
    _make(place.copies, old.name, lambda room: write(content(copy), mark.generation, mark, room))


def follow(place: Place, mark: Mark) -> int | None:
    """Have a copy of the generation with this mark, by changes since an older one.

    Returns how many rows differ from what it is based on; None where there is nothing to follow
    from. Copies that are older than that are removed. Raises `StoreError` like `keep`.
    """
    _take_back(place.copies)
    for folder in _by_base(place.copies):
        with suppress(StoreError):
            return _follow(place, folder, mark)
    return None


def set_aside(folder: Path) -> None:
    """Have no copy used before it is compared with its digests, and drop what is left over."""
    for path in folder.glob("*"):
        if path.name.isdecimal():
            path.rename(folder / f"{ASIDE}{path.name}")
        elif not path.name.startswith(ASIDE):
            _remove(path)


def _follow(place: Place, old: Path, mark: Mark) -> int:
    about = about_of(old)
    if "base" in about:
        check(old)
    try:
        opened(old)
    except (OSError, ValueError) as error:
        raise damaged(old, str(error)) from error
    start = Mark(*about["mark"])
    new = place.copies / str(mark.generation)
    if start != mark:
        change = united(leading(place.changes, start, mark))
        _make(place.copies, new.name, lambda room: extend(old, change, room, place.most))
        about = about_of(new)
    _remove_older(place.copies, new)
    return int(about.get("differing", 0))


def _take_back(folder: Path) -> None:
    """Compare what was set aside with its digests; a delta is made again from its base."""
    for path in folder.glob(f"{ASIDE}*"):
        try:
            check(path)
            if "base" in about_of(path):
                raise damaged(path, "it is made again")
            path.rename(folder / path.name.removeprefix(ASIDE))
        except (StoreError, OSError):
            _remove(path)


def _by_base(folder: Path) -> list[Path]:
    """The copies in a folder, those with the newest base first."""
    found = []
    for path in folder.glob("[0-9]*"):
        with suppress(StoreError):
            found.append((_base(path), int(path.name), path))
    return [path for _, _, path in sorted(found, reverse=True)]


def _base(path: Path) -> int:
    return int(about_of(path).get("base", path.name))


def _remove_older(folder: Path, kept: Path) -> None:
    """Remove what a copy does not need; one older delta stays for those who still read it."""
    base = _base(kept)
    spared = True
    for path in _by_base(folder):
        if path == kept or int(path.name) == base or int(path.name) > int(kept.name):
            continue
        if not spared or _base(path) != base:
            _remove(path)
        spared = False


def _remove(path: Path) -> None:
    shutil.rmtree(path, ignore_errors=True)


def _make(folder: Path, name: str, make: Callable[[Path], object]) -> None:
    """Have something made in a folder of this name, whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    room = Path(tempfile.mkdtemp(prefix=".new-", dir=folder))
    try:
        make(room)
        if (folder / name).exists():
            (folder / name).rename(room.with_name(f".old-{room.name}"))
        room.rename(folder / name)
    except BaseException:
        _remove(room)
        raise
    finally:
        _remove(room.with_name(f".old-{room.name}"))
