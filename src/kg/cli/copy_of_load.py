"""What `kg load --bulk` makes of its lines: the copy in columns that a server then starts with."""

from __future__ import annotations

from typing import Final

import click

from kg.columnar.keeping import NAME, keep_lines
from kg.errors import StoreError
from kg.processes.settings import Settings
from kg.store.folder import Folder, keep_room
from kg.store.telling import Tell
from kg.store.written import Written

STEP: Final = "copying into columns"


class CopyOfLoad:
    """Makes the copy, or says why there is none; what is loaded is loaded in any case."""

    def __init__(self, folder: Folder, settings: Settings, tell: Tell) -> None:
        self._folder = folder
        self._settings = settings
        self._tell = tell

    def __call__(self, written: Written) -> None:
        """Copy a generation."""
        most = self._settings.columnar_triples
        if not most:
            return
        self._tell(STEP, 0, 0)
        try:
            paths = (path for lines in written.graphs.values() for path in lines.come)
            size = sum(path.stat().st_size for path in paths)  # the copy of them is smaller
            keep_room(self._folder, size, self._settings.disk_reserve_bytes)
            keep_lines(written, self._folder.artefacts / NAME, most)
        except (StoreError, OSError, MemoryError) as error:
            why = str(error) or "there is not enough memory"
            click.echo(f"no copy in columns was made: {why}", err=True)
