"""Stores with the data that comes with kg, loaded once for all processes that run tests."""

from __future__ import annotations

import fcntl
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

import kg.validation.files
from kg.cli import main
from kg.resources import data_dir


@dataclass(frozen=True)
class Seeded:
    """Its folder, which nobody changes, and what `kg load` said when it was filled."""

    home: Path
    exit_code: int
    stdout: str
    stderr: str

    def copy_to(self, home: Path) -> None:
        """A store of one's own with the same in it."""
        shutil.copytree(self.home, home, symlinks=True)


def seeded_in(place: Path) -> Seeded:
    """The store with all data, in a folder that several processes share."""
    return _once(place / "seeded", _load)


def small_seeded_in(place: Path) -> Seeded:
    """The store of the small seed in a folder that several processes share."""

    def make(home: Path) -> dict[str, object]:
        entities = Path("curated", "entities")
        shutil.copytree(data_dir() / entities, place / "small-data" / entities)
        with pytest.MonkeyPatch.context() as patch:
            use_small_seed(place, patch)
            return _load(home)

    return _once(place / "small-seeded", make)


def use_small_seed(place: Path, patch: pytest.MonkeyPatch) -> None:
    """Let the data that comes with kg be its entities only; the ontology stays whole.

    To judge it takes a third of the time: for tests of what is done with a seed, whatever it says.
    The store of it has to be made before. Other processes take such a store for an older seed.
    """
    patch.setattr(kg.validation.files, "data_dir", lambda: place / "small-data")


def _load(home: Path) -> dict[str, object]:
    result = CliRunner().invoke(main, ["load"], env={"KG_HOME": str(home)})
    return {name: getattr(result, name) for name in ("exit_code", "stdout", "stderr")}


def _once(home: Path, make: Callable[[Path], dict[str, object]]) -> Seeded:
    """What the first process has made that asks for it."""
    said = home.with_suffix(".json")
    with home.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not said.exists():
            said.write_text(json.dumps(make(home)), encoding="utf-8")
    return Seeded(home, **json.loads(said.read_text(encoding="utf-8")))
