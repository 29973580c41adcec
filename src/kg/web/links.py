"""Pages of links: every one with its evidence, those to be looked at again, what is wanted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, render_template

from kg.links.authorities import AUTHORITIES, Authority, authority_of
from kg.links.sssom import REVIEW_BELOW, Wanted, wanted
from kg.namespaces import compact, expand
from kg.sparql.names import Names, names_of
from kg.store.interface import Term
from kg.web.addresses import href
from kg.web.asking import Asking
from kg.web.facts import Thing


@dataclass(frozen=True, slots=True)
class Link:
    """A link as the page shows it."""

    thing: Thing
    how: str
    target: str
    label: str
    confidence: float
    evidence: str
    note: str
    reviewer: str
    day: str


def blueprint(asking: Asking, folder: Path) -> Blueprint:
    """The pages `/links` and `/wanted`; `folder` has the list of what is wanted."""
    bp = Blueprint("links", __name__)
    entries = wanted(folder)

    @bp.get("/links")
    def page() -> str:
        """Every link, by collection."""
        found: defaultdict[str, list[Link]] = defaultdict(list)
        for row in asking.kept("links"):
            authority = authority_of(row["target"].value)
            found[authority.name if authority else ""].append(_link(row))
        known = [(authority, found[name]) for name, authority in AUTHORITIES.items()]
        sections: list[tuple[Authority | None, list[Link]]] = [*known, (None, found[""])]
        sections = [(authority, links) for authority, links in sections if links]
        doubtful = [x for _, links in sections for x in links if x.confidence < REVIEW_BELOW]
        return render_template("links.html", sections=sections, doubtful=doubtful)

    @bp.get("/wanted")
    def wanted_page() -> str:
        """What was looked for in other collections and not found."""
        known = names_of(asking.store)
        missing = [(entry, _wanted_thing(entry, known)) for entry in entries]
        return render_template("wanted.html", missing=missing)

    return bp


def _link(row: Mapping[str, Term]) -> Link:
    text = {name: term.value for name, term in row.items()}
    name = text.get("name") or compact(text["entity"])
    return Link(
        Thing(text["entity"], name, href(text["entity"])),
        compact(text["link"]).partition(":")[2].removesuffix("Match"),
        text["target"],
        text["label"],
        float(text["confidence"]),
        text["evidence"],
        text.get("note", ""),
        text["reviewer"],
        text["day"],
    )


def _wanted_thing(entry: Wanted, known: Names) -> Thing | None:
    """What an entry is about, where the store has it."""
    iri = expand(entry.subject_id)
    return Thing(iri, entry.label, href(iri)) if iri and iri in known else None
