"""Where answers differ from the letter of SPARQL, in words for those who ask.

The service description says these sentences, `docs/server.md` has them, and the conformance report
names the tests of the W3C behind them.
"""

from __future__ import annotations

from typing import Final

LITERALS: Final = (
    "A literal has one lexical form for each value: 001 and 1 are one term, and what was written "
    "as 1.0E6 is answered as 1000000."
)
FUNCTIONS: Final = (
    "A query that calls a function that is not known is refused with 400, which names it; it is "
    "not an error of the expression."
)
BLANK_NODES: Final = (
    "BNODE(text) in WHERE, in groups or beside VALUES behind the query gives one blank node for "
    "one text in the whole answer; in a plain SELECT clause it gives one for each solution."
)
PATHS: Final = (
    "A path that may have no step, from a term of which nothing is said, is not found where it "
    "is one side of an alternative or where its other end is a blank node."
)
DATES: Final = "Dates with and without a time zone are unequal, and not an error, when compared."
REUSE: Final = (
    "A variable made from an aggregate cannot be used again in the same SELECT: repeat the "
    "aggregate, or use a subquery."
)
LENIENT: Final = (
    "Aggregates in aggregates, and triple terms as subjects of triple terms, are not refused."
)
LOAD: Final = "LOAD is refused: triples are posted, since the server fetches nothing."

DEVIATIONS: Final = (LITERALS, FUNCTIONS, BLANK_NODES, PATHS, DATES, REUSE, LENIENT, LOAD)
"""All of them, where queries are evaluated by our own engine."""
