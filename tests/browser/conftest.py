"""A real server with the data that comes with kg, and a real browser that looks at it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Request,
    expect,
    sync_playwright,
)
from tests.contributions.speakers import BOB, Http, person
from tests.contributions.test_claim_form import WORLD
from tests.processes.running import running
from tests.resilience.server import Server
from tests.seeded import Seeded

from kg.cli import main

AXE = Path(__file__).parents[2] / "frontend/node_modules/axe-core/axe.min.js"
MILLISECONDS = 15_000
"""So long a test waits for what it expects of a page."""

SETTINGS = (
    *("seconds=60", "cpu_seconds=60", "reconcile_seconds=60", "waiting_seconds=60"),
    *("columnar_triples=10_000_000", "columnar_least=0", "columnar_rest_seconds=1"),
)
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@dataclass
class Site:
    """A server, and what was wrong with the pages that were opened of it."""

    server: Server
    browser: Browser
    complaints: list[str] = field(default_factory=list)

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self.server.port}"

    @contextmanager
    def opened(
        self, path: str = "/query", *, width: int = 1440, dark: bool = False, scripts: bool = True
    ) -> Iterator[Page]:
        """A page in a browser that knows nothing of other tests."""
        context = self.browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
        )
        context.set_default_timeout(MILLISECONDS)
        page = self._watched(context)
        try:
            page.goto(f"{self.root}{path}")
            if scripts and path.startswith("/query"):
                page.wait_for_selector(".cm-content")
            yield page
        finally:
            context.close()

    def _watched(self, context: BrowserContext) -> Page:
        page = context.new_page()
        page.on("console", lambda m: m.type == "error" and self.complaints.append(m.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("requestfailed", self._notice_failed)
        page.on("request", self._notice_others)
        return page

    def _notice_failed(self, request: Request) -> None:
        """What the page gave up, by cancelling, leaving or downloading, has not failed."""
        if request.failure != "net::ERR_ABORTED":
            self.complaints.append(f"failed: {request.url} {request.failure}")

    def _notice_others(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and f"{parts.scheme}://{parts.netloc}" != self.root:
            self.complaints.append(f"asked somebody else: {request.url}")


def chromium() -> str:
    """The browser of this machine."""
    named = os.environ.get("KG_CHROMIUM")
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if not (named or found):
        pytest.fail("no Chromium is here: `make browser` installs Debian's, KG_CHROMIUM names one")
    return named or str(found)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=MILLISECONDS)
    with sync_playwright() as driver:
        launched = driver.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def server(seeded: Seeded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    home = tmp_path_factory.mktemp("browser") / "home"
    seeded.copy_to(home)
    with running(home, *SETTINGS, setup="kg.processes.opening:OURS") as started:
        add_fiction(started)
        yield started


def add_fiction(server: Server) -> None:
    """A frozen release; then talks and a report that were reviewed, a proposal, one taken out."""
    result = CliRunner().invoke(main, ["release", "1.0.0"], env={"KG_HOME": str(server.home)})
    assert result.exit_code == 0, result.stderr
    people = Http(server.home)
    assert people.step(people.propose(WORLD).number, "accept", who=BOB).taken
    assert people.propose(person("waiting")).state == "in-review"
    gone = 'GRAPH graph:curated { person:zz-gone a ckg:Person ; rdfs:label "Zz"@en }'
    with closing(server.client()) as client:
        for verb in ("INSERT", "DELETE"):
            assert client.update(f"{verb} DATA {{ {gone} }}", key=verb).status == 200


@pytest.fixture
def site(server: Server, browser: Browser) -> Iterator[Site]:
    """The pages; in the end nothing may have been wrong with them that a test did not expect."""
    site = Site(server, browser)
    yield site
    assert site.complaints == []
