"""What a request says of a contribution: who asks, the proposal, the wished step."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import Final

from flask import abort, current_app, request

from kg.contributions.model import Actor
from kg.contributions.proposing import Proposal
from kg.contributions.steps import Wish
from kg.errors import InputError
from kg.profiles.text_lines import ENCODINGS
from kg.profiles.uploads import TABLE, upload_type
from kg.store.interface import Proposed, Upload
from kg.tokens import INCLUDED, Scope, Token
from kg.web import access
from kg.web.protocol import refuse_encodings
from kg.web.validate import sent_media_type
from kg.web.writing import commit_key

FORMS: Final = ("application/x-www-form-urlencoded", "multipart/form-data")
ACCEPT_OWN: Final = "KG_ACCEPT_OWN"
"""The key in the configuration of an application of whether one may accept one's own."""

TURTLE: Final = "text/turtle"


def limit_body(most_bytes: int) -> None:
    """Read no more of a body than is allowed; what is longer is refused with 413."""
    if (request.content_length or 0) > most_bytes:
        abort(413, f"A contribution has at most {most_bytes} bytes (contribution_bytes).")
    request.max_content_length = most_bytes
    request.max_form_memory_size = most_bytes


def is_form() -> bool:
    """Whether the request comes from a page."""
    return request.mimetype in FORMS


def token() -> Token | None:
    """The token of the request, which a page sends in a field of its form."""
    return access.token(_in_form())


def _in_form() -> str:
    return request.form.get("token", "").strip() if is_form() else ""


def actor(scope: Scope) -> Actor:
    """Who takes a step; raises `ForbiddenError` without a token of this scope."""
    found = access.needed(scope, _in_form())
    scopes = frozenset(scope for given in found.scopes for scope in INCLUDED[given])
    return Actor(found.id, found.name, scopes, bool(current_app.config[ACCEPT_OWN]))


def wish(scope: Scope) -> Wish:
    """The step that a request asks for."""
    who, key = actor(scope), commit_key()
    version = _field("version")
    if version and not re.fullmatch("[0-9]{1,9}", version):
        raise InputError("the version is a whole number", hint="it is told with the contribution")
    commit_id = f"{who.id}/{key}" if key else ""
    return Wish(who, _field("note"), int(version) if version else None, commit_id)


def proposal() -> Proposal:
    """What a request proposes: in a form, or as its body with the words in its address."""
    base = _field("base")
    if base and not re.fullmatch("[0-9]{1,15}", base):
        raise InputError("the base is the number of a generation", hint="`kg log` lists them")
    documents = [name for text in _all("document") for name in re.split(r"[\s,]+", text) if name]
    return Proposal(
        proposed(),
        _field("title"),
        _field("reason"),
        tuple(documents),
        int(base) if base else None,
    )


def proposed() -> Proposed:
    """The triples that a request would add and remove."""
    if is_form():
        return Proposed(_side("added"), _side("removed"))
    refuse_encodings(request, ENCODINGS if request.mimetype == TABLE else ())
    upload = Upload(request.get_data(), sent_media_type())
    sides = ((upload,), ())
    removes = request.args.get("side", "added")
    if removes not in ("added", "removed"):
        raise InputError("the side is added or removed")
    return Proposed(*(sides if removes == "added" else sides[::-1]))


def _side(name: str) -> tuple[Upload, ...]:
    """What a form has of one side: the text of a field, and files."""
    text = request.form.get(name, "")
    form = request.form.get(f"{name}-format", request.form.get("format", TURTLE))
    found = [Upload(text.encode(), form)] if text.strip() else []
    for file in request.files.getlist(name):
        if file.filename:
            found.append(Upload(file.read(), upload_type(PurePath(file.filename))))
    return tuple(found)


def _field(name: str) -> str:
    source = request.form if is_form() else request.args
    return source.get(name, "").strip()


def _all(name: str) -> list[str]:
    return (request.form if is_form() else request.args).getlist(name)
