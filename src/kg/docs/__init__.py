"""The references `docs/terms.md` and `docs/classes.md`, generated from ontology and shapes."""

from kg.docs.classes import classes_page
from kg.docs.ontology import load
from kg.docs.terms import terms_page

__all__ = ["classes_page", "load", "terms_page"]
