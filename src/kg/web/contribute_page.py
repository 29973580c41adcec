"""What leads to a contribution: a page with an editor, and a preview of what would come of it."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as BaseResponse

from kg.contributions.looking import previewed
from kg.errors import InputError, NotFoundError, UnsupportedError
from kg.store.interface import Examiner, Proposed, Store, Upload
from kg.web import reports
from kg.web.access import asker
from kg.web.claim_form import claim_form, drafted
from kg.web.contribution_requests import TURTLE, limit_body, proposed
from kg.web.editor import page_with_editor
from kg.web.told import told_members

FIELDS: Final = ("title", "reason", "document", "added", "removed", "draft")


def blueprint(store: Store, most_bytes: int) -> Blueprint:
    """The addresses of the form; more than `most_bytes` in one body are refused with 413."""
    bp = Blueprint("contribute", __name__, url_prefix="/contribute")
    bp.before_request(lambda: limit_body(most_bytes))

    @bp.get("")
    @bp.get("/preview")
    def form() -> BaseResponse:
        """The form, which is also what a reader of a preview finds at its address again."""
        return form_page({})

    @bp.post("/preview")
    def preview() -> BaseResponse:
        """What would come of what is in the form, above the form with the same in it."""
        sent = proposed()
        if not sent.added and not sent.removed:
            raise InputError("there is nothing to look at", hint="write or choose some triples")
        return form_page(_filled(sent), preview_of(store, sent))

    @bp.get("/claim")
    def claim() -> BaseResponse:
        """A form for one claim, without Turtle."""
        return claim_form(store)

    @bp.post("/claim")
    def claimed() -> BaseResponse:
        """The claim as triples in the form for contributions, below what they would mean."""
        try:
            filled = drafted(store)
        except (InputError, NotFoundError) as error:
            return claim_form(store, error)
        upload = Upload(filled["added"].encode(), filled["format"])
        return form_page(filled, preview_of(store, Proposed((upload,))))

    return bp


def preview_of(store: Store, sent: Proposed) -> dict[str, Any]:
    """What is to be said of triples that nobody has proposed yet; nothing of it is kept."""
    if not isinstance(store, Examiner):
        raise UnsupportedError("contributions are looked at where `kg serve` runs")
    return previewed(store, sent, asker=asker())[0]


def form_page(filled: dict[str, str], told: dict[str, Any] | None = None) -> Response:
    """The form, filled in, below what was found about what is in it, if it was looked at."""
    values = {
        **{name: filled.get(name, "") for name in (*FIELDS, "format")},
        "upload_forms": reports.UPLOAD_FORMS,
        "previewed": told is not None,
        **told_members(told or {}),
    }
    response = page_with_editor("contribute.html", values)
    response.headers["Cache-Control"] = "no-store"
    return response


def _filled(sent: Proposed) -> dict[str, str]:
    """What the form had in its fields; the text of a file takes the place of an empty one."""
    found = {name: request.form.get(name, "") for name in FIELDS}
    found["format"] = request.form.get("format", TURTLE)
    if not found["added"].strip() and len(sent.added) == 1:
        upload = sent.added[0]
        found["added"] = upload.data.decode(errors="replace")
        found["format"] = upload.media_type
    return found
