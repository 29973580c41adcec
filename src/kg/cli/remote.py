"""Which endpoint of others is the store, and with which credentials: read from the environment.

`KG_STORE` is the address for queries or a file in TOML with the fields of `Place`; without it the
store lies in a folder.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

from kg.errors import InputError
from kg.store.remote_http import Access, authorization
from kg.store.remote_place import Place

ADDRESSES: Final = {"update": "KG_STORE_UPDATE", "data": "KG_STORE_DATA"}
TIMES: Final = ("connect_seconds", "read_seconds")


def place(environment: Mapping[str, str] = os.environ) -> Place | None:
    """The endpoint that the environment names; None where it names none.

    Raises `InputError` for what cannot be read; credentials are never in its words.
    """
    given = environment.get("KG_STORE")
    if not given:
        return None
    members = {} if given.startswith(("http://", "https://")) else _file(Path(given).expanduser())
    members = members or {"query": given}
    members |= {name: environment[key] for name, key in ADDRESSES.items() if environment.get(key)}
    times = {name: float(members.pop(name)) for name in TIMES if name in members}
    header = _header(environment, members.pop("credentials", None))
    if "graphs" in members:
        members["graphs"] = tuple(members["graphs"])
    return Place(**members, access=Access(header, **times))


def _file(path: Path) -> dict[str, Any]:
    try:
        members = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(
            f"cannot be read: {error}",
            hint="KG_STORE is an address that begins with https://, or a file in TOML",
            source=str(path),
        ) from error
    kinds = {each.name: each.type for each in fields(Place) if each.name != "access"}
    kinds |= dict.fromkeys(TIMES, "float") | {"credentials": "str"}
    for name, value in members.items():
        if name not in kinds:
            raise InputError(
                f"there is no {name}", hint=f"one of {', '.join(kinds)}", source=str(path)
            )
        if not _fits(str(kinds[name]), value):
            raise InputError(f"{name} is not a {kinds[name]}", source=str(path))
    if "query" not in members:
        raise InputError("query is missing: the address for queries", source=str(path))
    return members


def _fits(kind: str, value: object) -> bool:
    if kind in ("int", "float"):
        return isinstance(value, int | float) and not isinstance(value, bool)
    if kind == "bool":
        return isinstance(value, bool)
    if kind.startswith("tuple"):
        return isinstance(value, list) and all(isinstance(each, str) for each in value)
    return isinstance(value, str)


def _header(environment: Mapping[str, str], file: str | None) -> str | None:
    """The header with the credentials: those of a file, else those of the environment."""
    path = environment.get("KG_STORE_CREDENTIALS") or file
    if path:
        try:
            text = Path(path).expanduser().read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            words = getattr(error, "strerror", None) or "it is not UTF-8"
            raise InputError(f"cannot be read: {words}", source=path) from error
        return authorization(text, path)
    if environment.get("KG_STORE_TOKEN"):
        return authorization(f"Bearer {environment['KG_STORE_TOKEN']}", "KG_STORE_TOKEN")
    return None
