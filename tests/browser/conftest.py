"""A real server with the data that comes with kg, and a real browser that looks at it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Request,
    expect,
    sync_playwright,
)
from tests.processes.running import running
from tests.resilience.server import Server
from tests.seeded import Seeded

AXE = Path(__file__).parents[2] / "frontend/node_modules/axe-core/axe.min.js"
MILLISECONDS = 15_000
"""So long a test waits for what it expects of a page."""

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
    settings = ("seconds=60", "cpu_seconds=60", "columnar_triples=10_000_000", "columnar_least=0")
    with running(home, *settings, setup="kg.processes.opening:OURS") as started:
        yield started


@pytest.fixture
def site(server: Server, browser: Browser) -> Iterator[Site]:
    """The pages; in the end nothing may have been wrong with them that a test did not expect."""
    site = Site(server, browser)
    yield site
    assert site.complaints == []
