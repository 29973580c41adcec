"""Shapes as documentation: a page for each, a table for each class, and templates to fill in.

All of it is made from the ontology and the shapes that come with kg, which are those that judge
what is sent here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Final

import pyoxigraph as ox
from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from kg.namespaces import CKG, PREFIXES
from kg.profiles import NodeShape, Profile, Profiles, packaged
from kg.profiles.json_schema import json_schema
from kg.profiles.words import cardinality, example_in_words, values_in_words
from kg.profiles.writing import BOM, template_csv
from kg.web.addresses import local_path, scheme_iri
from kg.web.asking import Asking
from kg.web.formats import Form, chosen, described, split_suffix

_SCHEMA: Final = "application/schema+json"


def blueprint(asking: Asking) -> Blueprint:
    """The pages of shapes and classes, and the templates."""
    bp = Blueprint("shapes", __name__)

    @bp.get("/shapes")
    def index() -> BaseResponse:
        """All classes and all shapes."""
        return _file(render_template("shapes.html", profiles=packaged()), "text/html")

    @bp.get("/shapes/<name>")
    def shape(name: str) -> BaseResponse:
        """One shape; one of a property is on the page of its node shape."""
        profiles = packaged()
        name, suffix = split_suffix(name)
        if (above := _above(profiles, name)) and suffix is None:
            return redirect(f"{url_for('shapes.shape', name=above)}#{name}", 303)
        found = profiles.shapes_by_name.get(name)
        if found is None:
            abort(404, f"There is no shape {name!r}.")
        form = chosen(suffix, request.accept_mimetypes)
        if form.written_as:
            return described(_written(_about_shape(profiles, found), form), form, found.iri)
        classes = [p for p in profiles.by_name.values() if found in p.shapes]
        html = render_template(
            "shape.html", shape=found, profiles=profiles, classes=classes,
            examples=_examples(classes), links=_Links(asking, profiles),
        )  # fmt: skip
        return described(html, form, found.iri)

    @bp.get("/classes/<name>")
    def class_(name: str) -> BaseResponse:
        """What instances of a class have."""
        profiles = packaged()
        name, suffix = split_suffix(name)
        profile = profiles.by_name.get(name)
        if profile is None:
            abort(404, f"No shape is about a class {name!r}.")
        form = chosen(suffix, request.accept_mimetypes)
        if form.written_as:
            return described(_written(_about_class(profiles, profile), form), form, profile.iri)
        html = render_template(
            "class.html", profile=profile, links=_Links(asking, profiles),
            cardinality=cardinality, values=values_in_words, example=example_in_words,
        )  # fmt: skip
        return described(html, form, profile.iri)

    @bp.get("/templates/<name>.csv")
    def table(name: str) -> BaseResponse:
        """A table with the columns of a class, for spreadsheets."""
        profiles = packaged()
        text = BOM + template_csv(_template(profiles, name), profiles)
        return _file(text, "text/csv", f"{name}.csv")

    @bp.get("/templates/<name>.schema.json")
    def schema(name: str) -> BaseResponse:
        """What JSON-LD of a class looks like."""
        profiles = packaged()
        found = json_schema(_template(profiles, name), profiles)
        return _file(json.dumps(found, ensure_ascii=False, indent=2) + "\n", _SCHEMA)

    return bp


class _Links:
    """Where names lead: to our own pages, as far as they have an entry there."""

    def __init__(self, asking: Asking, profiles: Profiles) -> None:
        self._known = {row["term"].value for row in asking.kept("described")}
        self._profiles = profiles

    def term(self, iri: str) -> str | None:
        """The entry of a property or of a class."""
        return local_path(iri) if iri in self._known else None

    def scheme(self, name: str) -> str | None:
        """The page of a vocabulary."""
        return self.term(scheme_iri(name))

    def class_(self, name: str) -> str | None:
        """The table of a class, by its prefixed name."""
        profile = self._profiles.by_name.get(name.rpartition(":")[2])
        known = profile is not None and profile.name == name
        return url_for("shapes.class_", name=name.rpartition(":")[2]) if known else None


def _examples(classes: Iterable[Profile]) -> dict[str, str]:
    """An example for each property, by its IRI."""
    every = (p for profile in classes for p in profile.properties)
    return {p.iri: text for p in every if (text := example_in_words(p))}


def _above(profiles: Profiles, name: str) -> str | None:
    """The node shape that a property shape belongs to, by their names."""
    iri = str(CKG[name])
    found = (s.name for s in profiles.shapes if iri in {p.iri for p in s.properties})
    return next(found, None)


def _template(profiles: Profiles, name: str) -> Profile:
    profile = profiles.templates.get(name)
    if profile is None:
        abort(404, f"There is no template {name!r}; there are {', '.join(profiles.templates)}.")
    return profile


def _about_shape(profiles: Profiles, shape: NodeShape) -> Iterator[ox.Triple]:
    yield from profiles.rules.about(shape.iri)
    for each in shape.properties:
        yield from profiles.rules.about(each.iri)


def _about_class(profiles: Profiles, profile: Profile) -> Iterator[ox.Triple]:
    yield from profiles.rules.about(profile.iri)
    for shape in profile.shapes:
        yield from _about_shape(profiles, shape)


def _written(triples: Iterable[ox.Triple], form: Form) -> bytes:
    found = ox.RdfFormat.from_media_type(form.written_as or "")
    if found is None:
        raise TypeError(f"{form.written_as} is no form of RDF")
    return ox.serialize(triples, format=found, prefixes=PREFIXES) or b""


def _file(text: str, media_type: str, name: str | None = None) -> BaseResponse:
    response = Response(text, mimetype=media_type)
    if name is not None:
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.add_etag()
    return response.make_conditional(request)
