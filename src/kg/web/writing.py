"""Writes over HTTP: SPARQL Update, and what the Graph Store Protocol changes; with a token."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime
from typing import Final

from flask import Response, g, jsonify, request

from kg.errors import InputError
from kg.store.interface import Change, CommitMeta, Update
from kg.tokens import Scope, Token
from kg.web.access import asker, needed
from kg.web.asking import Asking
from kg.web.findings import finding_members
from kg.web.protocol import Asked
from kg.web.streams import GENERATION

COMMIT_ID: Final = "Idempotency-Key"
"""The same key again changes nothing and is answered with the same receipt."""

MESSAGE: Final = "X-KG-Message"
VALIDATE: Final = "X-KG-Validate"
"""`no` commits without validation; only with the scope admin."""

_KEY: Final = re.compile(r"[\x21-\x7e]{1,200}")


def updated(asking: Asking, question: Asked, text: str) -> Response:
    """Commit an update; answers when it is on disk. It is read by who tries it, and not here."""
    token = needed(Scope.WRITE)
    g.query = text if len(text) < 100_000 else ""
    return committed(asking, Update(text, question.using), token, "an update over HTTP")


def committed(asking: Asking, change: Change, token: Token, otherwise: str) -> Response:
    """Commit a change and answer with its receipt; `otherwise` is the reason where none is given.

    Author, reason and commit id are those of the request.
    """
    key = commit_key()
    message = request.headers.get(MESSAGE, "").strip()[:1000] or otherwise
    meta = CommitMeta(token.name, message, datetime.now(UTC), validated=not _waived())
    commit_id = f"{token.id}/{key}" if key else f"http/{uuid.uuid4()}"
    receipt = asking.store.commit(change, meta, commit_id=commit_id)
    asking.own_writes.wrote(asker(), receipt.generation)
    response: Response = jsonify(
        generation=receipt.generation,
        commit=receipt.commit_id,
        added=receipt.added,
        removed=receipt.removed,
        repeated=receipt.repeated,
        warnings=[finding_members(f) for f in receipt.findings],
    )
    response.headers[GENERATION] = str(receipt.generation)
    response.headers["Cache-Control"] = "no-store"
    return response


def commit_key() -> str | None:
    """The key of a request, by which it is known if it comes again."""
    key = request.headers.get(COMMIT_ID)
    if key is not None and not _KEY.fullmatch(key):
        raise InputError(f"{COMMIT_ID} has 1 to 200 printable ASCII characters")
    return key


def _waived() -> bool:
    """Whether the request asks for a commit without validation; raises unless it may."""
    asked = request.headers.get(VALIDATE, "yes").strip().lower()
    if asked not in ("yes", "no"):
        raise InputError(f"{VALIDATE} is yes or no")
    if asked == "no":
        needed(Scope.ADMIN)
    return asked == "no"
