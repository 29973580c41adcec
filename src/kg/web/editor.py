"""Pages with an editor, which puts style elements of its own into them."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from flask import Response, render_template

from kg.web.policy import policy


def page_with_editor(template: str, values: Mapping[str, Any], status: int = 200) -> Response:
    """A page whose policy allows the styles of the editor, by a `nonce` that it hands out."""
    nonce = secrets.token_urlsafe(16)
    html = render_template(template, nonce=nonce, **values)
    response = Response(html, status, mimetype="text/html")
    response.headers["Content-Security-Policy"] = policy(f"style-src 'self' 'nonce-{nonce}'")
    return response
