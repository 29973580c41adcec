"""The tests of the W3C that the endpoint does not pass: why, and what follows from it.

Each of them must still fail, so that the list stays true; every other test must pass.
"""

from __future__ import annotations

from dataclasses import dataclass

from kg.sparql import deviations


@dataclass(frozen=True)
class Known:
    """Why a test is not passed, what it stands on, and what that means for those who ask."""

    cause: str
    clause: str
    consequence: str


LOAD = Known(
    "LOAD is refused before anything else looks at it",
    "SPARQL 1.1 Update, section 3.1.4",
    deviations.LOAD,
)
SERVICE = Known(
    "SERVICE is refused before anything else looks at it",
    "SPARQL 1.1 Federated Query, section 2",
    "No other servers are asked unless the operator allows endpoints, and the description of the "
    "service does not claim it.",
)
LITERALS = Known(
    "the engine keeps literals in one lexical form for each value",
    "RDF 1.1 Concepts, section 3.3: literals are equal if their lexical forms are",
    deviations.LITERALS,
)
FUNCTION = Known(
    "the engine refuses a query that calls a function that it does not have",
    "SPARQL 1.1 Query, section 17.6: an unknown function is an error of the expression",
    deviations.FUNCTIONS,
)
LENIENT = Known(
    "the engine accepts it",
    "SPARQL 1.2 Query, section 19.8: the grammar and its notes do not allow it",
    deviations.LENIENT,
)
REUSE = Known(
    "the engine does not see a variable that the same SELECT has made from an aggregate",
    "SPARQL 1.1 Query, section 18.2.4.4",
    deviations.REUSE,
)
DATES = Known(
    "the engine decides whether dates with and without a time zone are equal",
    "SPARQL 1.1 Query, section 17.3.1: comparing dates is an extension, and this test awaits an "
    "error where the time zone is not known",
    deviations.DATES,
)

KNOWN: dict[str, Known] = {
    "sparql11/syntax-query/test_4": FUNCTION,
    "sparql11/csv-tsv-res/csv03": LITERALS,
    **{f"sparql11/syntax-update-1/test_{number}": LOAD for number in (1, 2, 3, 4, 37)},
    "sparql11/update-silent/load-silent": LOAD,
    "sparql11/update-silent/load-into-silent": LOAD,
    **{f"sparql11/service/service{n}": SERVICE for n in ("1", "2", "3", "4a", "5", "6", "7")},
    **{f"sparql11/syntax-fed/test_{number}": SERVICE for number in (1, 2, 3)},
    **{f"sparql10/distinct/distinct-{number}": LITERALS for number in (1, 9)},
    **{f"sparql10/expr-builtin/dawg-str-{number}": LITERALS for number in (1, 2)},
    **{f"sparql10/expr-builtin/sameTerm-{name}": LITERALS for name in ("simple", "eq", "not-eq")},
    **{f"sparql10/expr-equals/eq-graph-{number}": LITERALS for number in (1, 2)},
    "sparql10/open-world/open-eq-01": LITERALS,
    "sparql10/open-world/date-2": DATES,
    "sparql10/syntax-sparql1/syntax-expr-05": FUNCTION,
    **{f"sparql10/syntax-sparql1/syntax-order-0{number}": FUNCTION for number in (5, 6)},
    **{f"sparql10/syntax-sparql2/syntax-function-0{n}": FUNCTION for n in (1, 2, 3, 4)},
    "sparql12/grouping/group01": LITERALS,
    "sparql12/grouping/select-variable-reuse": REUSE,
    "sparql12/syntax-triple-terms-negative/tripleterm-subject-03": LENIENT,
    "sparql12/syntax-triple-terms-negative/tripleterm-subject-06": LENIENT,
    "sparql12/syntax/nested-aggregate-functions": LENIENT,
}
"""By the folder of a test and its name there."""
