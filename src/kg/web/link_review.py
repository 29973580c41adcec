"""The page where a person accepts or rejects candidates for links, each with its evidence in view.

It changes files, so that it is only for the server that the owner of a checkout starts there. The
token of the reviewer comes in the body of the form. No cookie lets a browser in, so that a page of
somebody else can send this form, but nothing that it would be taken with.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from kg.errors import ForbiddenError, KgError, NotFoundError, UnsupportedError
from kg.links.authorities import AUTHORITIES, Authority
from kg.namespaces import expand
from kg.suggestions.review import Decision, decide
from kg.suggestions.rows import Candidate, Files, evidence_of, read
from kg.tokens import Scope
from kg.web.access import needed
from kg.web.addresses import href
from kg.web.errors import status_of
from kg.web.facts import Thing

PAGE: Final = 10
"""So many candidates are on one page: whoever looks at them sends them together."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A candidate as the page shows it; `evidence` is words, and what they mean for the link."""

    row: Candidate
    thing: Thing
    evidence: tuple[tuple[str, str], ...]


def blueprint(folder: Path, *, changeable: bool) -> Blueprint:
    """The page `/links/review`; without `changeable`, to look at only."""
    bp = Blueprint("link_review", __name__)

    @bp.get("/links/review")
    def page() -> str:
        """The first candidates of an authority, the best of each thing first."""
        return _page(_files(folder), changeable)

    @bp.post("/links/review")
    def decided() -> BaseResponse:
        """Do what a reviewer has decided; what cannot be done is told, and the others are done."""
        if not changeable:
            raise UnsupportedError(
                "links are reviewed where the owner of a checkout serves it",
                hint="clone the project and run `kg serve` there, or use `kg link review`",
            )
        files = _files(folder)
        try:
            reviewer = needed(Scope.REVIEW, request.form.get("token", "")).name
        except ForbiddenError as error:
            return Response(_page(files, changeable, [error]), status_of(error))
        done, errors = _decide(files, reviewer)
        if errors:
            return Response(_page(files, changeable, errors, done), status_of(errors[0]))
        return redirect(
            url_for("link_review.page", authority=files.authority.name, done=done), code=303
        )

    return bp


def _files(folder: Path) -> Files:
    name = request.args.get("authority", "wikidata")
    if name not in AUTHORITIES:
        raise NotFoundError(f"no collection is called {name}", hint=", ".join(AUTHORITIES))
    return Files(folder, AUTHORITIES[name])


def _page(
    files: Files, changeable: bool, errors: list[KgError] | None = None, done: int = 0
) -> str:
    rows = read(files.candidates)
    start = min(max(0, request.args.get("start", 0, type=int)), len(rows))
    return render_template(
        "link_review.html",
        authority=files.authority,
        others=[a for a in AUTHORITIES.values() if _waits(files, a)],
        shown=[_shown(row) for row in rows[start : start + PAGE]],
        start=start,
        all=len(rows),
        changeable=changeable,
        errors=errors or [],
        done=done or request.args.get("done", 0, type=int),
        given=request.form,
    )


def _waits(files: Files, authority: Authority) -> bool:
    return authority != files.authority and Files(files.folder, authority).candidates.exists()


def _shown(row: Candidate) -> Shown:
    iri = expand(row.subject_id) or row.subject_id
    return Shown(row, Thing(iri, row.subject_label, href(iri)), tuple(evidence_of(row)))


def _decide(files: Files, reviewer: str) -> tuple[int, list[KgError]]:
    """Rejected ones first: with an accepted one the others of the same thing go."""
    day = datetime.now(UTC).date().isoformat()
    done, errors = 0, list[KgError]()
    for decision in (Decision.REJECT, Decision.ACCEPT):
        for key in (k for k, value in request.form.items() if value == decision.value):
            try:
                decide(files, key, decision, reviewer, day)
                done += 1
            except KgError as error:
                errors.append(error)
    return done, errors
