"""Contributions: what somebody proposes, how it is looked at, and what becomes of it.

`Contributions` takes every step as a commit; `kg.contributions.model` has the table of the steps.
"""
