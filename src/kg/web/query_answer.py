"""The answer to a query as people look at it: a page of rows, downloads, snippets."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from flask import request, url_for

from kg.errors import InputError
from kg.messages import marked
from kg.sparql.advice import Advice
from kg.sparql.formats import FORMATS
from kg.sparql.guard import check
from kg.sparql.service import LIMITS, answer
from kg.store.interface import Generation
from kg.web.access import asker, cancel
from kg.web.addresses import split_iri
from kg.web.asking import Asking
from kg.web.facts import Thing
from kg.web.protocol import Asked
from kg.web.results import Cell, Table, Wanted, briefly, solutions_table, triples_table
from kg.web.snippets import Snippet, snippets
from kg.web.translations import gettext, said

READ_AS: Final = {
    "SELECT": "application/sparql-results+json",
    "ASK": "application/sparql-results+json",
    "CONSTRUCT": "application/n-triples",
    "DESCRIBE": "application/n-triples",
}
LABEL_SECONDS: Final = 1.0
"""So long labels are looked up for one answer; what has none then is shown by its name."""

NAMES: Final = {
    "json": marked("JSON"),
    "xml": marked("XML"),
    "csv": marked("CSV"),
    "tsv": marked("TSV"),
    "ttl": marked("Turtle"),
    "nt": marked("N-Triples"),
    "rdfxml": marked("RDF/XML"),
    "jsonld": marked("JSON-LD"),
    "nq": marked("N-Quads"),
    "trig": marked("TriG"),
}


@dataclass(frozen=True)
class Shown:
    """An answer as a page shows it; `claims` has an address for each row, or None."""

    form: str
    table: Table
    claims: tuple[str | None, ...]
    warnings: tuple[Advice, ...]
    generation: Generation
    milliseconds: int
    downloads: tuple[tuple[str, str], ...]
    snippets: tuple[Snippet, ...]


def shown(asking: Asking, question: Asked, text: str, wanted: Wanted) -> Shown:
    """Answer a query and read the rows that are wanted of it; raises what `answer` raises."""
    form = check(text, LIMITS, service=asking.services is not None).form
    started = time.perf_counter()
    found = answer(
        asking.store_of(question.release),
        text,
        accept=READ_AS.get(form),
        dataset=question.dataset,
        at_least=question.at_least,
        asker=asker(),
        cancel=cancel(),
        services=asking.services,
    )
    read = solutions_table if form in ("SELECT", "ASK") else triples_table
    table = read(found.stream, briefly(asking.label, LABEL_SECONDS), wanted)
    endpoint = url_for("sparql.endpoint", _external=True)
    return Shown(
        form,
        table,
        tuple(_claims(row) for row in table.rows),
        found.warnings,
        found.stream.generation,
        round(1000 * (time.perf_counter() - started)),
        tuple(_downloads(question, form)),
        snippets(endpoint, text, form, question.graphs),
    )


def wanted_rows(most: int, usual: int, sorted_rows: int) -> Wanted:
    """The rows that the parameters `start`, `count` and `sort` of a request ask for."""
    given = request.values
    count = min(_whole(given.get("count"), "count", usual), most)
    start = _whole(given.get("start"), "start", 0)
    return Wanted(start, max(count, 1), given.get("sort", ""), sorted_rows)


def members(found: Shown) -> dict[str, Any]:
    """An answer as JSON for the script of the page."""
    table = found.table
    return {
        "form": found.form,
        "verdict": table.verdict,
        "columns": table.columns,
        "rows": [[_value(cell) for cell in row] for row in table.rows],
        "claims": found.claims,
        "start": table.wanted.start,
        "count": table.wanted.count,
        "sort": table.wanted.sort,
        "more": table.more,
        "cut": table.wanted.sorted_rows if table.cut else None,
        "warnings": found.warnings,
        "generation": found.generation,
        "milliseconds": found.milliseconds,
        "downloads": found.downloads,
        "snippets": found.snippets,
    }


def _value(cell: Cell) -> dict[str, Any] | None:
    value = cell.value
    if value is None:
        return None
    if isinstance(value, Thing):
        return {"iri": value.iri, "label": value.label, "href": value.href}
    return {"value": value.value, "language": value.language, "datatype": cell.datatype}


def _claims(row: tuple[Cell, ...]) -> str | None:
    """Where the claims behind a row are listed, if anything of ours stands in it."""
    ours = [
        cell.value.iri
        for cell in row
        if isinstance(cell.value, Thing) and split_iri(cell.value.iri)
    ]
    return url_for("row_claims.page", of=list(dict.fromkeys(ours))) if ours else None


def _downloads(question: Asked, form: str) -> list[tuple[str, str]]:
    asked_for = [("query", question.text or ""), *question.graphs]
    address = url_for("sparql.endpoint")
    found = [
        (said(NAMES[f.name]), f"{address}?{urlencode([*asked_for, ('format', f.name)])}")
        for f in FORMATS[form]
    ]
    if form == "SELECT":
        sheet = f"{url_for('query.spreadsheet')}?{urlencode(asked_for)}"
        found.append((gettext("CSV for spreadsheets"), sheet))
    return found


def _whole(text: str | None, name: str, usual: int) -> int:
    if not text:
        return usual
    if not text.isascii() or not text.isdecimal() or len(text) > 9:
        raise InputError(f"{name} is a whole number of rows", hint=f"for example {name}={usual}")
    return int(text)
