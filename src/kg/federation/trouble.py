"""What goes wrong with another endpoint, in words that name it."""

from __future__ import annotations

from typing import Final

from kg.errors import EndpointError

NARROWER: Final = (
    "narrow the pattern, or bind its variables with triples before the clause: few bindings are"
    " sent along"
)


def trouble(
    iri: str, what: str, *, hint: str | None = None, limit: str = "", after: int | None = None
) -> EndpointError:
    """An error about an endpoint; `what` follows its name, `after` is in seconds."""
    message = f"the endpoint {iri} {what}"
    return EndpointError(message, endpoint=iri, hint=hint, limit=limit, retry_after=after)
