"""Pictures of the main pages for the documents: `make pictures`, all or those with some names."""

from __future__ import annotations

import base64
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Page, expect, sync_playwright
from tests.browser.conftest import MILLISECONDS, SETTINGS, add_fiction, chromium
from tests.browser.test_contribute import GERMAN, told
from tests.browser.writing import run, write
from tests.contributions.test_claim_form import CLAIM
from tests.processes.running import running
from tests.resilience.server import Server, wait_until
from tests.seeded import seeded_in

from kg.sparql.examples import example
from kg.store.served import ServedStore
from kg.web.asking import without_header

FOLDER: Final = Path(__file__).parents[2] / "docs" / "pictures"
QUALITIES: Final = (70, 50, 35, 20)
MOST_BYTES: Final = 60_000
"""A picture is kept in the best quality in which it has no more."""
COPY_SECONDS: Final = 300
COUNTED: Final = """SELECT ?kind (COUNT(?thing) AS ?n) WHERE {
  ?thing a ?kind
  OPTIONAL { ?thing rdfs:label ?label }
}
GROUP BY ?kind
ORDER BY DESC(?n)"""


CLAIMED: Final = """SELECT ?claimant (COUNT(?claim) AS ?claims) WHERE {
  ?claim ckg:claimant ?claimant
}
GROUP BY ?claimant
ORDER BY DESC(?claims) ?claimant
LIMIT 20"""


@dataclass(frozen=True)
class Picture:
    """A page in a window, from its top or from the element `top`, once `act` was done on it."""

    path: str
    width: int = 1100
    height: int = 860
    dark: bool = False
    act: Callable[[Page], None] = lambda _: None
    top: str = ""


def answered(name: str, view: str = "") -> Callable[[Page], None]:
    """Run an example, and look at its answer in one of the ways."""

    def act(page: Page) -> None:
        run(page, without_header(example(name).text))
        if view:
            page.get_by_role("button", name=view, exact=True).click()
            page.wait_for_selector(".view > *")

    return act


def charted(page: Page) -> None:
    run(page, CLAIMED)
    page.wait_for_selector("svg.picture")


def grown(page: Page) -> None:
    """The graph of an answer, and what is beside its first node."""
    answered("who-started-the-firefight", "Graph")(page)
    page.get_by_role("button", name="Go on from").first.click()
    page.wait_for_selector(".disc[aria-disabled]")


def explained(page: Page) -> None:
    run(page, COUNTED)
    page.get_by_role("button", name="Explain", exact=True).click()
    page.wait_for_selector(".explained")


def with_findings(page: Page) -> None:
    write(page, GERMAN)
    told(page)


def filled(page: Page) -> None:
    for name in ("document", "sentence", "text", "subject", "value", "gloss"):
        page.fill(f"#{name}", CLAIM[name])
    page.select_option("#predicate", CLAIM["predicate"])


PICTURES: Final = {
    "home": Picture("/"),
    "query-table": Picture("/query", act=answered("who-started-the-firefight"), height=900),
    "query-map": Picture("/query", act=answered("places-on-a-map"), top="#result"),
    "query-timeline": Picture("/query", act=answered("timeline"), top="#result", dark=True),
    "query-chart": Picture("/query", act=charted, top="#result", height=700),
    "query-graph": Picture("/query", act=grown, top="#result"),
    "query-explain": Picture("/query", act=explained, top="#result", height=600),
    "query-phone": Picture(
        "/query", 360, 1100, True, answered("who-started-the-firefight"), "#result"
    ),
    "entity": Picture("/doc/state/armenia"),
    "entity-phone": Picture("/doc/state/armenia", 360, 780),
    "figures": Picture("/doc/state/azerbaijan", 1000, 760, top="#figures"),
    "event-neighbours": Picture("/doc/event/tegh-firefight", 1000, 760, True, top="#neighbours"),
    "conflict": Picture("/doc/conflict/nagorno-karabakh-conflict"),
    "claim": Picture("/doc/claim/004-1-1"),
    "claim-phone": Picture("/doc/claim/004-1-1", 360, 780, True),
    "document": Picture("/doc/document/article-000"),
    "search": Picture("/search?q=karabakh"),
    "contribute": Picture("/contribute", act=with_findings),
    "claim-form": Picture("/contribute/claim", act=filled, height=1000),
    "review": Picture("/contributions/2"),
    "term": Picture("/ontology/casualties", dark=True),
}
"""By their names."""


def main(names: list[str]) -> None:
    FOLDER.mkdir(exist_ok=True)
    expect.set_options(timeout=MILLISECONDS)
    with served() as server, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        for name in names or PICTURES:
            taken = take(browser, f"http://127.0.0.1:{server.port}", PICTURES[name])
            (FOLDER / f"{name}.webp").write_bytes(taken)
        browser.close()


@contextmanager
def served() -> Iterator[Server]:
    """A server with all data, some fiction, and a copy in columns."""
    with tempfile.TemporaryDirectory() as place:
        home = Path(place) / "home"
        seeded_in(Path(place)).copy_to(home)
        with running(home, *SETTINGS, setup="kg.processes.opening:OURS") as server:
            add_fiction(server)
            newest = str(ServedStore(home).generation())
            copy = home / "artefacts" / "columns" / newest / "about.json"
            wait_until(copy.exists, COPY_SECONDS, "no copy was made")
            yield server


def take(browser: Browser, root: str, picture: Picture) -> bytes:
    """What is seen in the window, as WebP."""
    page = browser.new_page(
        viewport={"width": picture.width, "height": picture.height},
        color_scheme="dark" if picture.dark else "light",
    )
    page.goto(f"{root}{picture.path}")
    picture.act(page)
    page.evaluate("document.activeElement.blur()")
    if picture.top:
        page.locator(picture.top).evaluate("element => element.scrollIntoView()")
    else:
        page.evaluate("window.scrollTo(0, 0)")
    page.wait_for_timeout(500)
    session = page.context.new_cdp_session(page)
    for quality in QUALITIES:
        wanted = {"format": "webp", "quality": quality}
        data = base64.b64decode(session.send("Page.captureScreenshot", wanted)["data"])
        if len(data) <= MOST_BYTES:
            break
    page.close()
    return data


if __name__ == "__main__":
    main(sys.argv[1:])
