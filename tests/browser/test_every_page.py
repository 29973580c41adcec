"""Every kind of page, with scripts and without, in each light and width."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, Response
from tests.browser.conftest import Site
from tests.browser.test_access import LOOKS, findings, wider_than_the_screen
from tests.processes.running import ENDLESS, running
from tests.resilience.server import Server

pytestmark = pytest.mark.browser

EDITOR_BYTES, OTHER_BYTES = 250_000, 20_000
"""So much the scripts of a page may have at its start, with and without an editor, by gzip."""

GOING_TO = 60_000
"""Milliseconds: the page of all terms counts their uses, on a machine with much to do."""

ANSWERED = "/query?query=" + quote("SELECT ?who ?p ?o { VALUES ?who { state:armenia } ?who ?p ?o }")
PAGES = {
    "home": "/",
    "query": "/query",
    "answer": ANSWERED,
    "explanation": f"{ANSWERED}&explain=1",
    "claims of a row": "/claims?of=event:tegh-firefight",
    "state": "/doc/state/armenia",
    "person": "/doc/person/nikol-pashinyan",
    "place with a map": "/doc/place/nagorno-karabakh",
    "event": "/doc/event/tegh-firefight",
    "agreement": "/doc/agreement/ceasefire-agreement-of-1994",
    "dataset": "/doc/dataset-release/ucdp-prio-acd-25-1",
    "conflict": "/doc/conflict/nagorno-karabakh-conflict",
    "conflicts": "/conflicts",
    "claim": "/doc/claim/000-1-1",
    "proposition": "/doc/proposition/0368f0198ca5",
    "situation": "/doc/situation/a-peace-deal",
    "statement": "/doc/statement/blinken-accusation-of-russia",
    "passage": "/doc/passage/article-000-0-50",
    "sentence": "/doc/sentence/article-000-1",
    "document": "/doc/document/article-000",
    "time": "/doc/time/1990",
    "terms": "/ns",
    "ontology": "/ontology",
    "term": "/ontology/casualties",
    "vocabulary": "/vocab/certainty",
    "concept": "/vocab/certainty/certain",
    "shapes": "/shapes",
    "shape": "/shapes/ClaimShape",
    "class": "/classes/Claim",
    "graph": "/graph/curated",
    "releases": "/releases",
    "release": "/doc/release/1.0.0",
    "search": "/search?q=tegh",
    "contribute": "/contribute",
    "claim form": "/contribute/claim",
    "contributions": "/contributions",
    "contribution": "/contributions/1",
    "contribution in review": "/contributions/2",
    "validate": "/validate",
    "links": "/links",
    "links to review": "/links/review",
    "wanted links": "/wanted",
    "history": "/doc/event/zz-talks",
    "policy": "/policy",
    "missing": "/doc/state/zz-nowhere",
    "gone": "/doc/person/zz-gone",
}
REFUSED = {"missing": 404, "gone": 410}
"""Those of the pages that tell of an error."""


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that soon has enough."""
    home = tmp_path_factory.mktemp("strict") / "home"
    with running(home, "seconds=0.5", "permalinks_hourly=1") as server:
        yield server


@pytest.mark.parametrize("scripts", [True, False])
def test_every_kind_of_page_can_be_used_by_everybody(site: Site, scripts: bool) -> None:
    wrong: dict[str, object] = {}
    with site.opened("/") as page:
        without(scripts, page)
        weights = Weights(page)
        for kind, path in PAGES.items():
            answer = page.goto(f"{site.root}{path}", timeout=GOING_TO)
            assert answer is not None
            assert answer.status == REFUSED.get(kind, 200), kind
            if scripts and page.locator("#ask, #contribute").count():
                page.wait_for_selector(".cm-content")
            wrong |= oddities(page, kind, audited(scripts))
            editor = page.locator("#ask, #contribute").count() > 0
            if scripts and weights.taken() > (EDITOR_BYTES if editor else OTHER_BYTES):
                wrong[f"{kind}, scripts"] = "too large"
    assert wrong == {}
    forgive(site, REFUSED.values())


@pytest.mark.parametrize("scripts", [True, False])
def test_a_server_that_has_enough_says_so_on_pages_like_the_others(
    strict: Server, browser: Browser, scripts: bool
) -> None:
    site = Site(strict, browser)
    with site.opened("/") as page:
        without(scripts, page)
        refused = page.goto(f"{site.root}/query?query={quote(ENDLESS)}")
        assert refused is not None
        assert refused.status == 503
        assert oddities(page, "503", audited(scripts)) == {}
        for _ in range(2):
            with page.expect_navigation():
                page.evaluate(SEND)
        assert "Too much at once" in page.title()
        assert oddities(page, "429", audited(scripts)) == {}
    forgive(site, (503, 429))
    assert site.complaints == []


SEND = """() => {
  const form = document.createElement("form");
  Object.assign(form, { method: "post", action: "/query/link" });
  form.append(Object.assign(document.createElement("input"), { name: "query", value: "ASK {}" }));
  document.body.append(form);
  form.submit();
}"""


def without(scripts: bool, page: Page) -> None:
    """Let pages have empty scripts: in a browser that runs none, nothing could look at them."""
    if not scripts:
        page.route("**/*.js", lambda r: r.fulfill(body="", content_type="text/javascript"))


def audited(scripts: bool) -> list[tuple[int, bool]]:
    """The looks that axe sees: each width and each light; all four with and without scripts."""
    return LOOKS[::3] if scripts else LOOKS[1:3]


def oddities(page: Page, kind: str, seen: list[tuple[int, bool]]) -> dict[str, object]:
    """What is wrong with a page, look by look; axe is asked in those that are `seen`."""
    found: dict[str, object] = {}
    for width, dark in LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme="dark" if dark else "light")
        told = (findings(page) if (width, dark) in seen else [], wider_than_the_screen(page))
        if told != ([], 0):
            found[f"{kind}, {width}, {'dark' if dark else 'light'}"] = told
    return found


def forgive(site: Site, statuses: Iterable[int]) -> None:
    """Take out what a browser says of every page that is an error."""
    words = [f"status of {status}" for status in statuses]
    site.complaints[:] = [c for c in site.complaints if not any(w in c for w in words)]


class Weights:
    """How large the scripts of a page are, that it loads before anybody does anything."""

    def __init__(self, page: Page) -> None:
        self._bytes = 0
        page.on("response", self._add)

    def _add(self, answer: Response) -> None:
        if answer.request.resource_type == "script":
            self._bytes += size(answer.url.rpartition("/")[2])

    def taken(self) -> int:
        """The bytes since this was asked last."""
        found, self._bytes = self._bytes, 0
        return found


@cache
def size(name: str) -> int:
    return len(gzip.compress((BUILT / name).read_bytes()))


BUILT = Path(__file__).parents[2] / "src/kg/web/static/built"
