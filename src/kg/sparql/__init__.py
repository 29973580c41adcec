"""SPARQL queries from outside: guard, formats, errors, warnings.

`kg.sparql.service.answer` is the way in.
"""
