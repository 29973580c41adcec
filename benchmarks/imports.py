"""What an import costs: conversion in one process, its memory at 1x and 10x, and then the loading.

Prints a table to stdout. EVENTS events of UCDP GED are invented, with as many places and days as
real ones have, and converted by a process of its own (processor time, and the most memory that it
had). What the engine alone loads a second is measured on the same files; `kg load` on one part,
with and without validation, into a store that has the data of kg.
"""

from __future__ import annotations

import csv
import os
import random
import resource
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import pyoxigraph as ox
from measuring import folder, line

EVENTS: Final = (2_000, 20_000)
PLACES: Final = 0.3
"""So many places there are for each event; in the Central African Republic it is 541 for 1,848."""

COLUMNS: Final = (
    "id", "relid", "year", "active_year", "code_status", "type_of_violence", "conflict_dset_id",
    "conflict_new_id", "conflict_name", "dyad_dset_id", "dyad_new_id", "dyad_name",
    "side_a_dset_id", "side_a_new_id", "side_a", "side_b_dset_id", "side_b_new_id", "side_b",
    "number_of_sources", "source_article", "source_office", "source_date", "source_headline",
    "source_original", "where_prec", "where_coordinates", "where_description", "adm_1", "adm_2",
    "latitude", "longitude", "geom_wkt", "priogrid_gid", "country", "country_id", "region",
    "event_clarity", "date_prec", "date_start", "date_end", "deaths_a", "deaths_b",
    "deaths_civilians", "deaths_unknown", "best", "high", "low", "gwnoa", "gwnob",
)  # fmt: skip
"""Those of UCDP GED since 20.1."""

_KG: Final = "from kg.cli import main; main()"
_MEGABYTE: Final = 1024  # ru_maxrss is in kilobytes


def main() -> None:
    """Convert both sizes, and load what came of the smaller one."""
    with folder() as place:
        line("converted", "events", "triples", "CPU s", "triples/s", "peak MB")
        for events in EVENTS:
            _convert(place, events)
        line("")
        line("loaded", "triples", "wall s", "triples/s")
        _engine(place)
        _command(place)


def _convert(place: Path, events: int) -> None:
    source, target = place / f"{events}.csv", place / str(events)
    _write(source, events)
    release = ("--release", "31.1", "--citation", "-")
    asked = ("import", "ucdp", "ged", str(source), *release, "--to", str(target))
    seconds, peak, said = _kg(place, *asked)
    triples = int(said.split(" triples")[0].rpartition(" ")[2].replace(",", ""))
    rate = triples / seconds
    line("kg import ucdp ged", events, triples, f"{seconds:.1f}", f"{rate:,.0f}", f"{peak:.0f}")


def _engine(place: Path) -> None:
    parts = sorted((place / str(EVENTS[0])).glob("part-*.nt"))
    store = ox.Store(str(place / "engine"))
    began = time.perf_counter()
    for part in parts:
        store.bulk_load(path=part)
    seconds = time.perf_counter() - began
    _loaded("the engine alone, bulk_load", len(store), seconds)


def _command(place: Path) -> None:
    """One part, since a commit holds all that it adds in memory."""
    part = place / str(EVENTS[0]) / "part-00001.nt"
    release = part.with_name("release.ttl")
    triples = part.read_bytes().count(b"\n")
    for name, options in (("kg load --no-validate", ("--no-validate",)), ("kg load", ())):
        home = place / name.replace(" ", "")
        _kg(home, "load")
        began = time.perf_counter()
        _kg(home, "load", "--graph", "imported", *options, str(release), str(part))
        _loaded(f"{name}, one part", triples, time.perf_counter() - began)


def _loaded(name: str, triples: int, seconds: float) -> None:
    line(name, triples, f"{seconds:.1f}", f"{triples / seconds:,.0f}")


def _kg(home: Path, *arguments: str) -> tuple[float, float, str]:
    """Run a command of kg: processor time in seconds, the most memory in MB, and what it said."""
    home.mkdir(exist_ok=True)
    process = subprocess.Popen(  # noqa: S603 - a command of ours
        [sys.executable, "-c", _KG, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "KG_HOME": str(home)},
        text=True,
    )
    said = process.stdout.read() if process.stdout else ""
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"kg {' '.join(arguments[:3])} ended with {process.returncode}")
    return _cpu(used), used.ru_maxrss / _MEGABYTE, said


def _cpu(used: resource.struct_rusage) -> float:
    return used.ru_utime + used.ru_stime


def _write(path: Path, events: int) -> None:
    chance = random.Random(2023)  # noqa: S311 - nobody is to be kept from guessing
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="")
        writer.writeheader()
        for number in range(events):
            writer.writerow(_event(chance, number, max(1, round(events * PLACES))))


def _event(chance: random.Random, number: int, places: int) -> dict[str, object]:
    place, conflict = chance.randrange(places), chance.randrange(300)
    first = date(1989, 1, 1) + timedelta(days=chance.randrange(12_000))
    last = first + timedelta(days=chance.choice((0, 0, 0, 1, 6, 30)))
    best = int(chance.paretovariate(1))
    own = {
        "active_year": chance.choice(("1", "true")),
        "type_of_violence": conflict % 3 + 1,
        "source_headline": "-" * 80,
    }
    return event(chance, number, conflict, place, (first, last), best) | own


def event(
    chance: random.Random,
    number: int,
    conflict: int,
    place: int,
    days: tuple[date, date],
    best: int,
) -> dict[str, object]:
    """A row of an invented event with the first and the last of its days, and the best figure."""
    first, last = days
    return {
        "id": 9_000_000 + number,
        "year": first.year,
        "conflict_new_id": 990_000 + conflict,
        "conflict_name": f"Freedonia: Conflict {conflict}",
        "dyad_name": f"Government of Freedonia - Group {conflict}",
        "where_prec": chance.choice((1, 1, 1, 2, 3)),
        "where_coordinates": f"Town {place}",
        "latitude": f"{place % 170 - 85}.{place:06}",
        "longitude": f"{place % 340 - 170}.{place:06}",
        "country": "Freedonia",
        "country_id": 99_001,
        "event_clarity": 1,
        "date_prec": 1,
        "date_start": f"{first} 00:00:00.000",
        "date_end": f"{last} 00:00:00.000",
        "low": max(0, best - 1),
        "best": best,
        "high": best + chance.randrange(9),
        "gwnoa": "99001",
    }


if __name__ == "__main__":
    main()
