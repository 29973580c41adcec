"""Answers as tables and pictures, and where they lead, in a browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import Site
from tests.browser.test_access import wider_than_the_screen
from tests.browser.writing import run, write

from kg.sparql.examples import example
from kg.web.asking import without_header

pytestmark = pytest.mark.browser

CLAIMANTS = "SELECT ?x ?who WHERE { ?x a ckg:Claim ; ckg:claimant ?who } ORDER BY ?x"
HOSTILE = """SELECT ?text ?thing ?when WHERE { VALUES (?text ?thing ?when) {
  ("<img src=x onerror=window.broken=1><script>window.broken=1</script>"
   <javascript:window.broken=1> "2020-01-02"^^xsd:date)
  ("\\u202Egnp.exe" <http://example.org/a%22onmouseover=window.broken=1> "2021"^^xsd:gYear) } }"""


def text_of(name: str) -> str:
    return without_header(example(name).text)


def views(page: Page) -> list[str]:
    return page.locator("[data-view]").all_inner_texts()


def test_a_long_answer_comes_in_pages_and_is_sorted_by_the_server(site: Site) -> None:
    with site.opened() as page:
        run(page, CLAIMANTS)
        expect(page.locator("tbody tr")).to_have_count(100)
        page.get_by_role("button", name="Next rows").click()
        expect(page.locator("#answer")).to_contain_text("Rows 101 to 200")
        page.get_by_role("button", name="who", exact=True).click()
        expect(page.locator("th[aria-sort=ascending]")).to_have_text("who")
        first = page.locator("tbody tr td:nth-child(2)").all_inner_texts()
        assert first == sorted(first, key=str.casefold)
        expect(page.get_by_role("button", name="who", exact=True)).to_be_focused()


def test_labels_stand_for_iris_which_are_told_on_hover(site: Site) -> None:
    with site.opened() as page:
        run(page, "SELECT ?who WHERE { VALUES ?who { state:armenia } }")
        expect(page.locator("tbody a").first).to_have_text("Armenia")
        expect(page.locator("tbody a").first).to_have_attribute(
            "title", "https://w3id.org/conflict-kg/id/state/armenia"
        )


@pytest.mark.parametrize(
    ("name", "view", "drawn"),
    [
        ("places-on-a-map", "Map", "circle"),
        ("timeline", "Timeline", "rect"),
        ("death-tolls-side-by-side", "Chart", "rect"),
        ("who-started-the-firefight", "Graph", "circle"),
    ],
)
def test_a_picture_is_offered_for_columns_that_fit_it(
    site: Site, name: str, view: str, drawn: str
) -> None:
    with site.opened() as page:
        run(page, text_of(name))
        assert {"Table", view} <= set(views(page))
        page.get_by_role("button", name=view, exact=True).click()
        expect(page.locator("svg.picture")).to_be_visible()
        assert page.locator(f"svg.picture {drawn}.mark-of").count() > 1
        page.get_by_role("button", name="Table", exact=True).click()
        expect(page.locator("table.results")).to_be_visible()


COUNTED = "SELECT ?kind (COUNT(?x) AS ?n) { ?x a ?kind } GROUP BY ?kind ORDER BY ?kind"


def test_how_a_query_was_answered_is_told_in_a_tab(site: Site) -> None:
    with site.opened() as page:
        run(page, COUNTED)
        page.get_by_role("button", name="Explain", exact=True).click()
        expect(page.locator(".explained")).to_contain_text("By the")
        expect(page.locator(".explained")).to_contain_text("solutions")
        page.get_by_role("button", name="Table", exact=True).click()
        expect(page.locator("table.results")).to_be_visible()
        write(page, "ASK {}")
        page.keyboard.press("Control+Enter")
        expect(page.locator("#answer")).to_contain_text("Yes")
        page.get_by_role("button", name="Explain", exact=True).click()
        expect(page.locator(".explained")).to_contain_text("It took")


def test_how_a_query_was_answered_is_told_without_scripts(site: Site) -> None:
    with site.opened(scripts=False) as page:
        page.fill("#query", COUNTED)
        page.get_by_role("button", name="Explain").click()
        expect(page.get_by_role("heading", name="How it was answered")).to_be_visible()
        expect(page.locator(".explained")).to_contain_text("solutions")
        page.get_by_role("button", name="Run").click()
        expect(page.locator("table.results")).to_be_visible()


@pytest.mark.parametrize("by", ["click", "key"])
def test_a_graph_grows_by_one_step_and_so_does_its_table(site: Site, by: str) -> None:
    with site.opened(width=360 if by == "click" else 1440) as page:
        run(page, "SELECT ?event ?state { VALUES (?event ?state) "
            "{ (event:tegh-firefight state:armenia) } }")  # fmt: skip
        page.get_by_role("button", name="Graph", exact=True).click()
        expect(page.locator(".network summary")).to_have_text("As a table: 1")
        disc = page.get_by_role("button", name="Go on from")
        first = disc.first.get_attribute("data-node")
        if by == "click":
            disc.first.click()
        else:
            disc.first.focus()
            page.keyboard.press("Enter")
        expect(page.locator(".network [role=status]")).to_contain_text("added beside")
        expect(page.locator(".disc:focus")).to_have_attribute("data-node", str(first))
        assert page.locator(".disc").count() > 2
        page.locator(".network summary").click()
        edges = page.locator("svg.picture line").count()
        assert page.locator(".network tbody tr").count() == edges > 1
        assert page.locator(".network tbody a[href^='/doc/']").count() == 2 * edges
        assert wider_than_the_screen(page) == 0


def test_a_map_or_a_timeline_is_what_is_seen_first_and_says_whose_borders(site: Site) -> None:
    with site.opened() as page:
        run(page, text_of("places-on-a-map"))
        expect(page.locator("[aria-pressed=true][data-view]")).to_have_text("Map")
        expect(page.get_by_text("Borders: Natural Earth")).to_be_visible()
        run(page, text_of("timeline"))
        expect(page.locator("[aria-pressed=true][data-view]")).to_have_text("Timeline")


def test_what_comes_from_data_is_never_markup_or_a_script(site: Site) -> None:
    with site.opened() as page:
        run(page, HOSTILE)
        for view in views(page):
            page.get_by_role("button", name=view, exact=True).click()
            page.wait_for_selector(".view > *")
        page.get_by_role("button", name="Table", exact=True).click()
        expect(page.locator("tbody")).to_contain_text("<img src=x onerror")
        assert page.locator("tbody img, tbody script, a[href^=javascript]").count() == 0
        assert page.evaluate("window.broken") is None


def test_downloads_and_snippets_go_with_the_answer(site: Site) -> None:
    with site.opened() as page:
        run(page, CLAIMANTS)
        with page.expect_download() as found:
            page.get_by_role("link", name="CSV for spreadsheets").click()
        with open(found.value.path(), encoding="utf-8-sig") as file:
            assert file.readline().strip() == "x,who"
        page.get_by_text("Use this query from a program").click()
        names = page.locator("details h3").all_inner_texts()
        assert names == [
            "curl", "Python, SPARQLWrapper", "Python, rdflib", "Python, pandas", "R",
        ]  # fmt: skip


def test_a_copied_link_leads_to_query_and_answer(site: Site) -> None:
    with site.opened() as page:
        run(page, CLAIMANTS)
        page.get_by_role("button", name="Copy a link").click()
        made = page.locator("p[role=status]").get_by_role("link")
        address = made.inner_text()
        assert re.fullmatch(rf"{site.root}/q/[a-z2-7]{{10}}", address)
        path = address.removeprefix(site.root)
    for scripts in (True, False):
        with site.opened(path, scripts=scripts) as page:
            expect(page.locator("#answer")).to_contain_text("row", ignore_case=True)
            expect(page.locator("#kept")).to_contain_text("on generation")
            assert page.locator("tbody tr").count() >= 100


def test_a_reader_with_keys_only_comes_from_query_to_claim_to_passage(site: Site) -> None:
    with site.opened() as page:
        page.focus(".cm-content")
        page.keyboard.insert_text(text_of("who-started-the-firefight"))
        page.keyboard.press("Control+Enter")
        page.wait_for_selector("table.results")
        expect(page.locator("#answer")).to_be_focused()
        follow(page, "claims behind row 1")
        expect(page.locator("h1")).to_have_text("Claims behind this row")
        follow(page, page.locator("table.claims th[scope=row] a").first.inner_text())
        assert "/doc/claim/" in page.url
        follow(page, page.locator("main a[href*='/doc/sentence/']").first.inner_text())
        assert "/doc/sentence/" in page.url


def follow(page: Page, words: str, most: int = 80) -> None:
    """Press the tab key until a link with these words has the focus, then enter."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent").strip() == words.strip():
            with page.expect_navigation():
                page.keyboard.press("Enter")
            return
    pytest.fail(f"{words} was not reached within {most} steps")


def test_without_scripts_a_query_is_asked_answered_sorted_and_kept(site: Site) -> None:
    with site.opened(scripts=False) as page:
        page.fill("#query", CLAIMANTS)
        page.get_by_role("button", name="Run").click()
        expect(page.locator("#answer")).to_contain_text("rows")
        page.locator("th a", has_text="who").click()
        expect(page.locator("th[aria-sort=ascending]")).to_have_text("who")
        page.get_by_role("button", name="Short link").click()
        assert "/q/" in page.url
        page.get_by_role("link", name="claims behind row 1", exact=True).click()
        expect(page.locator("h1")).to_have_text("Claims behind this row")


def test_an_example_is_previewed_and_run_with_and_without_scripts(site: Site) -> None:
    for scripts in (True, False):
        with site.opened(scripts=scripts) as page:
            entry = page.locator(".gallery li").first
            entry.get_by_text("Preview").click()
            expect(entry.locator("pre")).to_be_visible()
            entry.get_by_role("link").click()
            expect(page.locator("#answer")).to_contain_text("2 rows")


def test_a_query_that_a_link_has_is_asked_once(site: Site) -> None:
    with site.opened("/query") as page:
        sent: list[str] = []
        page.on("request", lambda request: sent.append(request.url))
        page.goto(f"{site.root}/query?query=SELECT+%2A+%7B+%3Fs+a+ckg%3AClaim+%7D+ORDER+BY+%3Fs")
        expect(page.locator("#answer")).to_contain_text("rows")
        expect(page.locator("th button")).to_have_text("s")
        page.wait_for_load_state("networkidle")
        assert [url for url in sent if url.endswith("/query/answer")] == []
        page.locator("th button").click()
        expect(page.locator("th[aria-sort=ascending]")).to_be_visible()
