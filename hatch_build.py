"""Puts ontology, data, queries and examples into the wheel; a checkout has them where they are."""

from __future__ import annotations

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BUNDLED = ("ontology", "data", "queries", "examples")


class BundleHook(BuildHookInterface[Any]):
    """Adds the folders to wheels only: an editable install with copies would read stale data."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Map each folder to its place under `kg/_bundle`."""
        if version == "standard":
            build_data["force_include"].update({name: f"kg/_bundle/{name}" for name in BUNDLED})
