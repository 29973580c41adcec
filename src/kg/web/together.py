"""The parts of a page, worked out at once: most of their time is waiting for the store."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, TypeVar, overload

from flask import copy_current_request_context

Made = TypeVar("Made")
Other = TypeVar("Other")

THREADS: Final = 2
"""So many parts wait beside those whose requests wait for them; others are done in turn."""

_pool: Final = ThreadPoolExecutor(THREADS, thread_name_prefix="parts")


@overload
def together(first: Callable[[], Made], second: Callable[[], Other], /) -> tuple[Made, Other]: ...
@overload
def together(*parts: Callable[[], Made]) -> tuple[Made, ...]: ...
def together(*parts: Callable[[], Any]) -> tuple[Any, ...]:
    """What each part gives, in their order; the error of one where some fail.

    A part that no thread has begun yet is done here, so that parts may have parts of their own.
    """
    soon = [_pool.submit(copy_current_request_context(part)) for part in parts[1:]]
    try:
        here = {0: parts[0]()}
        here |= {at: parts[at]() for at, each in enumerate(soon, 1) if each.cancel()}
        return tuple(here[at] if at in here else soon[at - 1].result() for at in range(len(parts)))
    finally:
        for each in soon:
            each.cancel()
