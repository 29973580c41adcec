"""The search box suggests while one types, and everything can be found without scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import Site
from tests.browser.test_access import findings, wider_than_the_screen

pytestmark = pytest.mark.browser


def typed(page: Page, text: str) -> None:
    """Type into the search box, and wait for suggestions."""
    page.get_by_role("combobox", name="Search names and claims").press_sequentially(text)
    expect(page.locator(".suggestions li").first).to_be_visible()


def test_a_suggestion_is_chosen_with_the_keyboard(site: Site) -> None:
    with site.opened("/ns") as page:
        typed(page, "Пашинян")
        box = page.get_by_role("combobox")
        expect(box).to_have_attribute("aria-expanded", "true")
        page.keyboard.press("ArrowDown")
        option = page.locator(".suggestions li[aria-selected=true]")
        expect(option).to_contain_text("Nikol Pashinyan")
        assert box.get_attribute("aria-activedescendant") == option.get_attribute("id")
        page.keyboard.press("ArrowUp")
        assert box.get_attribute("aria-activedescendant") is None
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.wait_for_url("**/doc/person/nikol-pashinyan")


def test_escape_closes_the_suggestions_and_enter_then_searches(site: Site) -> None:
    with site.opened("/ns") as page:
        typed(page, "tegh")
        page.keyboard.press("Escape")
        expect(page.locator(".suggestions")).to_be_hidden()
        expect(page.get_by_role("combobox")).to_have_value("tegh")
        page.keyboard.press("Enter")
        page.wait_for_url("**/search?q=tegh")


@pytest.mark.parametrize("width", [360, 1440])
def test_the_open_list_can_be_used_by_everybody(site: Site, width: int) -> None:
    with site.opened("/ns", width=width) as page:
        typed(page, "claimant")
        page.keyboard.press("ArrowDown")
        assert (findings(page), wider_than_the_screen(page)) == ([], 0)


def test_hits_of_one_kind_are_found_without_scripts(site: Site) -> None:
    with site.opened("/", scripts=False) as page:
        page.get_by_role("searchbox").fill("firefigt tegh")
        page.get_by_role("button", name="Search").click()
        page.get_by_role("navigation", name="By kind").get_by_text("event").click()
        page.locator(".hits").get_by_role("link", name="firefight near Tegh").click()
        page.wait_for_url("**/doc/event/tegh-firefight")
