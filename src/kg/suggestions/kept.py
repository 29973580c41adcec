"""Answers of services, kept in a folder, one file each."""

from __future__ import annotations

import hashlib
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

WEEK: Final = 7 * 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Kept:
    """A folder of answers; after `seconds` an answer is asked for again."""

    folder: Path
    seconds: float = WEEK

    def get(self, key: str) -> str | None:
        """An answer that is not too old."""
        path = self._path(key)
        try:
            fresh = time.time() - path.stat().st_mtime < self.seconds
            return path.read_text(encoding="utf-8") if fresh else None
        except FileNotFoundError:
            return None

    def put(self, key: str, text: str) -> None:
        """Keep an answer, wholly or not at all."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self._path(key)
        beside = path.with_suffix(f".{os.getpid()}")
        beside.write_text(text, encoding="utf-8")
        os.replace(beside, path)

    def _path(self, key: str) -> Path:
        return self.folder / f"{hashlib.sha256(key.encode()).hexdigest()}.json"
