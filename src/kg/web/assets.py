"""The scripts of the pages: built from `frontend/`, named by what is in them, listed once."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.resources import files
from typing import Final

from flask import url_for

FOLDER: Final = "built"


@lru_cache
def manifest() -> dict[str, str]:
    """The file of each asset by its plain name, as in `{"query.js": "query-2XKQ4ZJD.js"}`."""
    text = files("kg.web").joinpath("static", FOLDER, "manifest.json").read_text(encoding="utf-8")
    found: dict[str, str] = json.loads(text)
    return found


def asset(name: str) -> str:
    """The address of an asset."""
    return url_for("static", filename=f"{FOLDER}/{manifest()[name]}")
