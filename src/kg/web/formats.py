"""The forms in which a page of ours can be had: a suffix, a media type, a name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from flask import Response, request
from werkzeug.datastructures import MIMEAccept
from werkzeug.wrappers import Response as BaseResponse

from kg.errors import NotAcceptableError
from kg.messages import marked
from kg.sparql.formats import without_parameters


@dataclass(frozen=True)
class Form:
    """One form; `written_as` is the media type that the store serializes for it."""

    suffix: str
    media_type: str
    name: str
    written_as: str | None = None


HTML: Final = Form("html", "text/html", marked("HTML"))
RDF_FORMS: Final = (
    Form("ttl", "text/turtle", marked("Turtle"), "text/turtle"),
    Form("jsonld", "application/ld+json", marked("JSON-LD"), "application/ld+json"),
    Form("nt", "application/n-triples", marked("N-Triples"), "application/n-triples"),
    Form("rdf", "application/rdf+xml", marked("RDF/XML"), "application/rdf+xml"),
)
JSON: Final = Form("json", "application/json", marked("JSON"), "application/ld+json")
"""JSON-LD under the name that clients without RDF know."""

LICENCE: Final = "https://creativecommons.org/licenses/by/4.0/"
"""Of everything that is described here."""

XHTML: Final = Form("html", "application/xhtml+xml", marked("HTML"))
"""What some browsers like as well as HTML; they are sent HTML."""

FORMS: Final = (HTML, *RDF_FORMS, JSON, XHTML)
_BY_SUFFIX: Final = {form.suffix: form for form in (*RDF_FORMS, JSON, HTML)}
_BY_MEDIA_TYPE: Final = {form.media_type: form for form in FORMS}


def split_suffix(slug: str) -> tuple[str, str | None]:
    """A slug and the known suffix that it ends with: `a/b.ttl` is `a/b` and `ttl`.

    Any other dot belongs to the slug, as in `ucdp-ged-23.1`.
    """
    name, dot, suffix = slug.rpartition(".")
    return (name, suffix) if dot and name and suffix in _BY_SUFFIX else (slug, None)


def chosen(suffix: str | None, accept: MIMEAccept) -> Form:
    """The form that a suffix names, else the one that the client likes best; HTML on a tie."""
    if suffix is not None:
        return _BY_SUFFIX[suffix]
    if not accept:
        return HTML
    media_type = without_parameters(accept).best_match(list(_BY_MEDIA_TYPE))
    if media_type is None:
        offered = ", ".join(form.media_type for form in FORMS)
        raise NotAcceptableError(f"none of {accept} can be served", hint=f"there is {offered}")
    form = _BY_MEDIA_TYPE[media_type]
    return HTML if form is XHTML else form


def described(body: str | bytes, form: Form, iri: str) -> BaseResponse:
    """A page or description of a thing, as one form of several."""
    response = Response(body, mimetype=form.media_type)
    response.headers["Vary"] = "Accept"
    response.headers["Link"] = ", ".join(_links(form, iri))
    response.add_etag()
    return response.make_conditional(request)


def _links(form: Form, iri: str) -> list[str]:
    """Where a client finds what this is about, its licence, and the other forms of it."""
    path, _ = split_suffix(request.path)
    place = quote(request.script_root + path, safe="/~!$&'()*+;=:@-._")
    others = [other for other in (*RDF_FORMS, HTML) if other != form]
    return [
        f'<{iri}>; rel="describes"',
        f'<{LICENCE}>; rel="license"',
        *(
            f'<{place}.{other.suffix}>; rel="alternate"; type="{other.media_type}"'
            for other in others
        ),
    ]
