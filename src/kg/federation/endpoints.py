"""The endpoints that an operator allows: `[NAME=]IRI [allow-private]`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from kg.errors import InputError

PORTS: Final = {"http": 80, "https": 443}
PRIVATE: Final = "allow-private"

_ENTRY = re.compile(r"(?:(?P<name>[A-Za-z][A-Za-z0-9-]*)=)?(?P<iri>[!-~]+)")
_HINT: Final = f"[NAME=]IRI [{PRIVATE}], such as wikidata=https://query.wikidata.org/sparql"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where queries may be sent; `iri` is what a query calls it, and `target` its path and query.

    `private` says that its host may have an address that only a network of ours reaches.
    """

    name: str
    iri: str
    host: str
    port: int
    target: str
    secure: bool
    private: bool = False

    @property
    def authority(self) -> str:
        """Host and port as the header `Host` has them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        is_usual = self.port == PORTS["https" if self.secure else "http"]
        return host if is_usual else f"{host}:{self.port}"


def endpoints(entries: Iterable[str]) -> tuple[Endpoint, ...]:
    """The endpoints of some entries, each IRI once; raises `InputError` for one that is none."""
    made = {endpoint.iri: endpoint for endpoint in map(_endpoint, entries)}
    return tuple(made.values())


def _endpoint(entry: str) -> Endpoint:
    words = entry.split()
    match = _ENTRY.fullmatch(words[0]) if words else None
    if match is None or words[1:] not in ([], [PRIVATE]):
        raise InputError(f"{entry!r} names no endpoint", hint=_HINT)
    iri = match["iri"] if "://" in match["iri"] else f"https://{match['iri']}"
    try:
        parts = urlsplit(iri)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise InputError(f"{iri} is no IRI: {error}", hint=_HINT) from error
    if parts.scheme not in PORTS or not host or parts.fragment or "@" in parts.netloc:
        words_ = "an endpoint is https:// or http://, with a host, without user and fragment"
        raise InputError(f"{iri} cannot be asked: {words_}", hint=_HINT)
    return Endpoint(
        name=match["name"] or host,
        iri=iri,
        host=host,
        port=port or PORTS[parts.scheme],
        target=(parts.path or "/") + (f"?{parts.query}" if parts.query else ""),
        secure=parts.scheme == "https",
        private=words[1:] == [PRIVATE],
    )
