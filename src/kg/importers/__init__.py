"""Datasets of others as claims: each release is a claimant, each row of it evidence.

`rows` reads tables and GeoJSON as a stream, a module for each dataset (`ucdp_years`, `ucdp_events`,
`country_years`, `figures`) says what a row claims, `claims` writes that as N-Triples, and `running`
does it part by part, so that an import that was stopped goes on where it was.
"""
