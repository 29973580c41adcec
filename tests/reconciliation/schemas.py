"""The schemas of the Reconciliation API 0.2, where they are on this machine."""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from kg.resources import root

SHARED = Path(os.environ.get("KG_SHARED", root().parent / "shared"))
FOLDER = SHARED / "w3c" / "reconciliation" / "0.2"
MISSING = f"the schemas of the API are not in {FOLDER}; KG_SHARED can name another folder"

OF_OTHERS = {"definitions": {"securityDefinitions": {"additionalProperties": {}}}}
"""What stands in for Swagger's own schema: our service asks for no authentication."""

needed = pytest.mark.skipif(not FOLDER.is_dir(), reason=MISSING)


def _retrieved(uri: str) -> Any:
    path = FOLDER / "schemas" / uri.rpartition("/")[2]
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else OF_OTHERS


@cache
def _validator(name: str) -> jsonschema_rs.Draft7Validator:
    path = FOLDER / "schemas" / f"{name}.json"
    schema = json.loads(path.read_text(encoding="utf-8"))
    del schema["$schema"]  # it names no version; the drafts of its time had 7
    return jsonschema_rs.Draft7Validator(schema, retriever=_retrieved)


def wrong(name: str, value: object) -> list[str]:
    """What a schema says against a value."""
    return [f"{list(e.instance_path)}: {e.message}" for e in _validator(name).iter_errors(value)]


def examples(sort: str) -> list[tuple[str, Path]]:
    """The examples of the API that are `valid` or `invalid`, with the schemas that they are of."""
    return [
        (path.parents[1].name, path)
        for path in sorted(FOLDER.glob(f"examples/*/{sort}/*.json"))
        if (FOLDER / "schemas" / f"{path.parents[1].name}.json").is_file()
    ]
