"""What an upload may be: how large, and which terms it may hold."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, NamedTuple

from kg.rdf.characters import FORBIDDEN


@dataclass(frozen=True, slots=True)
class UploadLimits:
    """What reading an upload may cost. Lengths are in characters.

    `expanded` is the sum of the lengths of all terms: a long namespace makes a short text large.
    `nesting` is that of JSON-LD, `xml_nesting` that of RDF/XML; Turtle is not read by recursion.
    `json_values` is lower than a text of 10 MB could have, for JSON-LD is expanded as a whole.
    """

    bytes: int = 10_000_000
    quads: int = 200_000
    blank_nodes: int = 20_000
    expanded: int = 100_000_000
    iri_length: int = 2_000
    literal_length: int = 100_000
    language_length: int = 35
    nesting: int = 64
    xml_nesting: int = 128
    json_values: int = 300_000


LIMITS: Final = UploadLimits()

NO_BASE: Final = "kg-no-base://none/"
"""The base of texts that have none: what is resolved against it was relative."""
_NO_BASE_SCHEME: Final = NO_BASE.partition("/")[0]

_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*+:")
_REFUSED: Final = frozenset(
    f"{scheme}:" for scheme in "javascript data file vbscript about blob filesystem".split()
)
_USUAL: Final = re.compile(r"https?://[A-Za-z0-9.-]++(?:[/?#][A-Za-z0-9._~/?#&=+,;:!()%-]*+)?")
_USER: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*+://[^/?#@]*+@")
IRI_FORBIDDEN: Final = re.compile(r'[\x00-\x20<>"{}|^`\\]')
LANGUAGE: Final = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*+")


class Problem(NamedTuple):
    """Why a term is refused; `hidden` if it is for a character in it."""

    message: str
    hint: str
    value: str
    hidden: str | None = None


def iri_problem(iri: str, limits: UploadLimits) -> Problem | None:
    """Why an IRI is refused, or None."""
    if len(iri) <= limits.iri_length and _USUAL.fullmatch(iri):
        return None
    if iri.startswith(_NO_BASE_SCHEME):
        relative = iri.removeprefix(NO_BASE)
        return Problem(
            f"a relative IRI: <{_short(relative)}>", "write the full IRI, or give a base", relative
        )
    scheme = _SCHEME.match(iri)
    if scheme is None:
        return Problem(f"a relative IRI: <{_short(iri)}>", "write the full IRI", iri)
    if len(iri) > limits.iri_length:
        hint = f"at most {limits.iri_length} characters"
        return Problem(f"an IRI of {len(iri)} characters", hint, iri)
    if found := FORBIDDEN.search(iri):
        return Problem("", "", iri, hidden=found[0])
    if found := IRI_FORBIDDEN.search(iri):
        hint = "percent-encode it (a space is %20)"
        return Problem(f"an IRI has no {found[0]!r}", hint, iri)
    if scheme[0].lower() in _REFUSED:
        hint = "name things by https: IRIs"
        return Problem(f"IRIs of the scheme {scheme[0].lower()} are not read", hint, iri)
    if _USER.match(iri):
        hint = "leave out what stands before the @"
        return Problem("an IRI with the name or the password of a user", hint, iri)
    return None


def text_problem(text: str, limits: UploadLimits) -> Problem | None:
    """Why the text of a literal is refused, or None."""
    if len(text) > limits.literal_length:
        hint = f"at most {limits.literal_length} characters"
        return Problem(f"a literal of {len(text)} characters", hint, text)
    if found := FORBIDDEN.search(text):
        return Problem("", "", text, hidden=found[0])
    return None


def language_problem(tag: str, limits: UploadLimits) -> Problem | None:
    """Why a language tag is refused, or None."""
    if len(tag) > limits.language_length:
        hint = f"at most {limits.language_length} characters"
        return Problem(f"a language tag of {len(tag)} characters", hint, tag)
    if not LANGUAGE.fullmatch(tag):
        return Problem(f"not a language tag: {_short(tag)!r}", "it looks like en or pt-BR", tag)
    return None


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:60]}…"
