"""Every limit of a server and the language of its site, in one place.

`docs/limits.md` is the table for people.

Defaults, then `settings.toml` in the folder of the store, then `kg serve --set NAME=VALUE`. The
endpoints that queries may ask stand in the same file.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Final

from kg.errors import InputError
from kg.store.interface import QUESTIONS_QUADS, Limits

FILE: Final = "settings.toml"
FEDERATION: Final = "federation"
"""The table of the file that is no limit."""

LEAST: Final = {"memory_bytes": 256_000_000, "commit_memory_bytes": 256_000_000, "page_entries": 1}
"""With less memory the engine does not even start, and a list without entries has no pages."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Times are in seconds, sizes in bytes; 0 switches a limit on results off."""

    seconds: float = 10.0
    seconds_known: float = 60.0
    cpu_seconds: float = 10.0
    cpu_seconds_known: float = 60.0
    memory_bytes: int = 1_000_000_000
    result_rows: int = 5_000_000
    result_bytes: int = 500_000_000
    query_bytes: int = 100_000
    tokens: int = 20_000
    nesting: int = 64
    patterns: int = 200
    groups: int = 64
    operators: int = 1_000
    queries: int = 4
    page_queries: int = 2
    client_queries: int = 2
    client_waiting: int = 4
    waiting: int = 64
    waiting_seconds: float = 5.0
    generation_seconds: float = 10.0
    commit_seconds: float = 60.0
    commit_memory_bytes: int = 2_000_000_000
    commits_waiting: int = 256
    commits_at_once: int = 64
    update_bytes: int = 10_000_000
    publish_seconds: float = 0.1
    disk_reserve_bytes: int = 64_000_000
    contribution_bytes: int = 2_000_000
    accept_own: int = 0
    validate_seconds: float = 20.0
    questions_quads: int = QUESTIONS_QUADS
    validations_waiting: int = 8
    threads: int = 8
    connections: int = 1_000
    head_seconds: float = 15.0
    head_bytes: int = 400_000
    stall_seconds: float = 30.0
    stop_seconds: float = 3.0
    service_seconds: float = 30.0
    service_bytes: int = 10_000_000
    service_rows: int = 10_000
    service_bindings: int = 1_000
    service_requests: int = 20
    service_fetches: int = 4
    reconcile_queries: int = 100
    reconcile_ids: int = 500
    reconcile_bytes: int = 1_000_000
    reconcile_seconds: float = 10.0
    reconcile_batches: int = 2
    kept_bytes: int = 32_000_000
    read_ahead_bytes: int = 8_000_000_000
    answer_rows: int = 5_000
    answer_sorted_rows: int = 20_000
    page_entries: int = 30
    page_sorted: int = 200
    page_rows: int = 50
    page_neighbours: int = 60
    page_points: int = 500
    counts_rest_seconds: float = 5.0
    permalinks: int = 100_000
    permalink_bytes: int = 20_000
    permalinks_hourly: int = 60
    columnar_triples: int = 150_000_000
    columnar_rest_seconds: float = 5.0
    columnar_changes: int = 100_000
    columnar_seconds: float = 5.0
    columnar_rows: int = 20_000_000
    columnar_least: int = 5_000
    columnar_values: int = 20_000
    language: str = "en"

    def limits(self, *, known: bool) -> Limits:
        """What one query may cost."""
        return Limits(
            query_bytes=self.query_bytes,
            tokens=self.tokens,
            nesting=self.nesting,
            patterns=self.patterns,
            groups=self.groups,
            operators=self.operators,
            seconds=self.seconds_known if known else self.seconds,
            cpu_seconds=self.cpu_seconds_known if known else self.cpu_seconds,
            memory_bytes=self.memory_bytes,
            result_rows=self.result_rows or None,
            result_bytes=self.result_bytes or None,
        )


def settings(folder: Path, given: Iterable[str] = ()) -> Settings:
    """The settings of a store, with what a command says on top.

    Raises `InputError` for a name that there is not, or a value that is no such number or text.
    """
    written = _read(folder)
    written.pop(FEDERATION, None)
    made = _with(Settings(), written, str(folder / FILE))
    for text in given:
        name, _, value = text.partition("=")
        made = _with(made, {name.strip(): _number(value)}, "--set")
    return made


def allowed(folder: Path, given: Iterable[str] = ()) -> tuple[str, ...]:
    """The endpoints that queries may ask: those of a store, and those that a command names.

    Raises `InputError` for a table that is no list of them; `kg.federation` reads the entries.
    """
    table = _read(folder).get(FEDERATION, {})
    listed = table.get("endpoints") if isinstance(table, dict) else None
    is_list = isinstance(listed, list) and all(isinstance(entry, str) for entry in listed)
    if table and (not is_list or len(table) > 1):
        raise InputError(
            f"the table {FEDERATION} has endpoints, which is a list, and nothing else",
            hint='endpoints = ["https://query.wikidata.org/sparql"]',
            source=str(folder / FILE),
        )
    return (*(listed or ()), *given)


def _read(folder: Path) -> dict[str, Any]:
    path = folder / FILE
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"cannot be read: {error}", source=str(path)) from error


def _number(text: str) -> object:
    plain = text.strip().replace("_", "").replace(",", "")
    try:
        return int(plain)
    except ValueError:
        try:
            return float(plain)
        except ValueError:
            return text


def _with(made: Settings, values: Mapping[str, Any], source: str) -> Settings:
    known = {field.name: type(getattr(made, field.name)) for field in fields(made)}
    for name, value in values.items():
        kind = known.get(name)
        if kind is None:
            names = ", ".join(known)
            raise InputError(f"there is no setting {name}", hint=f"one of {names}", source=source)
        if kind is str:
            texts: dict[str, Any] = {name: _text(name, value, source)}
            made = replace(made, **texts)
            continue
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise InputError(f"{name} is a number, not {value!r}", source=source)
        if not 0 <= value < 1e15 or (kind is int and value != int(value)):
            words = "a whole number" if kind is int else "a number of seconds"
            raise InputError(f"{name} is {words} from 0 on, not {value!r}", source=source)
        if value < LEAST.get(name, 0):
            raise InputError(f"{name} is at least {LEAST[name]}, not {value!r}", source=source)
        made = replace(made, **{name: kind(value)})
    return made


def _text(name: str, value: object, source: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise InputError(f"{name} is a text, not {value!r}", source=source)
    return value.strip()
