"""Contributions over HTTP: pages that work without scripts, and JSON for programs.

What a contribution would change is told to those with a token, and to all once it is accepted.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from kg.contributions.content import Content
from kg.contributions.model import TRANSITIONS, Action, Contribution, State
from kg.contributions.service import Contributions
from kg.contributions.showing import content_members, members
from kg.errors import ForbiddenError, InputError, NotFoundError
from kg.store.patches import patch_text
from kg.tokens import Scope
from kg.web import access
from kg.web.access import asker
from kg.web.asking import Asking
from kg.web.contribution_requests import actor, is_form, limit_body, proposal, token, wish
from kg.web.streams import GENERATION
from kg.web.told import told_members

PAGE: Final = "text/html"
JSON: Final = "application/json"
LISTED: Final = 50
"""So many things are told of a contribution in each list of a page."""

STEPS: Final = {
    each.value: each
    for each in (Action.CHECK, Action.SUBMIT, Action.ACCEPT, Action.REJECT, Action.WITHDRAW,
                 Action.COMMENT)
}  # fmt: skip
"""What can be posted to the address of a contribution, beside `revert`."""


def blueprint(asking: Asking, most_bytes: int) -> Blueprint:
    """The addresses of contributions; more than `most_bytes` in one body are refused with 413."""
    bp = Blueprint("contributions", __name__)

    bp.before_request(lambda: limit_body(most_bytes))

    @bp.get("/contributions")
    def listed() -> BaseResponse:
        """All contributions, the newest first."""
        return _list(_opened(asking))

    @bp.post("/contributions")
    def propose() -> BaseResponse:
        """Keep what is sent as a draft, check it, and ask for a review if it conforms."""
        wished, here = wish(Scope.PROPOSE), _opened(asking)
        made = here.propose(proposal(), wished, submit=_submits())
        return _answered(asking, here, made, 201)

    @bp.put("/contributions/<int:number>")
    def revise(number: int) -> BaseResponse:
        """Put other triples in the place of those of a contribution."""
        wished, here = wish(Scope.PROPOSE), _opened(asking)
        made = here.revise(number, proposal(), wished, submit=_submits())
        return _answered(asking, here, made, 200)

    @bp.get("/contributions/<int:number>")
    def shown(number: int) -> BaseResponse:
        """What is known of a contribution."""
        return _shown(_opened(asking), number)

    @bp.post("/contributions/<int:number>")
    def looked_at(number: int) -> BaseResponse:
        """The same page for somebody who sends a token in a form."""
        actor(Scope.READ)
        return _shown(_opened(asking), number)

    @bp.get("/contributions/<int:number>/diff")
    def diff(number: int) -> BaseResponse:
        """The triples that come and go, a line each, as `kg diff` writes them."""
        here = _opened(asking)
        if not _may_see(here.get(number)):
            raise ForbiddenError(
                "drafts are shown to those with a token", hint=access.hint(Scope.PROPOSE)
            )
        return Response(patch_text(here.content(number).patch), mimetype="text/plain")

    @bp.post("/contributions/<int:number>/<name>")
    def step(number: int, name: str) -> BaseResponse:
        """Take a step."""
        return _step(asking, number, name)

    return bp


def _opened(asking: Asking) -> Contributions:
    """The contributions, at least as new as what the client has written."""
    here = Contributions(asking.store)
    here.at_least(asking.own_writes.at_least(asker(), None) or 0)
    return here


def _submits() -> bool:
    """Whether a review is asked for of what conforms."""
    source = request.form if is_form() else request.args
    return source.get("draft", "no") != "yes"


def _step(asking: Asking, number: int, name: str) -> BaseResponse:
    here = _opened(asking)
    if name == "revert":
        wished = wish(Scope.PROPOSE)
        made = here.revert(number, wished, submit=_submits())
        return _answered(asking, here, made, 201)
    if name not in STEPS:
        raise NotFoundError(f"there is no step {name}", hint=", ".join((*STEPS, "revert")))
    action = STEPS[name]
    wished = wish(TRANSITIONS[action].scope)
    do: Callable[[], Contribution] = {
        Action.CHECK: lambda: here.check(number, wished),
        Action.ACCEPT: lambda: here.accept(number, wished),
    }.get(action, lambda: here.move(number, action, wished))
    try:
        done = do()
    finally:
        asking.own_writes.wrote(asker(), here.generation)
    return _answered(asking, here, done, 200)


def _answered(asking: Asking, here: Contributions, made: Contribution, status: int) -> BaseResponse:
    """What became of a contribution: for programs; a page is led to it."""
    asking.own_writes.wrote(asker(), here.generation)
    place = url_for("contributions.shown", number=made.number)
    if is_form() and _wants_page():
        return redirect(place, 303)
    repeated = here.receipt is None
    response = jsonify(_members(here, made, here.content(made.number)))
    response.status_code = 200 if repeated else status
    response.headers["Location"] = place
    response.headers[GENERATION] = str(here.generation)
    response.headers["Cache-Control"] = "no-store"
    return response


def _wants_page() -> bool:
    return request.accept_mimetypes.best_match([JSON, PAGE], default=JSON) == PAGE


def _may_see(contribution: Contribution) -> bool:
    """Whether the one who asks may see what it would change."""
    return contribution.state is State.ACCEPTED or token() is not None


def _members(here: Contributions, made: Contribution, content: Content | None) -> dict[str, Any]:
    found = members(made, here.author)
    return found if content is None else {**found, **content_members(content)}


def _shown(here: Contributions, number: int) -> BaseResponse:
    made = here.get(number)
    content = here.content(number) if _may_see(made) else None
    if _wants_page():
        response = Response(_page(here, made, content), mimetype=PAGE)
    else:
        response = jsonify(_members(here, made, content))
    response.headers["Vary"] = "Accept, Authorization"
    response.headers["Cache-Control"] = "no-store"
    return response


def _page(here: Contributions, made: Contribution, content: Content | None) -> str:
    told = content.told if content else {}
    clashes = here.conflicts(made, content.patch) if content else []
    possible = [a for a in STEPS.values() if made.state in TRANSITIONS[a].sources]
    return render_template(
        "contribution.html",
        it=made,
        steps=[(step, here.author(step)) for step in made.steps],
        content=content,
        conflicts=[each.members() for each in clashes] or told.get("conflicts", []),
        **told_members(told),
        diff=patch_text(content.patch) if content else "",
        possible=possible,
        transitions=TRANSITIONS,
    )


def _list(here: Contributions) -> BaseResponse:
    state, before = _state(), request.args.get("before", "")
    if before and not re.fullmatch("[0-9]{1,9}", before):
        raise InputError("before is the number of a contribution", hint="leave it out")
    page, counts = here.page(state, int(before) if before else None), here.counts()
    count = sum(counts.values()) if state is None else counts.get(state, 0)
    older = None if page.older is None else _address(state, page.older)
    if _wants_page():
        html = render_template(
            "contributions.html",
            found=page.found,
            count=count,
            newest=_address(state) if before else None,
            older=older,
            state=state.value if state else "",
            states=[each.value for each in State],
            transitions=TRANSITIONS,
        )
        response = Response(html, mimetype=PAGE)
    else:
        response = jsonify(
            count=count,
            older=older,
            contributions=[
                {"number": e.number, "title": e.title, "state": e.state.value, "version": e.version}
                for e in page.found
            ],
        )
    response.headers["Vary"] = "Accept"
    return response


def _state() -> State | None:
    """The state that a list is of; raises `InputError` for one that there is not."""
    name = request.args.get("state", "")
    states = [each.value for each in State]
    if name and name not in states:
        raise InputError(f"there is no state {name}", hint=", ".join(states))
    return State(name) if name else None


def _address(state: State | None, before: int | None = None) -> str:
    """Where a list is, from a number on."""
    return url_for("contributions.listed", state=state and state.value, before=before)
