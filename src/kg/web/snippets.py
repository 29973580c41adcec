"""A query as code that others can run: curl, Python and R."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable
from typing import Final, NamedTuple
from urllib.parse import urlencode

_RESULTS: Final = "application/sparql-results+json"
_SOLUTIONS: Final = frozenset({"SELECT", "ASK"})


class Snippet(NamedTuple):
    """One way to ask, by the name of the tool."""

    name: str
    text: str


def snippets(
    endpoint: str, text: str, form: str, graphs: Iterable[tuple[str, str]] = ()
) -> tuple[Snippet, ...]:
    """The query for each tool that can ask it; those that make tables are for SELECT only."""
    graphs = tuple(graphs)
    address = f"{endpoint}?{urlencode(graphs)}" if graphs else endpoint
    found = [
        Snippet("curl", _curl(address, text, form)),
        Snippet("Python, SPARQLWrapper", _sparqlwrapper(endpoint, text, form, graphs)),
    ]
    if form == "SELECT":
        found += [
            Snippet("Python, rdflib", _rdflib(address, text)),
            Snippet("Python, pandas", _pandas(address, text)),
            Snippet("R", _r(address, text)),
        ]
    return tuple(found)


def _curl(address: str, text: str, form: str) -> str:
    accept = _RESULTS if form in _SOLUTIONS else "text/turtle"
    lines = (
        f"curl {shlex.quote(address)}",
        f"--header {shlex.quote(f'Accept: {accept}')}",
        f"--data-urlencode {shlex.quote(f'query={text}')}",
    )
    return " \\\n  ".join(lines)


def _sparqlwrapper(endpoint: str, text: str, form: str, graphs: tuple[tuple[str, str], ...]) -> str:
    wanted = "JSON" if form in _SOLUTIONS else "TURTLE"
    given = [f"asking.addParameter({_python(n)}, {_python(v)})" for n, v in graphs]
    lines = (
        f"from SPARQLWrapper import {wanted}, POST, SPARQLWrapper",
        "",
        f"asking = SPARQLWrapper({_python(endpoint)})",
        "asking.setMethod(POST)",
        f"asking.setReturnFormat({wanted})",
        *given,
        f"asking.setQuery({_python(text)})",
        "print(asking.query().convert())",
    )
    return "\n".join(lines)


def _rdflib(address: str, text: str) -> str:
    lines = (
        "from io import BytesIO",
        "from urllib.parse import urlencode",
        "from urllib.request import Request, urlopen",
        "",
        "from rdflib.query import Result",
        "",
        f"body = urlencode({{'query': {_python(text)}}}).encode()",
        f"request = Request({_python(address)}, body, {{'Accept': {_python(_RESULTS)}}})",
        "with urlopen(request) as response:",
        "    result = Result.parse(BytesIO(response.read()), format='json')",
        "for solution in result:",
        "    print(*solution)",
    )
    return "\n".join(lines)


def _pandas(address: str, text: str) -> str:
    """The query for pandas, to which what is unbound is missing, and nobody called "NA"."""
    lines = (
        "from urllib.parse import urlencode",
        "from urllib.request import Request, urlopen",
        "",
        "import pandas",
        "",
        f"body = urlencode({{'query': {_python(text)}}}).encode()",
        f"request = Request({_python(address)}, body, {{'Accept': 'text/csv'}})",
        "with urlopen(request) as response:",
        "    table = pandas.read_csv(response, keep_default_na=False, na_values=[''])",
        "print(table)",
    )
    return "\n".join(lines)


def _r(address: str, text: str) -> str:
    """The query for R, which says what the server says of a query that it refuses."""
    lines = (
        "library(httr)",
        "",
        f"response <- POST({_quoted(address)}, accept('text/csv'), encode = 'form',",
        f"  body = list(query = {_quoted(text)}))",
        "answer <- content(response, 'text', encoding = 'UTF-8')",
        "if (http_error(response)) stop(answer)",
        "table <- read.csv(text = answer, na.strings = '', check.names = FALSE)",
        "print(table)",
    )
    return "\n".join(lines)


def _python(text: str) -> str:
    """A literal of Python; a text of several lines as such, where nothing in it ends it."""
    if "\n" in text and '"""' not in text and "\\" not in text and not text.endswith('"'):
        return f'"""\n{text}\n"""'
    return repr(text)


def _quoted(text: str) -> str:
    """A string of R, which reads the escapes that JSON writes, and goes over several lines.

    A line of more than 4095 bytes cannot be typed into R.
    """
    lines = (json.dumps(line, ensure_ascii=False)[1:-1] for line in text.split("\n"))
    return '"' + "\n".join(lines) + '"'
