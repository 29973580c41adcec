"""SHACL: shapes compiled to plans, and plans run on a store or on a graph in memory.

`compile_shapes` reads a graph of shapes once; `validate` runs the plan on a whole graph, and
`validate_nodes` on those nodes that `Dependencies.touched` says a change concerns. Shapes that
cannot be run raise `ShaclFailure`; data that breaks them is a report.
"""

from __future__ import annotations

from kg.shacl.changes import Dependencies, shapes_below
from kg.shacl.compile import compile_shapes
from kg.shacl.evaluate import validate, validate_nodes
from kg.shacl.graph import Graph, MemoryGraph, StoreGraph
from kg.shacl.report import Result, ValidationReport
from kg.shacl.shapes import Plan, Shape
from kg.shacl.terms import Term

__all__ = [
    "Dependencies",
    "Graph",
    "MemoryGraph",
    "Plan",
    "Result",
    "Shape",
    "StoreGraph",
    "Term",
    "ValidationReport",
    "compile_shapes",
    "shapes_below",
    "validate",
    "validate_nodes",
]
