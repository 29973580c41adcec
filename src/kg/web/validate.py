"""Validation of what somebody sends, before anything is committed."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Final

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as BaseResponse

from kg.errors import InputError, UnsupportedError
from kg.profiles.text_lines import ENCODINGS
from kg.profiles.uploads import TABLE
from kg.store.interface import Store, Upload
from kg.store.served import ServedStore
from kg.web.access import asker, cancel
from kg.web.errors import status_of
from kg.web.protocol import refuse_encodings
from kg.web.reports import REPORTS, media_type, page, unreadable

_FORM: Final = "application/x-www-form-urlencoded"

_TEMPLATE: Final = re.compile("[A-Za-z:-]{1,60}")


def blueprint(store: Store) -> Blueprint:
    """The address for validation."""
    bp = Blueprint("validate", __name__)

    @bp.get("/validate")
    def form() -> BaseResponse:
        """A form for those who would rather paste their data into a page."""
        return Response(page(None, "", ""), mimetype="text/html")

    @bp.post("/validate")
    def validate() -> BaseResponse:
        """What the gate would say if this were added to the curated data.

        With `?fault=told` text that cannot be read is an answer, too: an editor asks while people
        type, and browsers log other statuses as errors of the page.
        """
        if not isinstance(store, ServedStore):
            raise UnsupportedError("data is validated here where `kg serve` runs")
        refuse_encodings(request, ENCODINGS if request.mimetype == TABLE else ())
        told_as, status = media_type(request.accept_mimetypes), 200
        try:
            verdict = store.judge(_upload(), asker=asker(), cancel=cancel())
            body = REPORTS[told_as](verdict)
        except InputError as error:
            is_told = request.args.get("fault") == "told" and told_as == "application/json"
            if is_told and status_of(error) == HTTPStatus.BAD_REQUEST:
                return _answer(unreadable(error), HTTPStatus.OK, told_as)
            if request.mimetype != _FORM or told_as != "text/html":
                raise
            body, status = page(None, _field("text"), _field("format"), error), 400
        return _answer(body, status, told_as)

    return bp


def _answer(body: str, status: int, media_type: str) -> BaseResponse:
    response = Response(body, status, mimetype=media_type)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Vary"] = "Accept"
    return response


def sent_media_type() -> str:
    """What is sent, with the template of a table as a parameter where the address names it."""
    template = request.args.get("template", "")
    if template and not _TEMPLATE.fullmatch(template):
        raise InputError("a template is called as `kg template` lists it")
    return f"{request.content_type or ''}{f'; template={template}' if template else ''}"


def _upload() -> Upload:
    """The body of the request, or what the form of the page sends."""
    if request.mimetype == _FORM:
        return Upload(_field("text").encode(), _field("format"))
    return Upload(request.get_data(), sent_media_type())


def _field(name: str) -> str:
    return request.form.get(name, "")
