"""What holds of the main pages in every light and width: they can be used, and nothing is odd."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page
from tests.browser.conftest import AXE, Site
from tests.browser.writing import run

from kg.sparql.examples import example
from kg.web.asking import without_header

pytestmark = pytest.mark.browser

PATHS = (
    "/",
    "/ns",
    "/conflicts",
    "/ontology",
    "/ontology/casualties",
    "/policy",
    "/doc/conflict/nagorno-karabakh-conflict",
    "/doc/state/armenia",
    "/links",
    "/search?q=tegh",
    "/contribute/claim",
    "/doc/event/tegh-firefight",
    "/doc/document/article-000",
    "/claims?of=event:tegh-firefight",
    "/query?query=SELECT+%2A+%7B+%3Fs+%3Fp+%3Fo+%7D",
)
LOOKS = [(1440, False), (1440, True), (360, False), (360, True)]
PICTURES = ("places-on-a-map", "timeline", "death-tolls-side-by-side", "who-started-the-firefight")


def findings(page: Page) -> list[str]:
    """What axe finds serious or critical."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = page.evaluate("async () => (await axe.run()).violations")
    return [
        f"{each['id']}: {each['nodes'][0]['html'][:200]}"
        for each in found
        if each["impact"] in ("serious", "critical")
    ]


def wider_than_the_screen(page: Page) -> int:
    overflow: int = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return overflow


@pytest.mark.parametrize(("width", "dark"), LOOKS)
def test_every_main_page_can_be_used_by_everybody(site: Site, width: int, dark: bool) -> None:
    found: dict[str, object] = {}
    for path in PATHS:
        with site.opened(path, width=width, dark=dark) as page:
            found[path] = (findings(page), wider_than_the_screen(page))
    assert found == dict.fromkeys(PATHS, ([], 0))


@pytest.mark.parametrize(("width", "dark"), LOOKS)
def test_the_query_page_can_be_used_by_everybody(site: Site, width: int, dark: bool) -> None:
    found: dict[str, object] = {}
    with site.opened(width=width, dark=dark) as page:
        found["empty"] = (findings(page), wider_than_the_screen(page))
        for name in PICTURES:
            run(page, without_header(example(name).text))
            for view in page.locator("[data-view]").all():
                view.click()
                page.wait_for_timeout(200)
                key = f"{name}, {view.inner_text()}"
                found[key] = (findings(page), wider_than_the_screen(page))
    assert len(found) > len(PICTURES)
    assert found == dict.fromkeys(found, ([], 0))


def test_pages_other_than_that_of_queries_load_the_script_of_the_search_only(site: Site) -> None:
    with site.opened("/doc/event/tegh-firefight") as page:
        sources = page.evaluate("[...document.scripts].map(s => s.src).filter(Boolean)")
        assert [source.rpartition("/")[2].partition("-")[0] for source in sources] == ["search"]
