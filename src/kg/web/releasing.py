"""Releases: a list, a page or a description of each, and their files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

import pyoxigraph as ox
from flask import Blueprint, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from kg.errors import NotFoundError, UnsupportedError
from kg.namespaces import PREFIXES
from kg.publication.changelog import HEADINGS
from kg.publication.description import DATASET, LICENCE, TITLE
from kg.publication.releasing import CHANGES_DATA, SUMS
from kg.store.releases import Release, Releases
from kg.web.formats import chosen, described, split_suffix

SHOWN: Final = 200
"""Of what changed in one way, the page shows so many; the file has all."""

_SPDX: Final = "http://spdx.org/rdf/terms#"
_SHA256: Final = ox.NamedNode(f"{_SPDX}checksumAlgorithm_sha256")


def blueprint(releases: Releases | None) -> Blueprint:
    """The pages of the releases of a store; without any where it can have none."""
    bp = Blueprint("releases", __name__)

    @bp.get("/id/release/<version>")
    def identified(version: str) -> Response:
        """A release is not a page: 303 to what describes it."""
        return redirect(url_for("releases.page", version=version), 303)

    @bp.get("/releases")
    def listed() -> str:
        """The list of releases."""
        found = releases.all() if releases is not None else []
        return render_template("releases.html", releases=found[::-1])

    @bp.get("/doc/release/<version>")
    def page(version: str) -> Response:
        """One release, in the form that the client reads."""
        name, suffix = split_suffix(version)
        one = _there(releases).get(name)
        form = chosen(suffix, request.accept_mimetypes)
        if form.written_as:
            data = ox.serialize(
                _described(one),
                format=ox.RdfFormat.from_media_type(form.written_as),
                prefixes=PREFIXES,
            )
            return described(data or b"", form, one.iri)
        html = render_template(
            "release.html", release=one, changes=_changes(_there(releases), one), most=SHOWN
        )
        return described(html, form, one.iri)

    @bp.get("/releases/<version>/<name>")
    def file(version: str, name: str) -> Response:
        """One of the files of a release."""
        there = _there(releases)
        one = there.get(version)
        if name not in one.files and name != SUMS:
            known = ", ".join([*one.files, SUMS])
            raise NotFoundError(f"release {version} has no file {name}", hint=f"it has {known}")
        path = there.place(version) / name
        if not path.is_file():
            raise NotFoundError(f"{name} has to be made anew", hint=f"`kg release {version}`")
        about = one.files.get(name)
        response = send_file(path, etag=about.sha256 if about else True)
        response.headers["Link"] = f'<{one.iri}>; rel="describedby"'
        return response

    return bp


def _there(releases: Releases | None) -> Releases:
    if releases is None:
        raise UnsupportedError(
            "this server has no releases", hint="they are there where kg keeps the data itself"
        )
    return releases


def _changes(releases: Releases, one: Release) -> list[tuple[str, list[str]]]:
    """What changed, by heading."""
    path = releases.place(one.version) / CHANGES_DATA
    if not path.is_file():
        return []
    found = json.loads(path.read_text(encoding="utf-8"))
    return [
        (heading, [" → ".join(row) if isinstance(row, list) else row for row in found[name]])
        for name, heading in HEADINGS.items()
        if found[name]
    ]


def _described(one: Release) -> Iterator[ox.Triple]:
    """A release as DCAT has it, with the checksums of its files."""
    node = ox.NamedNode(one.iri)
    yield ox.Triple(node, _n("rdf:type"), _n("dcat:Dataset"))
    yield ox.Triple(node, _n("dcterms:title"), ox.Literal(f"{TITLE} {one.version}", language="en"))
    yield ox.Triple(node, _n("dcterms:isVersionOf"), DATASET)
    yield ox.Triple(node, _n("dcat:version"), ox.Literal(one.version))
    yield ox.Triple(node, _n("dcterms:license"), LICENCE)
    issued = ox.Literal(one.made, datatype=_n("xsd:dateTime"))
    yield ox.Triple(node, _n("dcterms:issued"), issued)
    if one.previous is not None:
        previous = one.iri.removesuffix(one.version) + one.previous
        yield ox.Triple(node, _n("dcat:previousVersion"), ox.NamedNode(previous))
    for name, about in one.files.items():
        address = url_for("releases.file", version=one.version, name=name, _external=True)
        part, checksum = ox.NamedNode(f"{one.iri}#{name}"), ox.NamedNode(f"{one.iri}#{name}-sha256")
        yield ox.Triple(node, _n("dcat:distribution"), part)
        yield ox.Triple(part, _n("rdf:type"), _n("dcat:Distribution"))
        yield ox.Triple(part, _n("dcat:downloadURL"), ox.NamedNode(address))
        yield ox.Triple(part, _n("dcat:byteSize"), ox.Literal(about.bytes))
        yield ox.Triple(part, ox.NamedNode(f"{_SPDX}checksum"), checksum)
        yield ox.Triple(checksum, ox.NamedNode(f"{_SPDX}algorithm"), _SHA256)
        yield ox.Triple(
            checksum,
            ox.NamedNode(f"{_SPDX}checksumValue"),
            ox.Literal(about.sha256, datatype=_n("xsd:hexBinary")),
        )


def _n(name: str) -> ox.NamedNode:
    prefix, _, local = name.partition(":")
    return ox.NamedNode(PREFIXES[prefix] + local)
