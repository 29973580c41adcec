"""What holds of answers in every light and width: they can be used, and nothing is odd."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page
from tests.browser.conftest import AXE, Site
from tests.browser.writing import run

from kg.sparql.examples import example
from kg.web.asking import without_header

pytestmark = pytest.mark.browser

LOOKS = [(1440, False), (1440, True), (360, False), (360, True)]
AUDIT = "async () => (await axe.run({ resultTypes: ['violations'] })).violations"
PICTURES = ("places-on-a-map", "timeline", "death-tolls-side-by-side", "who-started-the-firefight")


def findings(page: Page) -> list[str]:
    """What axe finds serious or critical."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = page.evaluate(AUDIT)
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
