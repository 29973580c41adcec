"""The form for one claim, by keyboard only and without scripts, from its findings to a proposal."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import Site
from tests.browser.test_access import findings, wider_than_the_screen
from tests.contributions.test_claim_form import CLAIM

from kg.tokens import Scope, Tokens

pytestmark = pytest.mark.browser

FIELDS = (
    *("document", "sentence", "text", "words", "claimant", "subject", "predicate", "value"),
    *("mode", "certainty", "polarity", "gloss", "note"),
)
"""As they follow each other."""
CHOSEN = {"predicate": "happened on", "certainty": "probable"}
"""What is typed where one chooses from a list."""


def fill(page: Page, claim: dict[str, str]) -> None:
    """Fill the form with keys only, from its first field to its button, and press that."""
    page.focus(f"#{FIELDS[0]}")
    for name in FIELDS:
        assert page.evaluate("document.activeElement.id") == name
        if name not in CHOSEN and name in claim:
            page.keyboard.press("Control+a")
        page.keyboard.type(CHOSEN.get(name) or claim.get(name, ""))
        page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")


def token(site: Site, name: str) -> str:
    return Tokens(site.server.home / "tokens.json").create(name, [Scope.PROPOSE])[1]


@pytest.mark.parametrize("scripts", [True, False])
def test_a_claim_is_written_looked_at_and_proposed_with_keys_only(
    site: Site, scripts: bool
) -> None:
    gloss = f"The talks in Zz were on 3 May 2031, {'with' if scripts else 'without'} scripts"
    with site.opened("/contribute/claim", scripts=scripts, width=360) as page:
        fill(page, {**CLAIM, "gloss": gloss, "text": "Another sentence."})
        expect(page.get_by_role("alert")).to_contain_text("this is not sentence 1")
        expect(page.locator("#gloss")).to_have_value(gloss)
        if scripts:
            assert (findings(page), wider_than_the_screen(page)) == ([], 0)
        fill(page, {**CLAIM, "gloss": gloss})
        expect(page.get_by_role("heading", name="Preview")).to_be_visible()
        expect(page.locator("p[role=status].lead")).to_contain_text("This conforms.")
        expect(page.get_by_role("main")).to_contain_text(gloss)
        assert wider_than_the_screen(page) == 0
        page.focus("#reason")
        page.keyboard.type("As the report on Zz says.")
        page.focus("#token")
        page.keyboard.type(token(site, f"keys-{scripts}"))
        page.keyboard.press("Tab")  # over the box for drafts, to the button
        page.keyboard.press("Tab")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text(gloss)
        expect(page.locator(".mark.state-in-review")).to_be_visible()
    # a browser tells of each answer that is an error, as that to a claim which is none is
    assert {"400 (Bad Request)" in each for each in site.complaints} <= {True}
    site.complaints.clear()
