"""The terms that vocabularies of others have, as far as a list of them comes with rdflib.

A namespace that is missing here is one of which we know no list, so that any term in it passes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

from rdflib import OWL, RDF, RDFS, SDO, SH, SKOS, XSD
from rdflib.namespace import (
    DCAT,
    DCTERMS,
    FOAF,
    GEO,
    ORG,
    PROV,
    TIME,
    VANN,
    VOID,
    DefinedNamespace,
)

from kg.namespaces import PREFIXES

LISTED: Final = (
    *(RDF, RDFS, OWL, XSD, SH, SKOS, SDO, DCAT, DCTERMS, FOAF, GEO, ORG, PROV, TIME),
    *(VANN, VOID),
)

_ENDS: Final = re.compile(r"(?P<namespace>.*[/#])(?P<local>[^/#]*)", re.DOTALL)
_SPELLED: Final = re.compile(r"https?://(?:www\.)?|[/#]+$")
_MEMBER: Final = re.compile("_[0-9]+")


@cache
def terms_by_namespace() -> Mapping[str, frozenset[str]]:
    """The local names of all terms of each vocabulary, by its namespace."""
    return {str(each): frozenset(_names(each)) for each in LISTED}


def has_term(namespace: str, local: str) -> bool:
    """Whether a vocabulary has a term, or may have it because nothing is known of it."""
    known = terms_by_namespace().get(namespace)
    if known is None or local in known:
        return True
    return namespace == str(RDF) and _MEMBER.fullmatch(local) is not None


def in_parts(iri: str) -> tuple[str, str]:
    """The namespace of a term, to its last `/` or `#`, and its local name."""
    match = _ENDS.fullmatch(iri)
    return (match["namespace"], match["local"]) if match else ("", iri)


def meant_namespace(namespace: str) -> str | None:
    """The namespace that one is a misspelling of: `http:` for `https:`, `www.`, `/` for `#`.

    None for one that we use, and for one that is like none of ours.
    """
    if namespace in _by_core().values() or namespace in PREFIXES.values():
        return None
    return _by_core().get(_SPELLED.sub("", namespace))


@cache
def _by_core() -> Mapping[str, str]:
    spelled = [*PREFIXES.values(), *terms_by_namespace()]
    return {_SPELLED.sub("", namespace): namespace for namespace in spelled}


def _names(vocabulary: type[DefinedNamespace]) -> list[str]:
    return [str(term).removeprefix(str(vocabulary)) for term in dir(vocabulary)]
