"""The collections that we link to: how their identifiers look, what they name, their licence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

CC_BY: Final = "https://creativecommons.org/licenses/by/4.0/"
CC0: Final = "https://creativecommons.org/publicdomain/zero/1.0/"


@dataclass(frozen=True, slots=True)
class Authority:
    """A collection of others.

    `template` makes the IRI of an identifier, `local` is what the whole identifier has to match.
    `terms` is the licence of the collection, or the page where its publisher states it.
    `kinds` are the kinds of ours that it has identifiers for.
    """

    name: str
    title: str
    template: str
    local: str
    kinds: tuple[str, ...]
    homepage: str
    terms: str
    note: str = ""

    def iri(self, identifier: str) -> str:
        """The IRI of an identifier; raises `ValueError` for what is none."""
        if not re.fullmatch(self.local, identifier):
            raise ValueError(f"{identifier!r} is no identifier of {self.title}")
        return self.template.format(identifier)

    def identifier(self, iri: str) -> str | None:
        """The identifier in an IRI; None where it is not one of this collection."""
        before, _, after = self.template.partition("{}")
        if not (iri.startswith(before) and iri.endswith(after)):
            return None
        found = iri[len(before) : len(iri) - len(after)]
        return found if re.fullmatch(self.local, found) else None


_NUMBER: Final = "[1-9][0-9]*"
_ACTORS: Final = ("person", "state", "organisation", "group")

AUTHORITIES: Final = {
    authority.name: authority
    for authority in (
        Authority(
            "wikidata",
            "Wikidata",
            "http://www.wikidata.org/entity/{}",
            f"Q{_NUMBER}",
            (*_ACTORS, "place", "conflict", "event", "agreement", "post"),
            "https://www.wikidata.org/",
            CC0,
        ),
        Authority(
            "geonames",
            "GeoNames",
            "https://sws.geonames.org/{}/",
            _NUMBER,
            ("place", "state"),
            "https://www.geonames.org/",
            CC_BY,
        ),
        Authority(
            "whos-on-first",
            "Who's On First",
            "https://spelunker.whosonfirst.org/id/{}",
            _NUMBER,
            ("place", "state"),
            "https://whosonfirst.org/",
            "https://whosonfirst.org/docs/licenses/",
        ),
        Authority(
            "iso-3166",
            "ISO 3166-1",
            "https://www.iso.org/obp/ui/#iso:code:3166:{}",
            "[A-Z]{2}",
            ("state",),
            "https://www.iso.org/iso-3166-country-codes.html",
            "https://www.iso.org/iso-3166-country-codes.html",
            "The identifier is the alpha-2 code; the label of a row has the other two.",
        ),
        Authority(
            "gleditsch-ward",
            "Gleditsch and Ward's list of states",
            "https://ucdp.uu.se/country/{}",
            _NUMBER,
            ("state",),
            "https://ucdp.uu.se/",
            CC_BY,
            "The list has no addresses of its own; UCDP's pages of countries bear its numbers.",
        ),
        Authority(
            "ucdp-conflict",
            "UCDP conflicts",
            "https://ucdp.uu.se/conflict/{}",
            _NUMBER,
            ("conflict",),
            "https://ucdp.uu.se/",
            CC_BY,
        ),
        Authority(
            "ucdp-dyad",
            "UCDP dyads",
            "https://ucdp.uu.se/statebased/{}",
            _NUMBER,
            ("conflict",),
            "https://ucdp.uu.se/",
            CC_BY,
        ),
        Authority(
            "ucdp-actor",
            "UCDP actors",
            "https://ucdp.uu.se/actor/{}",
            _NUMBER,
            ("state", "organisation", "group"),
            "https://ucdp.uu.se/",
            CC_BY,
        ),
        Authority(
            "cow-war",
            "Correlates of War, list of wars",
            "https://correlatesofwar.org/data-sets/cow-war/#{}",
            _NUMBER,
            ("conflict",),
            "https://correlatesofwar.org/data-sets/cow-war/",
            "https://correlatesofwar.org/data-sets/cow-war/",
            "The list has no addresses; the number after # is the war's, on the page of the list.",
        ),
        Authority(
            "pa-x",
            "PA-X Peace Agreements Database",
            "https://pax.peaceagreements.org/agreements/{}",
            _NUMBER,
            ("agreement",),
            "https://pax.peaceagreements.org/",
            "https://pax.peaceagreements.org/",
            "Its publisher states the terms there. Only numbers are used, nothing that it coded.",
        ),
        Authority(
            "viaf",
            "VIAF",
            "http://viaf.org/viaf/{}",
            _NUMBER,
            ("person", "organisation"),
            "https://viaf.org/",
            "https://opendatacommons.org/licenses/by/1-0/",
        ),
        Authority(
            "gnd",
            "GND",
            "https://d-nb.info/gnd/{}",
            "[0-9]+-?[0-9X]",
            ("person", "organisation", "place"),
            "https://www.dnb.de/gnd",
            CC0,
        ),
        Authority(
            "lccn",
            "Library of Congress names",
            "http://id.loc.gov/authorities/names/{}",
            "n[a-z]?[0-9]{8,10}",
            ("person", "organisation", "place"),
            "https://id.loc.gov/authorities/names.html",
            "https://id.loc.gov/about/",
        ),
    )
}
"""By name, in the order in which people read them."""


def authority_of(iri: str) -> Authority | None:
    """The collection that an IRI is an identifier of."""
    return next((a for a in AUTHORITIES.values() if a.identifier(iri) is not None), None)


CATEGORIES: Final[dict[str, tuple[str, ...]]] = {
    "person": ("person",),
    "country": ("state",),
    "historical state": ("state",),
    "government": ("state",),
    "supranational org": ("organisation",),
    "international organisation": ("organisation",),
    "government office": ("organisation",),
    "news magazine": ("organisation",),
    "university": ("organisation",),
    "organisation": ("organisation",),
    "armed group": ("group",),
    "position": ("post",),
    "city": ("place",),
    "village": ("place",),
    "municipality": ("place",),
    "sea": ("place",),
    "region": ("place",),
    "island": ("place",),
    "mountain": ("place",),
    "river": ("place",),
    "lake": ("place",),
    "building": ("place",),
    "war": ("conflict",),
    "conflict": ("conflict",),
    "dyad": ("conflict",),
    "agreement": ("agreement",),
    "event": ("event",),
}
"""What a thing of others may be called in `object_category`, and the kinds of ours that it fits."""
