"""The editor of the query page helps, runs and really cancels."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import Site
from tests.browser.writing import run, write
from tests.processes.running import ENDLESS, status
from tests.resilience.server import wait_until

pytestmark = pytest.mark.browser

CLAIMANTS = "SELECT ?x ?who WHERE { ?x a ckg:Claim ; ckg:claimant ?who } ORDER BY ?x"


def busy(site: Site) -> float:
    """The workers of the server that evaluate a query."""
    return status(site.server)["kg_workers_busy"]


def options(page: Page) -> list[str]:
    page.wait_for_selector(".cm-tooltip-autocomplete")
    return page.locator(".cm-tooltip-autocomplete .cm-completionLabel").all_inner_texts()


def test_properties_of_its_class_are_offered_after_a_typed_variable(site: Site) -> None:
    with site.opened() as page:
        page.click(".cm-content")
        page.keyboard.type("SELECT * WHERE { ?x a ckg:Claim . ?x ")
        found = options(page)
        assert {"ckg:claimant", "ckg:certainty", "ckg:content"} <= set(found[:12])
        page.keyboard.type("ckg:claiman")
        page.wait_for_timeout(300)
        page.keyboard.press("Enter")
        expect(page.locator(".cm-content")).to_contain_text("?x ckg:claimant")


def test_classes_are_offered_where_a_class_belongs_and_nothing_else(site: Site) -> None:
    with site.opened() as page:
        page.click(".cm-content")
        page.keyboard.type("SELECT * WHERE { ?x a ckg:")
        found = options(page)
        assert "ckg:Claim" in found
        assert "ckg:claimant" not in found


def test_a_term_under_the_pointer_is_explained(site: Site) -> None:
    with site.opened() as page:
        write(page, CLAIMANTS)
        page.get_by_text("ckg:claimant", exact=True).hover()
        expect(page.locator(".documentation")).to_contain_text("Who holds the claim")


def test_an_error_is_underlined_at_its_place_before_the_query_is_run(site: Site) -> None:
    with site.opened() as page:
        write(page, "SELECT ?x WHERE { ?x ckg:claimant }")
        expect(page.locator(".cm-lintRange-error")).to_have_text("}")
        write(page, "SELECT ?x WHERE { ?x ckg:claiment ?y }")
        expect(page.locator(".cm-lintRange-warning")).to_have_text("ckg:claiment")


def test_a_refused_query_keeps_its_text_and_says_where_and_why(site: Site) -> None:
    with site.opened() as page:
        write(page, "SELECT ?x WHERE { ?x ckg:claimant }")
        page.keyboard.press("Control+Enter")
        expect(page.get_by_role("alert")).to_contain_text("line 1, column 35")
        expect(page.locator(".cm-content")).to_contain_text("?x ckg:claimant }")
    refused = [text for text in site.complaints if "400 (Bad Request)" in text]
    assert site.complaints == refused  # the browser notes each status of this sort
    site.complaints.clear()


def test_a_cancelled_query_is_given_up_by_the_server(site: Site) -> None:
    with site.opened() as page:
        write(page, ENDLESS)
        page.get_by_role("button", name="Run").click()
        wait_until(lambda: busy(site) == 1, 30, "the query does not run")
        page.get_by_role("button", name="Cancel", exact=True).click()
        expect(page.locator("p[role=status]")).to_contain_text("Cancelled")
        wait_until(lambda: busy(site) == 0, 30, "the worker stays busy")


def test_formatting_lays_a_query_out(site: Site) -> None:
    with site.opened() as page:
        write(page, "select ?x where{?x a ckg:Claim;ckg:claimant ?y}")
        page.get_by_role("button", name="Format").click()
        lines = page.locator(".cm-line").all_inner_texts()
        assert lines[:3] == ["SELECT ?x WHERE {", "  ?x a ckg:Claim ;", "    ckg:claimant ?y"]


def test_tabs_and_history_survive_a_reload(site: Site) -> None:
    with site.opened() as page:
        run(page, CLAIMANTS)
        page.get_by_role("button", name="New tab").click()
        write(page, "ASK {}")
        page.goto(f"{site.root}/query")
        page.wait_for_selector(".cm-content")
        expect(page.locator(".cm-content")).to_have_text("ASK {}")
        page.get_by_role("button", name="Query 1", exact=True).click()
        expect(page.locator(".cm-content")).to_have_text(CLAIMANTS)
        page.get_by_text("History").click()
        expect(page.locator(".history li").first).to_contain_text("SELECT ?x ?who")
