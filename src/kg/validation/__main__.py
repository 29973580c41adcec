"""`python -m kg.validation` writes what our checks read to queries/checks/patterns.json."""

from __future__ import annotations

from kg.validation.algebra import groups_of
from kg.validation.checks import check_queries
from kg.validation.known import KNOWN, text_of


def written() -> str:
    """The file as it has to be; a check that is not understood is not in it."""
    found = {query: groups_of(query) for query in check_queries().values()}
    return text_of({query: groups for query, groups in found.items() if groups is not None})


if __name__ == "__main__":
    KNOWN.write_text(written(), encoding="utf-8")
