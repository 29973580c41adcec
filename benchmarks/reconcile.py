"""How fast names are reconciled against a large store, over HTTP, as OpenRefine asks.

Prints to stdout how long the index takes to build, and for each sort of rows the rows per second,
the median and the 95th percentile of a batch in milliseconds, the rows for each second of processor
time that the server took, and how many rows had the right name as their first candidate and as
their match (of persons with one name none is matched). The store has as many labelled entities as
the argument says (1,000,000), made of syllables with a fixed seed: surnames are shared by several
persons as in life, and three names in ten are in Cyrillic, too. They are loaded by the writer
itself as one commit, without rules and a gate. 10,000 rows go out in batches of 100, one after the
other.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

import pyoxigraph as ox
from measuring import Client, Server, folder, line

from kg.namespaces import CKG, CURATED, PREFIXES
from kg.store.candidate import Prepared
from kg.store.embedded import EmbeddedStore
from kg.store.interface import CommitMeta, Patch
from kg.store.writer import Commit

ENTITIES: Final = 1_000_000
ROWS: Final = 10_000
BATCH: Final = 100
SETUP: Final = "recovery:BULK"
SYLLABLES: Final = [c + v for c in "b d g k l m n p r s t v z sh ch".split() for v in "aeiou"]
CYRILLIC: Final = {
    **dict(zip("abdeghiklmnoprstuvz", "абдегхиклмнопрстувз", strict=True)),
    "sh": "ш",
    "ch": "ч",
}
OF_PLACES: Final = ("", "", "", " District", " Province", " Bridge", " North")
OF_ORGANISATIONS: Final = ("Ministry of {}", "University of {}", "{} Front", "Bank of {}")

Named = tuple[str, str, str]
"""Kind, slug and English name."""


def main(entities: int) -> None:
    """Load, index, and ask."""
    os.environ["PYTHONPATH"] = str(Path(__file__).parent)  # where workers find the setup
    with folder() as place:
        home = place / "home"
        named = list(things(entities))
        _load(home, named)
        with Server(home, SETUP) as server, Client(server) as client:
            started = time.perf_counter()
            while client.get("/reconcile")[0] != 200:
                time.sleep(1)
            line("seconds until the index was there", time.perf_counter() - started)
            line(f"the index on disk, MB: {_size(home):.0f}")
            line("rows", "rows/s", "median ms", "95 % ms", "rows/s of CPU", "first", "match")
            for sort, change in SORTS.items():
                _measured(server, client, sort, named, change)


def things(count: int) -> Iterator[Named]:
    """Persons, places and organisations with their names, always the same."""
    rng = random.Random(7)  # noqa: S311 - names
    given = [_word(rng, 2).title() for _ in range(4_000)]
    surnames = [_word(rng, rng.choice((2, 3, 3, 4))).title() for _ in range(150_000)]
    for number in range(count):
        share = rng.random()
        if share < 0.6:
            yield "person", f"p{number}", f"{rng.choice(given)} {rng.choice(surnames)}"
        elif share < 0.85:
            yield "place", f"l{number}", rng.choice(surnames) + rng.choice(OF_PLACES)
        else:
            form = rng.choice(OF_ORGANISATIONS)
            yield "organisation", f"o{number}", form.format(rng.choice(surnames))


def cyrillic(name: str) -> str:
    """A name of syllables in Cyrillic letters."""
    low = name.lower()
    for latin in ("sh", "ch"):
        low = low.replace(latin, CYRILLIC[latin])
    return "".join(CYRILLIC.get(letter, letter) for letter in low).title()


def misspelt(name: str) -> str:
    """A name with two letters of its last word the other way round."""
    return name[:-3] + name[-2] + name[-3] + name[-1]


def initials(name: str) -> str:
    """`A. Bodanu` for `Ada Bodanu`."""
    first, _, rest = name.partition(" ")
    return f"{first[0]}. {rest}" if rest else name


SORTS: Final[dict[str, Callable[[str], str]]] = {
    "names as they are": str,
    "in capitals, words swapped": lambda name: " ".join(reversed(name.upper().split())),
    "in Cyrillic, whether known or not": cyrillic,
    "misspelt": misspelt,
    "initials": initials,
    "last word only": lambda name: name.split()[-1],
    "not there": lambda name: f"{name[::-1]} Qwx",
}
"""How rows differ from the names in the store."""


def _measured(
    server: Server, client: Client, sort: str, named: list[Named], change: Callable[[str], str]
) -> None:
    before = sum(server.cpu().values())
    rng = random.Random(11)  # noqa: S311 - rows
    rows = rng.sample(named, ROWS)
    times, first, match = [], 0, 0
    for start in range(0, ROWS, BATCH):
        batch = rows[start : start + BATCH]
        queries = {f"q{n}": {"query": change(name)} for n, (_, _, name) in enumerate(batch)}
        began = time.perf_counter()
        status, body = client.posted_form("/reconcile", urlencode({"queries": json.dumps(queries)}))
        times.append(time.perf_counter() - began)
        if status != 200:
            sys.exit(f"a batch was refused: {status} {body[:500]!r}")
        found = json.loads(body)
        for n, (_, _, name) in enumerate(batch):
            best = found[f"q{n}"]["result"][:1]
            first += bool(best) and best[0]["name"] == name
            match += bool(best) and best[0]["match"] and best[0]["name"] == name
    p95 = statistics.quantiles(times, n=20)[-1]
    spent = sum(server.cpu().values()) - before
    numbers = (ROWS / sum(times), statistics.median(times) * 1000, p95 * 1000, ROWS / spent)
    line(sort, *(f"{number:.0f}" for number in numbers), first, match)


def _load(home: Path, named: list[Named]) -> None:
    patch = Patch(added=tuple(_quads(named)))
    meta = CommitMeta(author="benchmark", message="generated", time=datetime.now(UTC))
    from recovery import BULK  # it is a setup by name, too

    with EmbeddedStore(home, BULK).writing() as writer:
        writer.commit([Commit(Prepared(0, patch), meta, "generated")])
        writer.publish()
    line(f"{len(named):,} entities in {len(patch.added):,} triples are loaded")


def _quads(named: list[Named]) -> Iterator[ox.Quad]:
    graph, kind_of = ox.NamedNode(str(CURATED)), ox.NamedNode(f"{PREFIXES['rdf']}type")
    label, also = (
        ox.NamedNode(f"{PREFIXES['rdfs']}label"),
        ox.NamedNode(f"{PREFIXES['skos']}altLabel"),
    )
    classes = {kind: ox.NamedNode(str(CKG[kind.title()])) for kind in PREFIXES if kind.isalpha()}
    for number, (kind, slug, name) in enumerate(named):
        node = ox.NamedNode(PREFIXES[kind] + slug)
        yield ox.Quad(node, kind_of, classes[kind], graph)
        yield ox.Quad(node, label, ox.Literal(name, language="en"), graph)
        if number % 10 < 3:
            yield ox.Quad(node, also, ox.Literal(cyrillic(name), language="ru"), graph)


def _size(home: Path) -> float:
    return sum(file.stat().st_size for file in home.rglob("reconciliation.sqlite")) / 1e6


def _word(rng: random.Random, syllables: int) -> str:
    return "".join(rng.choice(SYLLABLES) for _ in range(syllables))


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else ENTITIES)
