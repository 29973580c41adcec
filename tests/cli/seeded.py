"""One seeded store for all tests that need the real data, copied for each of them."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from click.testing import CliRunner, Result

from kg.cli import main


@cache
def _made() -> tuple[Path, Result]:
    home = Path(mkdtemp(prefix="kg-seeded-")) / "home"
    return home, CliRunner().invoke(main, ["load"], env={"KG_HOME": str(home)})


def first_load() -> Result:
    """What `kg load` said when it filled the store."""
    return _made()[1]


def copy_to(home: Path) -> None:
    """Put a seeded store into a folder."""
    shutil.copytree(_made()[0], home)


def remove() -> None:
    """Remove the store again."""
    if _made.cache_info().currsize:
        shutil.rmtree(_made()[0].parent)
        _made.cache_clear()
