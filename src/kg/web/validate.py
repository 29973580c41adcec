"""Validation of what somebody sends, before anything is committed."""

from __future__ import annotations

import re
from typing import Final

from flask import Blueprint, Response, jsonify, request
from werkzeug.wrappers import Response as BaseResponse

from kg.errors import InputError, UnsupportedError
from kg.profiles.text_lines import ENCODINGS
from kg.profiles.uploads import TABLE
from kg.store.interface import Store, Upload
from kg.store.served import ServedStore
from kg.validation import Report
from kg.web.access import asker, cancel
from kg.web.errors import TOLD
from kg.web.findings import finding_members
from kg.web.protocol import refuse_encodings

_TEMPLATE: Final = re.compile("[A-Za-z:-]{1,60}")


def blueprint(store: Store) -> Blueprint:
    """The address for validation."""
    bp = Blueprint("validate", __name__)

    @bp.post("/validate")
    def validate() -> BaseResponse:
        """What the gate would say if this were added to the curated data."""
        if not isinstance(store, ServedStore):
            raise UnsupportedError("data is validated here where `kg serve` runs")
        refuse_encodings(request, ENCODINGS if request.mimetype == TABLE else ())
        upload = Upload(request.get_data(), _media_type())
        verdict = store.judge(upload, asker=asker(), cancel=cancel())
        report = verdict.report if isinstance(verdict.report, Report) else Report()
        response: Response = jsonify(
            conforms=verdict.conforms,
            violations=[finding_members(f) for f in report.violations[:TOLD]],
            violation_count=len(report.violations),
            warnings=[finding_members(f) for f in verdict.findings[:TOLD]],
        )
        response.headers["Cache-Control"] = "no-store"
        return response

    return bp


def _media_type() -> str:
    """What is sent, with the template of a table as a parameter where the address names it."""
    template = request.args.get("template", "")
    if template and not _TEMPLATE.fullmatch(template):
        raise InputError("a template is called as `kg template` lists it")
    return f"{request.content_type or ''}{f'; template={template}' if template else ''}"
