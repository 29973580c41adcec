"""How long pages take in a world of a given size, each looked at for the first time.

    python benchmarks/pages.py 1000000 [HOME]

Prints a table to stdout: for each sort of page what the server takes until the last byte, over one
connection, and for a few of them when a browser shows something. No page is asked for twice, so
that nothing of it is remembered. Things are drawn from all that propositions are about: what is
told of often is drawn often; the largest ones come as a sort of their own. With HOME the world and
its store are made there and stay; what is there already is measured as it is.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import quote

from measuring import Client, Server, Times, folder, line
from playwright.sync_api import Browser, sync_playwright
from world import write_releases

from kg.namespaces import BASE, PREFIXES

DRAWN: Final = {"entity": 300, "claim": 100, "proposition": 50, "passage": 50, "search": 60}
"""So many pages of each sort are measured; of conflicts and the largest things a few are there."""

LARGEST: Final = 15
IN_BROWSER: Final = 12
"""So many pages of each sort are looked at in a browser."""

READY_SECONDS: Final = 3_600
"""So long the index of names may take."""

_KG: Final = (sys.executable, "-c", "from kg.cli import main; main()")
ID: Final = f"{BASE}id/"
_CLAIM: Final = f"{ID}claim/"
_PASSAGE: Final = f"{ID}passage/"
_PROPOSITION: Final = f"{ID}proposition/"
_ENDS: Final = (f"<{PREFIXES['rdf']}subject>", f"<{PREFIXES['rdf']}object>")
_TYPE: Final = f"<{PREFIXES['rdf']}type>"
_LABEL: Final = f"<{PREFIXES['rdfs']}label>"
_NO_PAGES: Final = ("time", "estimate", "passage", "proposition", "claim", "situation", "geometry")
_DOCUMENTS: Final = "SELECT ?d WHERE { ?d a ckg:Document } ORDER BY ?d"
_FIRST_PAINT: Final = (
    "() => performance.getEntriesByName('first-contentful-paint').map(each => each.startTime)[0]"
)


@dataclass
class Sampled:
    """What the lines of a world are about; of each sort some lines are kept, all equally likely."""

    chance: random.Random = field(default_factory=lambda: random.Random(7))  # noqa: S311
    kept: dict[str, list[str]] = field(default_factory=dict)
    seen: Counter[str] = field(default_factory=Counter)
    told: Counter[str] = field(default_factory=Counter)

    def take(self, sort: str, found: str) -> None:
        """Keep what was found, or not, so that any of its sort are kept equally often."""
        self.seen[sort] += 1
        kept, most = self.kept.setdefault(sort, []), 4 * DRAWN[sort]
        if len(kept) < most:
            kept.append(found)
        elif (place := self.chance.randrange(self.seen[sort])) < most:
            kept[place] = found

    def read(self, path: Path) -> None:
        """Take in a file of N-Triples."""
        with path.open(encoding="utf-8") as file:
            for text in file:
                subject, predicate, value = text.split(" ", 2)
                if predicate in _ENDS and value.startswith(f"<{ID}"):
                    self._entity(value[1:].split(">", 1)[0])
                elif predicate == _TYPE:
                    self._typed(subject[1:-1])
                elif predicate == _LABEL and subject.startswith(f"<{ID}place/"):
                    self.take("search", value.split('"')[1])

    def _entity(self, iri: str) -> None:
        if iri.removeprefix(ID).split("/")[0] not in _NO_PAGES:
            self.take("entity", iri)
            self.told[iri] += 1

    def _typed(self, iri: str) -> None:
        sorts = {"claim": _CLAIM, "passage": _PASSAGE, "proposition": _PROPOSITION}
        for sort, begin in sorts.items():
            if iri.startswith(begin):
                self.take(sort, iri)

    def drawn(self, sort: str) -> list[str]:
        """Those of a sort that are measured, each once."""
        found = list(dict.fromkeys(self.kept.get(sort, [])))
        self.chance.shuffle(found)
        return found[: DRAWN[sort]]


def main(arguments: list[str]) -> None:
    """Make the world, start the server, and measure."""
    triples = int(arguments[0])
    if arguments[1:]:
        _measured(Path(arguments[1]), triples)
    else:
        with folder() as place:
            _measured(place, triples)


def _measured(place: Path, triples: int) -> None:
    files = _files(place, triples)
    if not (place / "home").exists():
        started = time.perf_counter()
        _load(place / "home", files)
        line("loaded, in seconds", f"{time.perf_counter() - started:.0f}")
    sampled = Sampled()
    for path in files:
        if path.suffix == ".nt":
            sampled.read(path)
    with Server(place / "home") as server:
        _wait_for_names(server)
        groups = _addresses(sampled, server)
        line("the server, in milliseconds", "pages", "p50", "p95", "worst", "CPU")
        for sort, addresses in groups.items():
            _serve(server, sort, addresses)
    with Server(place / "home") as server, sync_playwright() as driver:
        _wait_for_names(server)
        browser = driver.chromium.launch(executable_path=_chromium(), args=["--no-sandbox"])
        line("first contentful paint, in milliseconds", "pages", "p50", "p95", "worst")
        for sort, addresses in groups.items():
            paints = [_paint(browser, server, each) for each in addresses[:IN_BROWSER]]
            _line(sort, Times(tuple(paints)))
        browser.close()


def _files(place: Path, triples: int) -> list[Path]:
    """What is loaded: made by the importer unless it is there."""
    made = place / "releases"
    if not made.exists():
        made.mkdir(parents=True)
        for release, table in write_releases(made, triples):
            asked = ("import", "ucdp", "ged", str(table), "--release", release, "--citation", "-")
            _run(*asked, "--to", str(made / release))
            table.unlink()
    return sorted((*made.glob("*/part-*.nt"), *made.glob("*/release.ttl")))


def _load(home: Path, files: list[Path]) -> None:
    _run("load", home=home)
    _run("load", "--bulk", "--no-validate", "--graph", "imported", *map(str, files), home=home)


def _run(*arguments: str, home: Path | None = None) -> None:
    environment = os.environ | ({"KG_HOME": str(home)} if home else {})
    done = subprocess.run(  # noqa: S603 - a command of ours
        [*_KG, *arguments], capture_output=True, text=True, check=False, env=environment
    )
    if done.returncode:
        sys.exit(f"kg {arguments[0]} ended with {done.returncode}:\n{done.stderr[-3000:]}")


def _wait_for_names(server: Server) -> None:
    """Until the search answers: its index is made when somebody first asks."""
    started = time.perf_counter()
    with Client(server) as client:
        while (status := client.get("/search?q=anything")[0]) != 200:
            if status != 503 or time.perf_counter() - started > READY_SECONDS:
                sys.exit(f"the search answers {status}:\n{server.words()[-3000:]}")
            time.sleep(0.5)
    line("the index of names, in seconds", f"{time.perf_counter() - started:.1f}")


def _addresses(sampled: Sampled, server: Server) -> dict[str, list[str]]:
    """The pages of each sort; no page is in two of them."""
    largest = [iri for iri, _ in sampled.told.most_common(LARGEST)]
    entities = [iri for iri in sampled.drawn("entity") if iri not in largest]
    with Client(server) as client:
        rows = json.loads(client.select(_DOCUMENTS)[1])["results"]["bindings"]
    return {
        "home": [f"/?first={n}" for n in range(20)],
        "the list of conflicts": [f"/conflicts?conflicts={n}" for n in range(1, 6)],
        "the index of terms": [f"/ontology?first={n}" for n in range(5)],
        "an entity": list(map(_page, entities)),
        "the largest entities": list(map(_page, largest)),
        "a release of a dataset": [_page(f"{ID}dataset-release/ucdp-ged-{n}-1") for n in (31, 32)],
        "a claim": list(map(_page, sampled.drawn("claim"))),
        "a proposition": list(map(_page, sampled.drawn("proposition"))),
        "a passage": list(map(_page, sampled.drawn("passage"))),
        "a document": [_page(row["d"]["value"]) for row in rows],
        "a search": [f"/search?q={quote(words)}" for words in sampled.drawn("search")],
    }


def _page(iri: str) -> str:
    return f"/doc/{iri.removeprefix(ID)}"


def _serve(server: Server, sort: str, addresses: list[str]) -> None:
    times: dict[str, float] = {}
    before = _busy(server)
    with Client(server) as client:
        for each in addresses:
            started = time.perf_counter()
            status, body = client.get(each)
            times[each] = time.perf_counter() - started
            if status != 200:
                sys.exit(f"{each} answers {status}:\n{body[-2000:].decode()}")
    cpu = (_busy(server) - before) / len(times) * 1000
    _line(sort, Times(tuple(times.values())), cpu)
    slowest = max(times, key=lambda each: times[each])
    sys.stdout.write(f"  the slowest is {slowest}\n")


def _line(sort: str, times: Times, *more: float) -> None:
    line(sort, len(times.all), times.median, times.p95, max(times.all) * 1000, *more)


def _busy(server: Server) -> float:
    """Processor time of all that answers a page, in seconds; on a busy machine it says more."""
    return sum(seconds for kind, seconds in server.cpu().items() if kind != "names")


def _paint(browser: Browser, server: Server, address: str) -> float:
    """When a browser that knows nothing yet shows something of a page, in seconds."""
    context = browser.new_context()
    try:
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{server.port}{address}")
        page.wait_for_function(f"() => ({_FIRST_PAINT})() !== undefined")
        return float(page.evaluate(_FIRST_PAINT)) / 1000
    finally:
        context.close()


def _chromium() -> str:
    found = os.environ.get("KG_CHROMIUM") or shutil.which("chromium")
    return found or sys.exit("no Chromium is here: KG_CHROMIUM names one")


if __name__ == "__main__":
    main(sys.argv[1:])
