"""The errors of kg, one small tree.

    KgError
    ├── InputError            unreadable or malformed input: exit 2, HTTP 400
    │   ├── TurtleError       a file that is not well-formed RDF, with its place
    │   ├── QueryError        a query that cannot be parsed or is not allowed, with its place
    │   ├── ConflictError     a write of what follows from others or comes with kg: HTTP 409
    │   ├── TableError        rows of a table that cannot be read, each with its place
    │   ├── LossError         a conversion that would lose something
    │   ├── EdtfError         a time that is not an EDTF expression we support
    │   └── PassageError      words that do not occur exactly once in their document
    ├── NotFoundError         nothing has this IRI, slug or label: exit 1, HTTP 404
    ├── NotAcceptableError    none of the asked media types can be served: HTTP 406
    ├── UnsupportedMediaError a request body in a form we do not read: HTTP 415
    ├── StaleError            the state is not the one that a write was meant for: HTTP 412
    ├── WorkflowError         a step that the state of a contribution forbids: exit 1, HTTP 409
    ├── RefusedError          data that breaks a shape or a check; has the report: exit 1, HTTP 422
    ├── ShaclFailure          shapes that could not be run; never a verdict: exit 2, HTTP 500
    ├── StoreError            the store cannot do this now: exit 2, HTTP 503
    │   ├── LimitError        a limit of the server ended it; names the limit: HTTP 503
    │   │   ├── TooManyError  one client asks for too much at once: HTTP 429
    │   │   └── EndpointError another endpoint does not answer as it should: HTTP 503
    │   └── CancelledError    whoever asked has gone away: nobody reads this
    ├── ForbiddenError        the token is missing or has not the scope: HTTP 401, 403
    └── UnsupportedError      this home of the store cannot do this at all: exit 2, HTTP 501

Data that does not conform is a value (a report); `RefusedError` is raised only where a write was
asked for and is refused because of such a report.
"""

from __future__ import annotations


class KgError(Exception):
    """Base of all errors that kg raises on purpose; `hint` says what to do about it."""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} ({self.hint})" if self.hint else self.message


class InputError(KgError):
    """Input that cannot be read; `source`, `line` and `column` (both from 1) say where.

    `excerpt` is the line of that place, with a caret below it.
    """

    def __init__(
        self,
        message: str,
        *,
        hint: str | None = None,
        source: str | None = None,
        line: int | None = None,
        column: int | None = None,
    ) -> None:
        super().__init__(message, hint=hint)
        self.source = source
        self.line = line
        self.column = column
        self.excerpt = ""

    @property
    def place(self) -> str:
        """`source:line:column`, as far as they are known."""
        return ":".join(str(p) for p in (self.source, self.line, self.column) if p is not None)

    def __str__(self) -> str:
        return f"{self.place}: {super().__str__()}" if self.place else super().__str__()


class TurtleError(InputError):
    """A file or text that is not well-formed RDF."""


class QueryError(InputError):
    """A query that is not well-formed, or asks for what this endpoint does not offer."""


class ConflictError(InputError):
    """A write of a graph that nobody writes: it follows from others, or comes with kg."""


class TableError(InputError):
    """Values of a table that cannot be read; the message tells of each, with row and column."""


class LossError(InputError):
    """What is to be written cannot hold all that was read; the message says what would be lost."""


class EdtfError(InputError):
    """A time expression outside the EDTF subset that we read."""


class PassageError(InputError):
    """Words that do not occur exactly once where a passage is looked for."""


class NotFoundError(KgError):
    """Nothing in the graph has this IRI, slug or label."""


class NotAcceptableError(KgError):
    """None of the media types that the client accepts can be served."""


class UnsupportedMediaError(KgError):
    """A request body in a media type that is not read here."""


class StaleError(KgError):
    """A write was meant for another state than the one that is there; nothing was changed."""


class WorkflowError(KgError):
    """A step that a contribution does not take: its state, its author or a conflict forbids it."""


class RefusedError(KgError):
    """A write refused because the data breaks a shape or a check; `report` holds the findings."""

    def __init__(self, message: str, report: object, *, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.report = report


class ShaclFailure(KgError):
    """Validation could not run; this says nothing about the data."""


class StoreError(KgError):
    """The store cannot do this now."""


class LimitError(StoreError):
    """A limit of the server ended this, or kept it from beginning; `limit` is its name.

    `retry_after` is in seconds; None where trying again would end in the same way.
    """

    def __init__(
        self,
        message: str,
        *,
        hint: str | None = None,
        limit: str = "",
        retry_after: int | None = None,
    ) -> None:
        super().__init__(message, hint=hint)
        self.limit = limit
        self.retry_after = retry_after


class TooManyError(LimitError):
    """One client asks for more at once than one client may."""


class EndpointError(LimitError):
    """Another endpoint, whose IRI is `endpoint`, did not answer a query as it should.

    `limit` is empty where it was no limit of ours that ended it.
    """

    def __init__(
        self,
        message: str,
        *,
        endpoint: str = "",
        hint: str | None = None,
        limit: str = "",
        retry_after: int | None = None,
    ) -> None:
        super().__init__(message, hint=hint, limit=limit, retry_after=retry_after)
        self.endpoint = endpoint


class CancelledError(StoreError):
    """Whoever asked has gone away or does not want the answer any more."""


class ForbiddenError(KgError):
    """The token is missing, is not valid, or does not have the scope that this needs.

    `known` says whether a valid token was given.
    """

    def __init__(self, message: str, *, hint: str | None = None, known: bool = False) -> None:
        super().__init__(message, hint=hint)
        self.known = known


class UnsupportedError(KgError):
    """This home of the store cannot do this at all."""
