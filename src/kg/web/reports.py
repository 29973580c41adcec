"""Reports of validation in the form that a client likes best."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias

from flask import json, render_template, request
from werkzeug.datastructures import MIMEAccept

from kg.errors import InputError, NotAcceptableError
from kg.messages import marked
from kg.sparql.formats import without_parameters
from kg.store.interface import Verdict
from kg.validation import Finding, Report
from kg.validation.explained import explained, groups
from kg.validation.render import human, in_words, place_of
from kg.validation.render_sarif import MEDIA_TYPE as SARIF
from kg.validation.render_sarif import to_sarif
from kg.validation.render_turtle import to_turtle
from kg.web.errors import TOLD, fault_members
from kg.web.findings import finding_members
from kg.web.translations import gettext, ngettext

Renderer: TypeAlias = Callable[[Verdict], str]

UPLOAD_FORMS: Final = (
    ("text/turtle", marked("Turtle")),
    ("application/trig", marked("TriG")),
    ("application/n-triples", marked("N-Triples")),
    ("application/n-quads", marked("N-Quads")),
    ("application/ld+json", marked("JSON-LD")),
    ("application/rdf+xml", marked("RDF/XML")),
    ("text/csv", marked("a table (CSV)")),
)
"""What the form of the page offers, as it is called there."""


def report_of(verdict: Verdict) -> Report:
    """All that a verdict tells: what refuses the data, and the rest that was found about it."""
    refused = verdict.report.results if isinstance(verdict.report, Report) else ()
    told = (finding for finding in verdict.findings if isinstance(finding, Finding))
    return Report.of((*refused, *told))


def media_type(accept: MIMEAccept) -> str:
    """The form of the report for an Accept header; JSON where the client is silent."""
    if not accept:
        return next(iter(REPORTS))
    best = without_parameters(accept).best_match([*REPORTS, _XHTML])
    if best is None:
        offered = ", ".join(REPORTS)
        raise NotAcceptableError(f"none of {accept} can be served", hint=f"there is {offered}")
    return "text/html" if best == _XHTML else best


def _as_json(verdict: Verdict) -> str:
    report = verdict.report if isinstance(verdict.report, Report) else Report()
    members: dict[str, Any] = {
        "conforms": verdict.conforms,
        "violations": [finding_members(f) for f in report.violations[:TOLD]],
        "violation_count": len(report.violations),
        "warnings": [finding_members(f) for f in verdict.findings[:TOLD]],
        "fault": None,
    }
    return json.dumps(members)


def unreadable(error: InputError) -> str:
    """The report in JSON on text that cannot be read: it does not conform, and `fault` says why."""
    nothing = {"conforms": False, "violations": [], "violation_count": 0, "warnings": []}
    return json.dumps(nothing | {"fault": fault_members(error)})


def _as_page(verdict: Verdict) -> str:
    return page(verdict, request.form.get("text", ""), request.form.get("format", ""))


def page(verdict: Verdict | None, text: str, form: str, error: InputError | None = None) -> str:
    """The form for data, and above it what is to be said of what was sent in it."""
    report = None if verdict is None else report_of(verdict)
    return render_template(
        "validate.html",
        report=report,
        groups=[] if report is None else groups(report),
        summary="" if report is None else _summary(report),
        most=TOLD,
        place_of=place_of,
        in_words=in_words,
        explained=explained,
        upload_forms=UPLOAD_FORMS,
        text=text,
        error=error,
        excerpt=error.excerpt if error else "",
        form=form,
    )


def _summary(report: Report) -> str:
    """The verdict and the counts, in the language of the site."""
    violations, warnings = len(report.violations), len(report.warnings)
    counts = [
        ngettext("%(num)s violation", "%(num)s violations", violations),
        ngettext("%(num)s warning", "%(num)s warnings", warnings),
    ]
    if report.conforms:
        return gettext("The data conforms: %(counts)s.", counts=", ".join(counts))
    return gettext("The data does not conform: %(counts)s.", counts=", ".join(counts))


_XHTML: Final = "application/xhtml+xml"
REPORTS: Final[dict[str, Renderer]] = {
    "application/json": _as_json,
    "text/html": _as_page,
    "text/turtle": lambda verdict: to_turtle(report_of(verdict)),
    SARIF: lambda verdict: f"{to_sarif(report_of(verdict))}\n",
    "text/plain": lambda verdict: f"{human(report_of(verdict))}\n",
}
"""By media type; the first one is for those who do not choose."""
