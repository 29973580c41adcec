"""What is grammatical and yet refused by the engine: what it means, and which token is to blame."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Final

from kg.sparql.lexer import Token, word


def _ungrouped(found: Sequence[Token]) -> Token | None:
    """The first plain variable of the outer SELECT that its GROUP BY lacks."""
    selected: list[Token] = []
    grouped: set[str] = set()
    depth, clause = 0, ""
    for token in found:
        depth += (token.text in ("{", "(")) - (token.text in ("}", ")"))
        clause = word(token) or clause if depth == 0 else clause
        if token.kind == "var" and depth == 0 and clause in ("SELECT", "DISTINCT", "REDUCED"):
            selected.append(token)
        elif token.kind == "var" and clause == "BY":
            grouped.add(token.text[1:])
    return next((token for token in selected if token.text[1:] not in grouped), None)


def _named_again(found: Sequence[Token]) -> Token | None:
    """The first variable after AS that was used before."""
    used: set[str] = set()
    for before, token in pairwise(found):
        if token.kind == "var" and word(before) == "AS" and token.text[1:] in used:
            return token
        used |= {token.text[1:]} if token.kind == "var" else set()
    return None


def _labelled_again(found: Sequence[Token]) -> Token | None:
    """The last blank node label that was used before."""
    labels = [token for token in found if token.kind == "bnode"]
    times = Counter(token.text for token in labels)
    return next((token for token in reversed(labels) if times[token.text] > 1), None)


def _variable_in_data(found: Sequence[Token]) -> Token | None:
    """The first variable between the brackets of a DATA."""
    return _between(found, frozenset({"INSERT DATA", "DELETE DATA"}), lambda t: t.kind == "var")


def _blank_node_in_delete(found: Sequence[Token]) -> Token | None:
    """The first blank node, in whatever notation, in what a DELETE takes away."""
    return _between(
        found,
        frozenset({"DELETE DATA", "DELETE WHERE", "DELETE"}),
        lambda token: token.kind in ("bnode", "anon") or token.text in ("[", "(", "<<"),
    )


def _between(
    found: Sequence[Token], before: frozenset[str], wanted: Callable[[Token], bool]
) -> Token | None:
    """The first wanted token between outermost brackets after these keywords."""
    depth, keywords, last = 0, "", ""
    for token in found:
        if token.text == "{" and depth == 0:
            last, keywords = keywords, ""
        depth += (token.text == "{") - (token.text == "}")
        if depth == 0:
            keywords = f"{keywords} {word(token)}".strip() if word(token) else ""
        elif last in before and wanted(token):
            return token
    return None


def _nowhere(found: Sequence[Token]) -> Token | None:
    """No token is to blame."""
    return None


MEANINGS: Final[tuple[tuple[str, str, str, Callable[[Sequence[Token]], Token | None]], ...]] = (
    (
        "contains a variable that is unbound",
        "SELECT asks for a variable that is neither grouped nor aggregated",
        "add it to GROUP BY, or write (SAMPLE(?x) AS ?name)",
        _ungrouped,
    ),
    (
        "Duplicated variable name",
        "SELECT gives the same name twice",
        "choose another name after AS",
        _named_again,
    ),
    (
        "SELECT * is not authorized",
        "SELECT * cannot be used with GROUP BY",
        "name the variables",
        _nowhere,
    ),
    (
        "",
        "a variable has no value in DATA",
        "write INSERT { … } WHERE { … }, or DELETE WHERE { … }, with variables",
        _variable_in_data,
    ),
    (
        "",
        "a blank node cannot be what DELETE takes away: it has no name that stays",
        "find it with a variable: DELETE { ?x … } WHERE { ?x … }",
        _blank_node_in_delete,
    ),
    (
        "",
        "AS must give a new name, and this one is in use",
        "choose a name that nothing before it in its group uses",
        _named_again,
    ),
    (
        "",
        "a blank node label can be used in one group of triples only",
        "use a variable instead",
        _labelled_again,
    ),
    (
        "IRI parsing failed",
        "an IRI of this query is not well-formed",
        "percent-encode what may not stand in an IRI (a space is %20)",
        _nowhere,
    ),
)
"""Words of the engine, what they mean, what to do, and how to find the token to blame."""
