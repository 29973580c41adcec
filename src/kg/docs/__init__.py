"""The term reference `docs/terms.md`, generated from the ontology so that the two agree."""

from kg.docs.ontology import load
from kg.docs.terms import terms_page

__all__ = ["load", "terms_page"]
