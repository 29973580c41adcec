"""SHACL: shapes compiled to plans, and plans run on a store or on a graph in memory.

`compile_shapes` reads a graph of shapes once; `validate` runs the plan on a whole graph, and
`validate_nodes` on those nodes that `touched` says a change concerns. Shapes that cannot be run
raise `ShaclFailure`; data that breaks them is a report.
"""

from __future__ import annotations

from kg.shacl.compile import compile_shapes
from kg.shacl.evaluate import validate, validate_nodes
from kg.shacl.graph import Graph, MemoryGraph, StoreGraph
from kg.shacl.report import Result, ValidationReport
from kg.shacl.shapes import Plan, Shape

__all__ = [
    "Graph",
    "MemoryGraph",
    "Plan",
    "Result",
    "Shape",
    "StoreGraph",
    "ValidationReport",
    "compile_shapes",
    "validate",
    "validate_nodes",
]
