"""From IRIs of ours to paths of the running server, and back.

The IRIs live under https://w3id.org/conflict-kg/; a server at any address shows the same things
under the same paths, so that links on its pages stay on it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final
from urllib.parse import quote, unquote, urlsplit

from flask import request, url_for

from kg.namespaces import BASE, CKG, KINDS, ONTOLOGY_IRI, PREFIXES, split

_VOCABULARIES: Final = f"{BASE}vocab/"

_PLAIN: Final = re.compile(r"[A-Za-z0-9._~-]+")
"""Slugs that stand in a path as they are."""

_PATH_SAFE: Final = "/~!$&'()*+,;=:@-._"
"""What a path may hold unescaped, as RFC 3986 says; `?`, `#` and `%` of a slug are escaped."""


def thing_iri(kind: str, slug: str) -> str:
    """The IRI of a thing from the decoded parts of a path, whatever characters the slug has."""
    return f"{BASE}id/{quote(kind, safe='')}/{quote(slug, safe=_PATH_SAFE)}"


def concept_iri(scheme: str, name: str | None = None) -> str:
    """The IRI of a concept, or of its scheme when no name is given."""
    return f"{scheme_iri(scheme)}/{quote(name, safe=_PATH_SAFE)}" if name else scheme_iri(scheme)


def graph_iri(name: str) -> str:
    """The IRI of a graph from the decoded part of a path, whatever characters it has."""
    return f"{PREFIXES['graph']}{quote(name, safe=_PATH_SAFE)}"


def scheme_iri(scheme: str) -> str:
    """The IRI of a scheme: its path, without the slash that its concepts begin with."""
    return f"{BASE}vocab/{quote(scheme, safe='')}"


def split_iri(iri: str) -> tuple[str, str] | None:
    """Kind and decoded slug of the IRI of a thing of ours; None for every other IRI."""
    prefix, local = split(iri) or ("", "")
    return (prefix, unquote(local)) if prefix in KINDS else None


def local_path(iri: str) -> str | None:
    """The path of our page about an IRI, or None when the IRI is not of ours."""
    return _path(iri, request.script_root) if iri.startswith(BASE) else None


@lru_cache(maxsize=8192)
def _path(iri: str, _root: str) -> str | None:
    """The same of an IRI that begins like ours; what it is depends on nothing but the root."""
    if thing := split_iri(iri):
        kind, slug = thing
        if _PLAIN.fullmatch(slug):
            return f"{_things(_root)}{kind}/{slug}"
        return url_for("things.page", kind=kind, slug=slug)
    if iri.startswith(CKG):
        return f"{url_for('vocabularies.ontology')}#{iri.removeprefix(CKG)}"
    if iri == str(ONTOLOGY_IRI):
        return url_for("vocabularies.ontology")
    if not iri.startswith(_VOCABULARIES):
        return None
    scheme, _, name = (unquote(part) for part in iri.removeprefix(_VOCABULARIES).partition("/"))
    if not scheme:
        return None
    if name:
        return url_for("vocabularies.concept", scheme=scheme, name=name)
    return url_for("vocabularies.scheme", scheme=scheme)


@lru_cache(maxsize=64)
def _things(_root: str) -> str:
    """What the paths of all things begin with; a page has hundreds of links."""
    return url_for("things.page", kind="k", slug="s").removesuffix("k/s")


def is_web_address(iri: str) -> bool:
    """Whether an IRI may become a link: http or https with a host, never `javascript:`."""
    try:
        parts = urlsplit(iri)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def href(iri: str) -> str | None:
    """Where a link to an IRI leads: our page, the address itself, or nowhere."""
    return local_path(iri) or (iri if is_web_address(iri) and not iri.startswith(BASE) else None)
