"""What holds of every page."""

from __future__ import annotations

import re
from html import unescape
from importlib.resources import files
from urllib.parse import urldefrag

import pytest
from flask.testing import FlaskClient
from tests.web.conftest import BROWSER

from kg.web.app import HEADERS
from kg.web.asking import query_text

DATA = {' type="application/ld+json"', ' type="application/json" id="answered"'}
"""What is in an element for scripts and is none."""
ERRORS = ("/nowhere", "/doc/state/nobody", "/query?query=SELECT", "/sparql?format=csv")


@pytest.fixture(scope="module")
def pages(shared_app: object) -> dict[str, str]:
    """Every page that links lead to from the home page, and the error pages.

    Links to queries, which run them, are not followed: crawlers are told the same.
    """
    client = shared_app.test_client()  # type: ignore[attr-defined]
    found: dict[str, str] = {}
    waiting = ["/", "/doc/place/hostile", "/query", "/search?q=oster"]
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        headers = {"Accept": BROWSER}
        with client.get(path, headers=headers, follow_redirects=True) as response:
            assert response.status_code == 200, path
            found[path] = response.text if response.mimetype == "text/html" else ""
        links = re.findall(r'(?:href|src|action)="([^"]+)"(?! rel="nofollow")', found[path])
        waiting += [p for link in links if (p := local(unescape(link)))]
    for path in ERRORS:
        found[path] = client.get(path, headers={"Accept": BROWSER}).text
    return found


def local(link: str) -> str | None:
    """The path of a link that stays on this server, without its fragment."""
    return urldefrag(link).url if link.startswith("/") else None


@pytest.mark.long
def test_every_link_of_ours_leads_somewhere(pages: dict[str, str]) -> None:
    kinds = {path.split("/")[2] for path in pages if path.startswith("/doc/")}
    assert {"claim", "sentence", "passage", "clause", "time", "proposition", "name"} <= kinds


def test_every_fragment_of_ours_exists(pages: dict[str, str]) -> None:
    for path, html in pages.items():
        for link in re.findall(r'href="([^"]*#[^"]+)"', html):
            target, fragment = urldefrag(unescape(link))
            if target.startswith("/") or not target:
                assert f'id="{fragment}"' in pages[target or path], (path, link)


def test_no_link_to_a_thing_of_ours_leaves_this_server(pages: dict[str, str]) -> None:
    for path, html in pages.items():
        assert 'href="https://w3id.org/conflict-kg' not in html, path


def test_no_page_has_a_script_or_style_of_its_own(pages: dict[str, str]) -> None:
    for path, html in pages.items():
        assert not re.search(r"<style|<[^>]*\s(?:style|on\w+)=", html), path
        scripts = re.findall(r"<script([^>]*)>", html)
        files = [s for s in scripts if re.match(r' type="module" src="/static/built/', s)]
        assert set(scripts) - set(files) <= DATA, path


def test_no_page_asks_a_third_party(pages: dict[str, str]) -> None:
    for path, html in pages.items():
        for source in re.findall(r'<(?:link rel="(?:stylesheet|icon)"|img|script)[^>]*', html):
            assert "//" not in source.partition("href=")[2], path


def test_every_page_has_one_title_one_heading_and_a_language(pages: dict[str, str]) -> None:
    for path, html in pages.items():
        if html:
            assert '<html lang="en" dir="ltr">' in html, path
            assert html.count("<h1") == 1, path
            assert re.search(r"<title>[^<]+</title>", html), path
            assert html.count('<main id="main">') == 1, path


def test_every_id_on_a_page_is_there_once(pages: dict[str, str]) -> None:
    for path, html in pages.items():
        ids = re.findall(r'\sid="([^"]+)"', html)
        assert len(ids) == len(set(ids)), path


def test_every_page_about_something_has_a_line_of_formats(pages: dict[str, str]) -> None:
    about = [p for p in pages if re.fullmatch(r"/(doc/.*|ns|vocab/.*)", p) and pages[p]]
    assert len(about) > 40
    for path in about:
        if path not in ERRORS:
            assert '<p class="formats">This page as' in pages[path], path


def test_every_heading_that_labels_a_section_exists(pages: dict[str, str]) -> None:
    for path, html in pages.items():
        for label in re.findall(r'aria-labelledby="([^"]+)"', html):
            assert f'id="{label}"' in html, (path, label)


@pytest.mark.parametrize("path", ["/", "/static/site.css", "/id/state/arvonia", *ERRORS])
def test_every_response_has_the_security_headers(client: FlaskClient, path: str) -> None:
    with client.get(path) as response:
        headers = response.headers
    assert headers["Content-Security-Policy"].startswith("default-src 'self';")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith(HEADERS["Content-Security-Policy"])
    others = HEADERS.keys() - {"Content-Security-Policy"}  # the query page allows its styles, too
    assert {name: headers[name] for name in others} == {name: HEADERS[name] for name in others}


def test_an_error_of_ours_that_nobody_expected_is_a_500_without_its_traceback(
    shared_app: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> str:
        raise ZeroDivisionError("a secret")

    app = shared_app
    monkeypatch.setitem(app.view_functions, "site.home", broken)  # type: ignore[attr-defined]
    response = app.test_client().get("/", headers={"Accept": BROWSER})  # type: ignore[attr-defined]
    assert response.status_code == 500
    assert "secret" not in response.text
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_every_query_of_the_package_is_used_and_says_what_it_is_for() -> None:
    folder = files("kg.web").joinpath("queries")
    templates = files("kg.web").joinpath("templates").iterdir()
    modules = (f for f in files("kg.web").iterdir() if f.name.endswith(".py"))
    sources = "".join(f.read_text(encoding="utf-8") for f in (*modules, *templates))
    for name in sorted(f.name.removesuffix(".rq") for f in folder.iterdir()):
        assert query_text(name).startswith("#+ summary: "), name
        assert f'"{name}"' in sources or f"'{name}'" in sources, name
