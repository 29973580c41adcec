"""One store with the data that comes with kg, loaded once for all processes that run tests."""

from __future__ import annotations

import fcntl
import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner

from kg.cli import main


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
    """The store in a folder that several processes share; the first one makes it."""
    home, said = place / "seeded", place / "seeded.json"
    with (place / "seeded.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not said.exists():
            result = CliRunner().invoke(main, ["load"], env={"KG_HOME": str(home)})
            told = {name: getattr(result, name) for name in ("exit_code", "stdout", "stderr")}
            said.write_text(json.dumps(told), encoding="utf-8")
    return Seeded(home, **json.loads(said.read_text(encoding="utf-8")))
