"""From a row of an answer to the claims behind it: those that are about what stands in it."""

from __future__ import annotations

from typing import Final

import pyoxigraph as ox
from flask import Blueprint, render_template, request

from kg.errors import InputError
from kg.namespaces import CKG, compact, expand
from kg.web.addresses import href, split_iri
from kg.web.asking import Asking
from kg.web.claims import LISTS, SELF, Claim, claim, natural
from kg.web.facts import Facts, Thing

THINGS: Final = 8
"""At most so many things of one row are looked at."""
SHOWN: Final = 50
"""At most so many claims are shown."""

_RELATIONS: Final[tuple[str, ...]] = (SELF, str(CKG.about), str(CKG.content), str(CKG.claimant))
"""How a claim may stand to a thing: be it, be about it, have it as content, be made by it."""


def blueprint(asking: Asking) -> Blueprint:
    """The page of the claims behind a row."""
    bp = Blueprint("row_claims", __name__)

    @bp.get("/claims")
    def page() -> str:
        """The claims that have most of the things in `of` in them."""
        iris = _things(request.args.getlist("of"))
        named = [_thing(asking, iri) for iri in iris]
        most, claims = _closest(asking, iris)
        return render_template(
            "row_claims.html",
            things=named,
            most=most,
            claims=claims[:SHOWN],
            more=max(0, len(claims) - SHOWN),
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


def _closest(asking: Asking, iris: list[str]) -> tuple[int, list[Claim]]:
    """The claims that the greatest number of the things belong to, and that number."""
    facts: dict[str, Facts] = {}
    holds: dict[str, set[str]] = {}
    for iri in iris:
        for relation in _RELATIONS:
            found = asking.facts(
                "claims", entity=ox.NamedNode(iri), relation=ox.NamedNode(relation)
            )
            for each in found.iris(iri, LISTS):
                holds.setdefault(each, set()).add(iri)
                facts.setdefault(each, found)
    most = max((len(things) for things in holds.values()), default=0)
    closest = sorted((c for c, things in holds.items() if len(things) == most), key=natural)
    return most, [claim(facts[iri], iri) for iri in closest]


def _thing(asking: Asking, iri: str) -> Thing:
    label = asking.label(iri)
    return Thing(iri, label or compact(iri), href(iri), bool(label))
