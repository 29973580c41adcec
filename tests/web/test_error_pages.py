"""Error pages say what to do next."""

from __future__ import annotations

import pytest
from flask import Flask
from tests.web.conftest import BROWSER, Get
from tests.web.test_pages import words

from kg.errors import LimitError, StoreError, TooManyError
from kg.web.missing import WithdrawnError


def failing(app: Flask, monkeypatch: pytest.MonkeyPatch, error: Exception) -> tuple[str, str]:
    """What the page says where the server fails so, and its header `Retry-After`."""

    def broken() -> str:
        raise error

    monkeypatch.setitem(app.view_functions, "site.home", broken)
    response = app.test_client().get("/", headers={"Accept": BROWSER})
    return words(response.text), response.headers.get("Retry-After", "")


def test_an_address_without_a_page_is_named_and_offered_as_a_search(get: Get) -> None:
    html = get("/some/old-address").text
    assert "no page has the address /some/old-address" in words(html)
    assert '<input id="again" name="q" type="search" value="old address"' in html


def test_a_hostile_address_is_shown_as_text(get: Get) -> None:
    html = get('/x/"><script>alert(1)</script>').text
    assert "<script>alert" not in html
    assert "&lt;script&gt;" in html


def test_too_much_of_one_client_says_how_long_to_wait(
    shared_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = TooManyError("four queries wait", limit="client_waiting", retry_after=7)
    told, after = failing(shared_app, monkeypatch, error)
    assert "Too much at once" in told
    assert "Try again in 7 seconds." in told
    assert after == "7"


def test_a_server_that_cannot_answer_now_says_when_it_may(
    shared_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    told, after = failing(shared_app, monkeypatch, StoreError("no disk"))
    assert f"Try again in {after} seconds." in told
    assert "a dump can be asked at home" in told


def test_a_question_that_is_too_large_is_not_to_be_asked_again(
    shared_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    told, _ = failing(shared_app, monkeypatch, LimitError("too long", limit="seconds"))
    assert "Try again" not in told
    assert "A LIMIT or a narrower pattern" in told


def test_what_was_withdrawn_leads_to_the_policy(
    shared_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    told, _ = failing(shared_app, monkeypatch, WithdrawnError("gone", "no hint", []))
    assert "It was taken out on purpose" in told


def test_a_failure_of_ours_names_the_request_and_not_its_cause(
    shared_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    told, _ = failing(shared_app, monkeypatch, ZeroDivisionError("a secret"))
    assert "finds it in the log as" in told
    assert "secret" not in told
