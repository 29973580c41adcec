"""What is said of the graph itself: the policy on names, accusations, corrections and takedown."""

from __future__ import annotations

from flask import Blueprint, render_template

from kg.geo.natural_earth import POLICY, POLICY_PAGE


def blueprint() -> Blueprint:
    """Pages that are the same for every store."""
    bp = Blueprint("about", __name__)

    @bp.get("/policy")
    def policy() -> str:
        """How disputed things are named and shown, and what is done where something is wrong."""
        return render_template("policy.html", borders=POLICY, borders_page=POLICY_PAGE)

    return bp
