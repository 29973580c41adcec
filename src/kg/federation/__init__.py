"""Queries that ask other endpoints: `SERVICE`, for a list of endpoints that an operator allows.

The engine never sees such a clause. Each is asked by a client of our own, and its solutions take
its place in the query before the engine is given it.
"""
