"""Who asks: an address, and a token where one came with the request."""

from __future__ import annotations

import ipaddress
from typing import Final

from flask import current_app, request

from kg.errors import ForbiddenError
from kg.store.interface import Asker, Cancel
from kg.tokens import Scope, Token, Tokens
from kg.web.journal import request_id

TOKENS: Final = "KG_TOKENS"
"""The key of the tokens in the configuration of an application."""

HINT: Final = "send `Authorization: Bearer TOKEN`; `kg token create NAME --scope write` makes one"


def asker() -> Asker:
    """Who sends the request that is being answered."""
    client = client_of(request.remote_addr or "unknown")
    return Asker(client, token() is not None, request_id())


def client_of(address: str) -> str:
    """What counts as one client: an IPv4 address, or the /64 network that one IPv6 line has."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is None:
        return str(ipaddress.ip_network((int(found) >> 64 << 64, 64)))
    return str(found)


def token() -> Token | None:
    """The valid token of the request; raises `ForbiddenError` for one that is not valid."""
    header = request.headers.get("Authorization")
    if header is None:
        return None
    scheme, _, text = header.partition(" ")
    tokens: Tokens | None = current_app.config[TOKENS]
    found = tokens.verify(text.strip()) if tokens and scheme.lower() == "bearer" else None
    if found is None:
        raise ForbiddenError("this token is not valid here", hint=HINT)
    return found


def needed(scope: Scope) -> Token:
    """The token of the request, which has to have a scope."""
    found = token()
    if found is None:
        raise ForbiddenError(f"this needs a token with the scope {scope.value}", hint=HINT)
    if not found.allows(scope):
        words = f"the token {found.name} does not have the scope {scope.value}"
        raise ForbiddenError(words, hint=HINT, known=True)
    return found


def cancel() -> Cancel | None:
    """Set when the client of the request has gone away; None where the server cannot tell."""
    found: Cancel | None = request.environ.get("kg.cancel")
    return found
