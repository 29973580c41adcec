"""Parts of a page are made at once, and what two of them want is made once."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from flask import Flask, request

from kg.store.embedded import EmbeddedStore
from kg.web.asking import Asking
from kg.web.together import THREADS, together

SECONDS = 20


def test_parts_wait_at_the_same_time_and_know_the_request() -> None:
    meeting = threading.Barrier(3, timeout=SECONDS)

    def part() -> str:
        meeting.wait()
        return request.path

    with Flask(__name__).test_request_context("/here"):
        assert together(part, part, part) == ("/here",) * 3


def test_more_parts_of_parts_than_there_are_threads_end() -> None:
    def part(depth: int) -> int:
        if not depth:
            return 1
        return sum(together(*[lambda: part(depth - 1)] * (THREADS + 2)))

    with Flask(__name__).test_request_context("/"):
        assert part(3) == (THREADS + 2) ** 3


def test_the_error_of_a_part_is_that_of_all() -> None:
    def fails() -> int:
        raise ValueError("it has none")

    with Flask(__name__).test_request_context("/"), pytest.raises(ValueError, match="it has none"):
        together(lambda: 1, fails)


def test_what_two_ask_for_at_once_is_made_once(tmp_path: Path) -> None:
    asking, made, asked = Asking(EmbeddedStore(tmp_path)), [], threading.Event()

    def make() -> str:
        made.append("made")
        assert asked.wait(SECONDS)
        return "it"

    found: list[str] = []
    both = [
        threading.Thread(target=lambda: found.append(asking.once("what", "iri", make)))
        for _ in range(2)
    ]
    for thread in both:
        thread.start()
    asked.set()
    for thread in both:
        thread.join(SECONDS)
    assert (found, made) == (["it", "it"], ["made"])


def test_what_could_not_be_made_is_tried_again(tmp_path: Path) -> None:
    asking = Asking(EmbeddedStore(tmp_path))

    def fails() -> str:
        raise ValueError("not now")

    with pytest.raises(ValueError, match="not now"):
        asking.once("what", "iri", fails)
    assert asking.once("what", "iri", lambda: "it") == "it"
