"""Suggested links: candidates from a reconciliation service or an extract, scored for review.

Nothing here accepts a link: `kg.suggestions.review` writes what a person has decided.
"""
