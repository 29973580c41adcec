"""Which addresses a name of an endpoint may lead to: those of the public internet."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from contextlib import suppress
from typing import Final, TypeAlias

from kg.federation.endpoints import PRIVATE, Endpoint
from kg.federation.patience import SLICE_SECONDS, Patience
from kg.federation.trouble import trouble

Resolve: TypeAlias = Callable[[str, int], Sequence[str]]
"""From a host and a port to the addresses of the host."""

EMBEDDING: Final = tuple(
    ipaddress.ip_network(network)
    for network in ("::/96", "64:ff9b::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16")
)
"""IPv6 addresses that stand for an IPv4 one, which a gateway may reach: NAT64, 6to4, Teredo."""

RESOLVING: Final = 8
"""At most so many names are looked up at once; the resolver of the system cannot be stopped."""

_resolving = ThreadPoolExecutor(RESOLVING, thread_name_prefix="kg-resolve")


def resolve(host: str, port: int) -> Sequence[str]:
    """The addresses of a host as the system knows them; raises `OSError`."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(address[0]) for *_, address in found))


def addresses_of(endpoint: Endpoint, patience: Patience, look_up: Resolve) -> Sequence[str]:
    """The addresses of an endpoint, looked up once, all of which may be asked.

    Raises `EndpointError` where there is none, or one that is not public.
    """
    found = _looked_up(endpoint, patience, look_up)
    for address in found:
        if not endpoint.private and not is_public(address):
            raise trouble(
                endpoint.iri,
                "has a name that leads to an address that is not public",
                hint=f"whoever runs this server can write {PRIVATE} behind the endpoint",
            )
    if not found:
        raise trouble(endpoint.iri, "has a name that leads nowhere")
    return found


def _looked_up(endpoint: Endpoint, patience: Patience, look_up: Resolve) -> Sequence[str]:
    looking = _resolving.submit(look_up, endpoint.host, endpoint.port)
    try:
        while True:
            with suppress(NotYet):
                return looking.result(min(SLICE_SECONDS, patience.left()))
    except (OSError, UnicodeError) as error:
        raise trouble(endpoint.iri, "has a name that leads nowhere") from error
    finally:
        looking.cancel()  # one that has not begun


def is_public(address: str) -> bool:
    """Whether an address is one of the public internet, and of one host."""
    found = ipaddress.ip_address(address)
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None or any(found in network for network in EMBEDDING):
            return False
        if found.is_site_local:
            return False
    return found.is_global and not (
        found.is_multicast or found.is_reserved or found.is_unspecified or found.is_loopback
    )
