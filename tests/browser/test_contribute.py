"""The page for contributions shows findings at their lines, and works without scripts, too."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import Site
from tests.browser.test_access import findings, wider_than_the_screen
from tests.browser.writing import write

pytestmark = pytest.mark.browser

PREFIXES = """@prefix ckg: <https://w3id.org/conflict-kg/ns#> .
@prefix person: <https://w3id.org/conflict-kg/id/person/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""
GERMAN = f'{PREFIXES}person:zz-german a ckg:Person ; rdfs:label "Zz"@de .\n'
ENGLISH = GERMAN.replace("@de", "@en")


def told(page: Page) -> str:
    """What is said below the editor, once the text has been looked at."""
    expect(page.locator(".cm-editor + [role=status]")).to_contain_text(".")
    return page.locator(".cm-editor + [role=status]").inner_text()


def test_findings_are_underlined_at_their_lines_while_one_types(site: Site) -> None:
    with site.opened("/contribute") as page:
        write(page, GERMAN)
        expect(page.locator(".cm-lintRange-error")).to_have_text('"Zz"')
        assert told(page) == "1 violation, 0 remarks."
        write(page, ENGLISH.replace("rdfs:label", "rdfs:labell"))
        expect(page.locator(".cm-lintRange-error").first).to_have_text("person:zz-german")
        write(page, ENGLISH.replace(" ;", ""))
        expect(page.locator("[role=status]", has_text="This cannot be read")).to_be_visible()
        write(page, ENGLISH)
        expect(page.locator("[role=status]", has_text="This conforms.")).to_be_visible()


def test_our_terms_are_completed_in_turtle(site: Site) -> None:
    with site.opened("/contribute") as page:
        write(page, PREFIXES)
        page.keyboard.type("person:zz-new a ckg:Pers")
        options = page.locator(".cm-tooltip-autocomplete .cm-completionLabel")
        expect(options.first).to_have_text("ckg:Person")


def test_a_chosen_file_is_put_into_the_editor(site: Site) -> None:
    with site.opened("/contribute") as page:
        page.locator("#file").set_input_files(
            {"name": "new.ttl", "mimeType": "text/turtle", "buffer": GERMAN.encode()}
        )
        expect(page.locator(".cm-content")).to_contain_text("person:zz-german")
        expect(page.locator(".cm-lintRange-error")).to_have_text('"Zz"')


@pytest.mark.parametrize("scripts", [True, False])
def test_what_triples_mean_is_told_before_they_are_proposed(site: Site, scripts: bool) -> None:
    with site.opened("/contribute", scripts=scripts) as page:
        if scripts:
            write(page, ENGLISH)
        else:
            page.locator("#added").fill(ENGLISH)
        page.get_by_role("button", name="Preview").click()
        expect(page.get_by_role("heading", name="What it means")).to_be_visible()
        expect(page.get_by_role("main")).to_contain_text("Adds 1 person")


@pytest.mark.parametrize(("width", "dark"), [(360, True), (1440, False)])
def test_form_and_preview_can_be_used_by_everybody(site: Site, width: int, dark: bool) -> None:
    with site.opened("/contribute", width=width, dark=dark) as page:
        write(page, GERMAN)
        told(page)
        assert (findings(page), wider_than_the_screen(page)) == ([], 0)
        page.get_by_role("button", name="Preview").click()
        expect(page.get_by_role("heading", name="What it means")).to_be_visible()
        assert (findings(page), wider_than_the_screen(page)) == ([], 0)
