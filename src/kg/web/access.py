"""Who asks: an address, and a token where one came with the request."""

from __future__ import annotations

import ipaddress
from functools import lru_cache
from typing import Final

from flask import current_app, request

from kg.errors import ForbiddenError
from kg.store.interface import Asker, Cancel
from kg.tokens import Scope, Token, Tokens
from kg.web.journal import request_id

TOKENS: Final = "KG_TOKENS"
"""The key of the tokens in the configuration of an application."""


def hint(scope: Scope) -> str:
    """What somebody does who has no token with a scope."""
    make = f"kg token create NAME --scope {scope.value}"
    return f"send `Authorization: Bearer TOKEN`; `{make}` makes one"


def asker() -> Asker:
    """Who sends the request that is being answered."""
    client = client_of(request.remote_addr or "unknown")
    return Asker(client, token() is not None, request_id())


@lru_cache(10_000)
def client_of(address: str) -> str:
    """What counts as one client: an IPv4 address, or the /64 network that one IPv6 line has."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is None:
        return str(ipaddress.ip_network((int(found) >> 64 << 64, 64)))
    return str(found)


def token(in_form: str = "") -> Token | None:
    """The valid token of the request; raises `ForbiddenError` for one that is not valid.

    `in_form` is one that came in the body, from a page: browsers send no such header by themselves.
    """
    header = request.headers.get("Authorization", f"Bearer {in_form}" if in_form else None)
    if header is None:
        return None
    scheme, _, text = header.partition(" ")
    tokens: Tokens | None = current_app.config[TOKENS]
    found = tokens.verify(text.strip()) if tokens and scheme.lower() == "bearer" else None
    if found is None:
        raise ForbiddenError("this token is not valid here", hint=hint(Scope.WRITE))
    return found


def needed(scope: Scope, in_form: str = "") -> Token:
    """The token of the request, or that of its form, which has to have a scope."""
    found = token(in_form)
    if found is None:
        raise ForbiddenError(f"this needs a token with the scope {scope.value}", hint=hint(scope))
    if not found.allows(scope):
        words = f"the token {found.name} does not have the scope {scope.value}"
        raise ForbiddenError(words, hint=hint(scope), known=True)
    return found


def cancel() -> Cancel | None:
    """Set when the client of the request has gone away; None where the server cannot tell."""
    found: Cancel | None = request.environ.get("kg.cancel")
    return found
