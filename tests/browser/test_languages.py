"""What scripts make of the pages, in a language that nobody speaks."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from playwright.sync_api import Browser, Page, expect
from tests import pseudo
from tests.browser.conftest import Site
from tests.browser.test_access import wider_than_the_screen
from tests.browser.test_answers import text_of
from tests.browser.writing import run, write
from tests.seeded import Seeded
from werkzeug.serving import make_server

from kg.processes.opening import open_embedded
from kg.web import create_app

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def spoken(seeded: Seeded, browser: Browser) -> Iterator[Site]:
    """The site in the pseudo-language, in a thread of this process."""
    app = create_app(open_embedded(seeded.home), site_language=pseudo.language())
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    site = Site(SimpleNamespace(port=server.server_port), browser)
    yield site
    server.shutdown()
    server.server_close()
    thread.join()
    assert site.complaints == []


def plain(page: Page) -> list[str]:
    """What is plain on the page as it is now."""
    return pseudo.plain_words(page.content())


@pytest.mark.parametrize("name", ["places-on-a-map", "timeline", "death-tolls-side-by-side"])
def test_answers_and_their_pictures_are_in_the_language_of_the_page(
    spoken: Site, name: str
) -> None:
    with spoken.opened() as page:
        run(page, text_of(name))
        assert page.locator("#answer").inner_text().startswith("⟦")
        for button in page.locator("[data-view]").all():
            button.click()
            page.wait_for_selector(".view > *")
            assert plain(page) == []


def test_tabs_history_and_what_is_wrong_are_in_the_language_of_the_page(spoken: Site) -> None:
    with spoken.opened() as page:
        run(page, "SELECT ?x WHERE { ?x a ckg:Claim }")
        page.locator(".tabs button").last.click()
        page.locator(".history summary").click()
        write(page, "SELECT nothing")
        page.keyboard.press("Control+Enter")
        expect(page.locator("#result .error")).to_be_visible()
        assert plain(page) == []
        assert {"400 (BAD REQUEST)" in each for each in spoken.complaints} <= {True}
        spoken.complaints.clear()
        page.keyboard.press("Control+a")
        page.keyboard.press("Delete")
        page.keyboard.insert_text("SELECT * WHERE { ?x a ckg:")
        page.keyboard.press("Control+Space")
        expect(page.locator(".cm-tooltip-autocomplete")).to_be_visible()
        assert (
            page.locator(".cm-tooltip-autocomplete ul").get_attribute("aria-label").startswith("⟦")
        )


def test_suggestions_are_counted_in_the_language_of_the_page(spoken: Site) -> None:
    with spoken.opened("/ns") as page:
        page.get_by_role("combobox").press_sequentially("tegh")
        expect(page.locator(".suggestions li").first).to_be_visible()
        expect(page.locator("form.search [role=status]")).to_contain_text("⟦")
        assert plain(page) == []


@pytest.mark.parametrize("path", ["/", "/query", "/contribute", "/doc/event/tegh-firefight"])
@pytest.mark.parametrize("width", [360, 1440])
def test_a_page_from_right_to_left_is_no_wider_than_the_screen(
    spoken: Site, path: str, width: int
) -> None:
    with spoken.opened(path, width=width) as page:
        page.wait_for_load_state("networkidle")
        assert (plain(page), wider_than_the_screen(page)) == ([], 0)
