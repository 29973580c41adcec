"""Pictures of the main pages for the documents: `python -m tests.browser.pictures ADDRESS`."""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright
from tests.browser.conftest import chromium
from tests.browser.writing import run

from kg.sparql.examples import example
from kg.web.asking import without_header

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
SHOTS = (
    ("query-map", "places-on-a-map", 1100, False),
    ("query-timeline", "timeline", 1100, True),
    ("query-table", "who-started-the-firefight", 1100, False),
    ("query-phone", "who-started-the-firefight", 360, True),
)
"""File, example, width in pixels, dark."""
PAGES = (
    ("figures", "/doc/state/azerbaijan", "figures", 1000, False),
    ("event-neighbours", "/doc/event/tegh-firefight", "neighbours", 1000, True),
)
"""File, path, id of the heading at the top, width in pixels, dark."""
QUALITY = 45


def main(root: str) -> None:
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        for name, query, width, dark in SHOTS:
            page = browser.new_page(
                viewport={"width": width, "height": 860},
                color_scheme="dark" if dark else "light",
            )
            page.goto(f"{root}/query")
            run(page, without_header(example(query).text))
            page.wait_for_timeout(1000)
            path = FOLDER / f"{name}.jpg"
            page.screenshot(path=path, type="jpeg", quality=60, full_page=True, caret="initial")
        for name, address, top, width, dark in PAGES:
            page = browser.new_page(
                viewport={"width": width, "height": 760},
                color_scheme="dark" if dark else "light",
            )
            page.goto(f"{root}{address}#{top}")
            page.screenshot(path=FOLDER / f"{name}.jpg", type="jpeg", quality=QUALITY)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
