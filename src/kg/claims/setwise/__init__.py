"""The rules over everything at once, set-at-a-time: for so much data that look-ups are too slow.

Here as in `kg.claims.rules` the queries are what counts: they are read by rdflib, and each operator
works on whole columns of numbers. In the order in which data meets them:

- `facts`: terms as numbers, and triples as pairs of these by their predicates
- `tables`: solutions as columns, and joins of them
- `patterns`: triple patterns and paths
- `expressions`: what a filter compares, which the engine evaluates for distinct values
- `algebra`: the operators of a query
- `run`: all rules, from files to files

Solutions are sets: how often one is found makes no difference to CONSTRUCT.
"""
