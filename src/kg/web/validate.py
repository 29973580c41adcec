"""Validation of what somebody sends, before anything is committed."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request
from werkzeug.wrappers import Response as BaseResponse

from kg.errors import UnsupportedError
from kg.store.interface import Store, Upload
from kg.store.served import ServedStore
from kg.validation import Report
from kg.web.access import asker, cancel
from kg.web.errors import TOLD
from kg.web.findings import finding_members
from kg.web.protocol import refuse_encodings


def blueprint(store: Store) -> Blueprint:
    """The address for validation."""
    bp = Blueprint("validate", __name__)

    @bp.post("/validate")
    def validate() -> BaseResponse:
        """What the gate would say if this were added to the curated data."""
        if not isinstance(store, ServedStore):
            raise UnsupportedError("data is validated here where `kg serve` runs")
        refuse_encodings(request)
        upload = Upload(request.get_data(), request.content_type or "")
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
