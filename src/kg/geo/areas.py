"""Disputed areas of Natural Earth, and who administers and claims them as it notes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, TypeAlias

from rdflib import Graph, URIRef
from rdflib.namespace import DCTERMS, RDF, RDFS

from kg.geo.claiming import Claiming, Row, drawn, english
from kg.geo.natural_earth import Feature, area_iri
from kg.geo.release import Release
from kg.namespaces import CKG, concept, iri

Say: TypeAlias = Callable[[int, str, URIRef], Graph]
"""Makes a claim of the number of a clause, the name of a state, and the state."""

_ADMINISTERED: Final = re.compile(r"Admin\.? [Bb]y (.+)")
_CLAIMED: Final = re.compile(r"Claimed by (.+)")
_BY_ITSELF: Final = "Self admin."


def areas(
    release: Release,
    listed: Iterable[Feature],
    countries: Iterable[Feature],
    states: Mapping[str, str],
) -> Iterator[Graph]:
    """Disputed areas of which every party that their notes name is ours, with those notes.

    To take over one side of a dispute without the other would take that side.
    """
    codes = {f.columns[name]: f.columns["ADM0_A3"] for f in countries for name in ("NAME", "ADMIN")}
    ours = {name: iri("state", states[code]) for name, code in codes.items() if code in states}
    for feature in listed:
        area = Area(release, feature)
        noted = area.noted()
        if noted and {name for _, name, _ in noted} <= ours.keys():
            yield area.graph()
            yield from (say(number, name, ours[name]) for number, name, say in noted)


class Area:
    """One disputed area, and what can be said of it in the name of Natural Earth."""

    def __init__(self, release: Release, feature: Feature) -> None:
        self._release = release
        self._columns = feature.columns
        self._geometry = feature.geometry
        self._code = feature.columns["BRK_A3"]
        self._slug = f"natural-earth-{self._code.lower()}"
        self._iri = area_iri(self._code)
        self._label = f"{feature.columns['BRK_NAME']} (Natural Earth {self._code})"
        self._listed = f"{feature.columns['BRK_NAME']} ({self._code})"

    def graph(self) -> Graph:
        """The area as a thing, with the words of its row, and its outline."""
        label = f"{self._columns['BRK_NAME']}, as drawn by {self._release.title} ({self._code})"
        named = f"{self._release.slug}-{self._code.lower()}", label
        graph = drawn(self._iri, self._geometry, self._release.iri, named)
        graph.add((self._iri, RDF.type, CKG.DisputedArea))
        graph.add((self._iri, RDFS.label, english(self._label)))
        graph.add((self._iri, DCTERMS.source, self._release.iri))
        category = f"{self._columns['FEATURECLA']}; {self._columns['TYPE']}"
        graph.add((self._iri, CKG.sourceCategory, english(category)))
        graph.add((self._iri, CKG.sourceNote, english(self._columns["NOTE_BRK"])))
        return graph

    def noted(self) -> list[tuple[int, str, Say]]:
        """Each clause of the note that names a country, by its number, and how to say it.

        Nothing where there is no note, or a clause of another kind in it.
        """
        found: list[tuple[int, str, Say]] = []
        for number, clause in enumerate(self._columns.get("NOTE_BRK", "").split("; "), 1):
            if administered := _ADMINISTERED.fullmatch(clause):
                found.append((number, self._whole(administered[1]), self._administered))
            elif claimed := _CLAIMED.fullmatch(clause):
                found.append((number, self._whole(claimed[1]), self._claimed))
            elif clause != _BY_ITSELF:
                return []
        return found

    def _whole(self, name: str) -> str:
        """A name, where it is short for that of the country in the same row: `Azer.`."""
        admin = self._columns["ADMIN"]
        return admin if name.endswith(".") and admin.startswith(name[:-1]) else name

    def _administered(self, number: int, name: str, state: URIRef) -> Graph:
        """The claim that a state administers the area."""
        situation = iri("situation", f"{self._slug}-administration")
        gloss = f"Natural Earth notes that {name} administers the area listed as {self._listed}"
        graph = self._noting(number).graph(gloss, situation)
        words = f"{name} administers the area that Natural Earth lists as {self._listed}"
        graph.add((situation, RDF.type, CKG.Situation))
        graph.add((situation, RDFS.label, english(words)))
        graph.add((situation, CKG.kind, concept("kind", "control")))
        graph.add((situation, CKG.roleAgent, state))
        graph.add((situation, CKG.roleTheme, self._iri))
        return graph

    def _claimed(self, number: int, name: str, state: URIRef) -> Graph:
        """The claim that a state claims the area: a claim inside a claim."""
        outer = self._noting(number)
        inner = Claiming(f"{outer.slug}-1", state, outer.row, mode="judgement")
        graph = inner.of_proposition(
            f"{name} claims the area that Natural Earth lists as {self._listed}",
            (self._iri, CKG.partOf, state),
            f"{self._label} – part of – {name}",
        )
        gloss = f"Natural Earth notes that {name} claims the area listed as {self._listed}"
        return graph + outer.graph(gloss, inner.iri)

    def _noting(self, number: int) -> Claiming:
        slug = f"{self._slug}-{number}-1"
        row = Row(slug, self._release.iri, f"BRK_A3 {self._code}, NOTE_BRK")
        return Claiming(slug, self._release.iri, row)
