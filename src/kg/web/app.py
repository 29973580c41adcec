"""The application: everything it needs is handed in, so that tests and servers make their own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from flask import Flask, request
from werkzeug.wrappers import Request, Response

from kg.messages import ENGLISH, Language
from kg.namespaces import compact, expand
from kg.permalinks import Permalinks
from kg.reconciliation.local import LocalReconciler
from kg.reconciliation.service import Reconciler
from kg.resources import data_dir, is_checkout
from kg.sparql.service import Services
from kg.store.interface import Store
from kg.store.releases import Releases
from kg.tokens import Tokens
from kg.web import (
    about,
    citing,
    compression,
    conflicts,
    context,
    contribute_page,
    contributions,
    crawlers,
    errors,
    feeds,
    graph_store,
    journal,
    link_review,
    links,
    marking,
    openapi,
    operations,
    permalinks,
    published,
    query_help,
    query_page,
    reconcile,
    releasing,
    row_claims,
    search,
    shapes,
    site,
    sparql,
    terms,
    things,
    translations,
    validate,
    vocabularies,
)
from kg.web.access import TOKENS
from kg.web.addresses import local_path
from kg.web.asking import Asking, for_people, without_header
from kg.web.assets import asset
from kg.web.contribution_requests import ACCEPT_OWN
from kg.web.counted import Counted
from kg.web.formats import RDF_FORMS
from kg.web.paging import PAGE_SIZES, PageSizes
from kg.web.policy import policy
from kg.web.query_page import ANSWER_SIZES, AnswerSizes, grouped
from kg.web.reconcile import Sizes
from kg.web.words import language

HEADERS: Final[dict[str, str]] = {
    "Content-Security-Policy": policy(),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": (
        "Allow, ETag, Link, Location, Content-Type, Retry-After, Warning, WWW-Authenticate,"
        " X-KG-Generation, X-Request-Id"
    ),
}
"""On every response, errors included; what is read here is public, so any page may read it."""

PREFLIGHT: Final[dict[str, str]] = {
    "Access-Control-Allow-Headers": (
        "Accept, Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match,"
        " X-KG-At-Least, X-KG-Message, X-KG-Validate, X-Request-Id"
    ),
    "Access-Control-Max-Age": "86400",
}

EXTENSION: Final = "kg.asking"
"""The extension that is the `Asking` of an application."""

UPDATE_BYTES: Final = 10_000_000


@dataclass(frozen=True, slots=True)
class Contributing:
    """How large a contribution may be, and whether reviewers may accept their own."""

    most_bytes: int = 2_000_000
    accept_own: bool = False


CONTRIBUTING: Final = Contributing()


def create_app(
    store: Store,
    *,
    tokens: Tokens | None = None,
    update_bytes: int = UPDATE_BYTES,
    services: Services | None = None,
    reconciling: tuple[Reconciler, Sizes] | None = None,
    releases: Releases | None = None,
    contributing: Contributing = CONTRIBUTING,
    links_folder: Path | None = None,
    answers: AnswerSizes = ANSWER_SIZES,
    links_kept: tuple[Permalinks, int] | None = None,
    site_language: Language = ENGLISH,
    pages: PageSizes = PAGE_SIZES,
    counted: Counted | None = None,
) -> Flask:
    """A Flask application over a store; it opens nothing and reads no environment.

    Without `tokens` nobody can write, without `services` no query can ask another endpoint. Names
    are reconciled by what `reconciling` says, or else with an index in this process. Without
    `releases` there are none to be seen or asked. Candidates for links are reviewed in
    `links_folder`, or else in that of a checkout, if this is one. Queries are kept where
    `links_kept` says, so many in an hour for each client, or else not at all. What is no data is
    said in `site_language`. `pages` says how much of a list or a picture a page shows, `counted`
    has what was counted of all, which else is counted here.
    """
    app = Flask(__name__)
    app.url_map.strict_slashes = False
    translations.register(app, site_language)
    marking.register(app)
    app.jinja_env.filters["language"] = language
    app.jinja_env.filters["grouped"] = grouped
    app.jinja_env.filters["compact"] = compact
    app.jinja_env.filters["expand"] = expand
    app.jinja_env.filters["local"] = local_path
    app.jinja_env.globals["rdf_forms"] = RDF_FORMS
    app.jinja_env.globals["asset"] = asset
    app.jinja_env.globals["for_people"] = for_people
    app.jinja_env.filters["without_header"] = without_header
    app.jinja_env.globals["store_notes"] = lambda: store.capabilities.notes
    app.config["MAX_CONTENT_LENGTH"] = app.config["MAX_FORM_MEMORY_SIZE"] = update_bytes
    app.config[TOKENS] = tokens
    app.config[ACCEPT_OWN] = contributing.accept_own
    asking = Asking(store, services, releases, pages, counted)
    app.extensions[EXTENSION] = asking
    app.register_blueprint(site.blueprint(asking))
    app.register_blueprint(operations.blueprint(store))
    app.register_blueprint(sparql.blueprint(asking))
    app.register_blueprint(graph_store.blueprint(asking))
    app.register_blueprint(context.blueprint())
    app.register_blueprint(query_page.blueprint(asking, answers))
    kept, hourly = links_kept or (None, 0)
    app.jinja_env.globals["keeps_links"] = kept is not None
    app.register_blueprint(permalinks.blueprint(asking, kept, answers, hourly))
    app.register_blueprint(query_help.blueprint(asking))
    app.register_blueprint(row_claims.blueprint(asking))
    app.register_blueprint(validate.blueprint(store))
    app.register_blueprint(crawlers.blueprint(store))
    app.register_blueprint(published.blueprint(asking))
    app.register_blueprint(openapi.blueprint())
    app.register_blueprint(links.blueprint(asking, data_dir() / "links"))
    folder, changeable = links_folder or data_dir() / "links", links_folder or is_checkout()
    app.register_blueprint(link_review.blueprint(folder, changeable=bool(changeable)))
    reconciler, sizes = reconciling or (LocalReconciler(store), Sizes())
    app.register_blueprint(reconcile.blueprint(reconciler, sizes))
    app.register_blueprint(search.blueprint(reconciler, pages.entries))
    app.register_blueprint(releasing.blueprint(releases))
    app.register_blueprint(contribute_page.blueprint(store, contributing.most_bytes))
    app.register_blueprint(contributions.blueprint(asking, contributing.most_bytes))
    app.register_blueprint(feeds.blueprint(asking))
    app.register_blueprint(about.blueprint())
    app.register_blueprint(citing.blueprint(asking))
    app.register_blueprint(conflicts.blueprint(asking))
    app.register_blueprint(things.blueprint(asking))
    app.register_blueprint(terms.blueprint(asking))
    app.register_blueprint(vocabularies.blueprint(asking))
    app.register_blueprint(shapes.blueprint(asking))
    errors.register(app)
    journal.register(app)
    app.after_request(lambda response: _for_method(with_headers(response)))
    compression.register(app)
    return app


def finished(request: Request, response: Response) -> Response:
    """A response as all end: compressed, and with `HEADERS`."""
    return with_headers(compression.compressed(request, response))


def with_headers(response: Response) -> Response:
    """The response with `HEADERS`."""
    there = set(response.headers.keys(lower=True))
    response.headers.extend((k, v) for k, v in HEADERS.items() if k.lower() not in there)
    return response


def _for_method(response: Response) -> Response:
    if "Allow" in response.headers:  # it comes from a set
        response.headers["Allow"] = ", ".join(sorted(response.allow))
    if request.method == "OPTIONS":
        response.headers.update(PREFLIGHT)
        response.headers["Access-Control-Allow-Methods"] = response.headers.get("Allow", "GET")
    return response
