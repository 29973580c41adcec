"""What a browser may do on our pages."""

from __future__ import annotations

from typing import Final

_ALWAYS: Final = (
    "default-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
)


def policy(*more: str) -> str:
    """The value of `Content-Security-Policy`, with directives that one page needs besides."""
    return "; ".join((*_ALWAYS, *more))
