"""The parts of a page, worked out at once: most of their time is waiting for the store."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from flask import copy_current_request_context

Made = TypeVar("Made")

THREADS: Final = 2
"""So many parts wait beside those whose requests wait for them; others are done in turn."""

_pool: Final = ThreadPoolExecutor(THREADS, thread_name_prefix="parts")


def together(*parts: Callable[[], Made]) -> list[Made]:
    """What each part gives, in their order; the error of the first that has one.

    A part that no thread has begun yet is done here, so that parts may have parts of their own.
    """
    others = [(part, _pool.submit(copy_current_request_context(part))) for part in parts[1:]]
    try:
        found = [part() for part in parts[:1]]
        return found + [part() if soon.cancel() else soon.result() for part, soon in others]
    finally:
        for _, soon in others:
            soon.cancel()
