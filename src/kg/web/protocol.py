"""What a request asks of the endpoint, by the SPARQL 1.1 Protocol."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import abort
from werkzeug.wrappers import Request

from kg.errors import InputError, UnsupportedMediaError
from kg.store.interface import WHOLE, Dataset, Generation

FORM: Final = "application/x-www-form-urlencoded"
QUERY: Final = "application/sparql-query"
UPDATE: Final = "application/sparql-update"
QUERY_BODY_BYTES: Final = 1_000_000
AT_LEAST: Final = "X-KG-At-Least"
QUERY_GRAPHS: Final = ("default-graph-uri", "named-graph-uri")
UPDATE_GRAPHS: Final = ("using-graph-uri", "using-named-graph-uri")


@dataclass(frozen=True)
class Asked:
    """A query or an update, or neither; `graphs` are the graph parameters as given.

    `using` is the dataset of the WHERE clauses of an update. A query is about a `release` where the
    request names one, which then also stands among the parameters in `graphs`.
    """

    text: str | None
    dataset: Dataset
    wanted: str | None
    graphs: tuple[tuple[str, str], ...] = ()
    at_least: Generation | None = None
    update: str | None = None
    using: Dataset = WHOLE
    release: str | None = None


def asked(request: Request) -> Asked:
    """Read a request by GET, by POST of a form, or by POST of the query itself."""
    if request.method != "POST":
        if "update" in request.args:
            words = "Updates are posted, in the body of the request."
            abort(405, description=words, valid_methods=["POST"])
        return _from_parameters(request.args, request)
    if "update" in request.args:
        abort(400, "An update stands in the body of the request, not in the address.")
    refuse_encodings(request)
    if request.mimetype == FORM:
        return _from_parameters(request.form, request)
    if request.mimetype == UPDATE:
        return _an_update(_body(request), request.args, request.args)
    if request.mimetype == QUERY:
        request.max_content_length = QUERY_BODY_BYTES
        if "query" in request.args:
            raise _twice()
        return _with_text(_body(request), request.args, request)
    raise UnsupportedMediaError(
        f"a query cannot be posted as {request.mimetype or 'a body without Content-Type'}",
        hint=f"send it as {QUERY}, or as {FORM} in the field query",
    )


def refuse_encodings(request: Request, also: tuple[str, ...] = ()) -> None:
    """Refuse a body that is compressed, or text in another encoding than UTF-8 and these."""
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise UnsupportedMediaError("a body is sent as it is, not compressed")
    charset = request.mimetype_params.get("charset", "utf-8")
    if charset.lower() not in ("utf-8", "utf8", "us-ascii", *also):
        raise UnsupportedMediaError(f"the charset {charset[:60]} is not read", hint="send UTF-8")


def _from_parameters(parameters: MultiDict[str, str], request: Request) -> Asked:
    in_address = request.args
    if "update" in parameters:
        if "query" in parameters:
            raise InputError("a request has a query or an update, not both")
        updates = parameters.getlist("update")
        if len(updates) > 1:
            raise InputError("the update is given more than once", hint="join them with ';'")
        return _an_update(updates[0], parameters, in_address)
    texts = parameters.getlist("query")
    if len(texts) > 1 or (parameters is not in_address and texts and "query" in in_address):
        raise _twice()
    text = texts[0] if texts and texts[0].strip() else None
    return _with_text(text, parameters, request)


def _twice() -> InputError:
    return InputError("the query is given more than once", hint="ask one at a time")


def _with_text(text: str | None, parameters: MultiDict[str, str], request: Request) -> Asked:
    in_address = request.args
    _refuse_graphs_of(UPDATE_GRAPHS, "an update", parameters, in_address)
    default, named = (_given(name, parameters, in_address) for name in QUERY_GRAPHS)
    graphs = [(QUERY_GRAPHS[0], iri) for iri in default]
    graphs += [(QUERY_GRAPHS[1], iri) for iri in named]
    wanted = parameters.get("format") or in_address.get("format") or None
    release = parameters.get("release") or in_address.get("release") or None
    graphs += [("release", release)] if release else []
    least = None if release else at_least(request)
    dataset = _dataset(default, named)
    return Asked(text, dataset, wanted, tuple(graphs), least, release=release)


def _an_update(
    text: str | None, parameters: MultiDict[str, str], in_address: MultiDict[str, str]
) -> Asked:
    if text is None or not text.strip():
        raise InputError("there is no update", hint="send one as application/sparql-update")
    _refuse_graphs_of(QUERY_GRAPHS, "a query", parameters, in_address)
    if "release" in parameters or "release" in in_address:
        raise InputError("a release is frozen, and this is an update", hint="leave release= out")
    using = _dataset(*(_given(name, parameters, in_address) for name in UPDATE_GRAPHS))
    return Asked(None, WHOLE, None, update=text, using=using)


def _given(
    name: str, parameters: MultiDict[str, str], in_address: MultiDict[str, str]
) -> list[str]:
    """All values of a parameter: those of a form may also stand in the address."""
    found = parameters.getlist(name)
    return found if parameters is in_address else [*found, *in_address.getlist(name)]


def dataset_of(graphs: Iterable[tuple[str, str]]) -> Dataset:
    """The dataset that graph parameters name; raises `InputError` for what is no IRI."""
    given = list(graphs)
    default, named = ([iri for name, iri in given if name == each] for each in QUERY_GRAPHS)
    return _dataset(default, named)


def _dataset(default: list[str], named: list[str]) -> Dataset:
    return Dataset(_graphs(default), _graphs(named)) if default or named else WHOLE


def _refuse_graphs_of(
    names: Iterable[str],
    what: str,
    parameters: MultiDict[str, str],
    in_address: MultiDict[str, str],
) -> None:
    """Refuse graphs that would be passed over in silence."""
    for name in names:
        if name in parameters or name in in_address:
            raise InputError(f"{name} names graphs of {what}, which this is not")


def at_least(request: Request) -> Generation | None:
    """The generation that the answer has to have at least; None where the request names none."""
    text = request.args.get("at-least") or request.headers.get(AT_LEAST)
    if not text:
        return None
    if not text.isascii() or not text.isdecimal() or len(text) > 15:
        raise InputError("at-least is the number of a generation", hint="a receipt has one")
    return int(text)


def _graphs(iris: list[str]) -> tuple[ox.NamedNode, ...]:
    try:
        return tuple(ox.NamedNode(iri) for iri in iris)
    except ValueError as error:
        raise InputError(
            f"the name of a graph is not an IRI: {error}",
            hint="for example https://w3id.org/conflict-kg/graph/consensus",
        ) from error


def _body(request: Request) -> str | None:
    try:
        text = request.get_data().decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError("the query is not in UTF-8", hint="encode it as UTF-8") from error
    return text if text.strip() else None
