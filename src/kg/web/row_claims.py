"""From a row of an answer to the claims behind it: those that are about what stands in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pyoxigraph as ox
from flask import Blueprint, render_template, request

from kg.errors import InputError
from kg.namespaces import CKG, compact, expand
from kg.web.addresses import href, split_iri
from kg.web.asking import Asking
from kg.web.claims import claim, natural
from kg.web.facts import Thing
from kg.web.listing import claim_facts

THINGS: Final = 8
"""At most so many things of one row are looked at."""

_RELATIONS: Final[tuple[str, ...]] = (str(CKG.about), str(CKG.content), str(CKG.claimant))
"""How a claim may stand to a thing: be about it, have it as content, be made by it."""


def blueprint(asking: Asking) -> Blueprint:
    """The page of the claims behind a row."""
    bp = Blueprint("row_claims", __name__)

    @bp.get("/claims")
    def page() -> str:
        """The claims that have most of the things in `of` in them."""
        iris = _things(request.args.getlist("of"))
        named = [_thing(asking, iri) for iri in iris]
        most, found = _closest(asking, iris)
        shown = found[: asking.sizes.entries]
        facts = claim_facts(asking, shown)
        return render_template(
            "row_claims.html",
            things=named,
            most=most,
            claims=[claim(facts, iri) for iri in shown],
            more=len(found) - len(shown),
        )

    return bp


def _things(given: list[str]) -> list[str]:
    """The IRIs of things of ours, once each; raises `InputError` for others."""
    found = list(dict.fromkeys(expand(text) or text for text in given))
    hint = "for example /claims?of=event:tegh-firefight"
    if not found:
        raise InputError("no thing is named whose claims are asked for", hint=hint)
    if len(found) > THINGS:
        raise InputError(f"at most {THINGS} things are asked for at once", hint=hint)
    for iri in found:
        if not split_iri(iri):
            raise InputError(f"{iri[:200]} is no thing of this graph", hint=hint)
    return found


def _closest(asking: Asking, iris: list[str]) -> tuple[int, list[str]]:
    """The claims that the greatest number of the things belong to, and that number."""
    holds: dict[str, set[str]] = {}
    for iri in iris:
        for each in _claims(asking, iri):
            holds.setdefault(each, set()).add(iri)
    most = max((len(things) for things in holds.values()), default=0)
    return most, sorted((c for c, things in holds.items() if len(things) == most), key=natural)


def _claims(asking: Asking, iri: str) -> Iterator[str]:
    """The claims that a thing is, is told of in, makes, or is the content of."""
    kind, _ = split_iri(iri) or ("", "")
    if kind == "claim" and asking.exists(iri):
        yield iri
    relations = [ox.NamedNode(each) for each in _RELATIONS]
    for row in asking.rows("claims-of", entity=ox.NamedNode(iri), relation=relations):
        yield row["claim"].value


def _thing(asking: Asking, iri: str) -> Thing:
    label = asking.label(iri)
    return Thing(iri, label or compact(iri), href(iri), bool(label))
