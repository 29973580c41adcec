"""The schemas of what is answered in JSON, as `/openapi.json` gives them."""

from __future__ import annotations

from typing import Any, Final

from kg.web.openapi_parts import TEXT

PROBLEM: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": TEXT,
        "title": TEXT,
        "status": {"type": "integer"},
        "detail": TEXT,
        "hint": TEXT,
        "limit": {"type": "string", "description": "the name of the limit that ended it"},
        "line": {"type": "integer", "minimum": 1},
        "column": {"type": "integer", "minimum": 1},
        "excerpt": {"type": "string", "description": "the line, with a caret below it"},
        "violations": {"type": "array", "items": {"type": "object"}},
        "warnings": {"type": "array", "items": {"type": "object"}},
    },
}

RECEIPT: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["generation", "commit_id"],
    "properties": {
        "generation": {"type": "integer", "minimum": 1},
        "commit_id": TEXT,
        "added": {"type": "integer"},
        "removed": {"type": "integer"},
    },
}

VERDICT: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["conforms", "violations", "warnings"],
    "properties": {
        "conforms": {"type": "boolean"},
        "violations": {"type": "array", "items": {"type": "object"}},
        "violation_count": {"type": "integer"},
        "warnings": {"type": "array", "items": {"type": "object"}},
        "fault": {
            "type": ["object", "null"],
            "description": "why it cannot be read, as in a problem, where `fault=told` asks for it",
        },
    },
}

_STEP: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["operator", "estimated", "rows", "seconds"],
    "properties": {
        "operator": TEXT,
        "estimated": {"type": ["number", "null"], "description": "rows that were expected"},
        "rows": {"type": "integer"},
        "seconds": {"type": "number"},
    },
}

EXPLANATION: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["generation", "answered_by", "reason", "advice", "steps", "seconds", "rows"],
    "properties": {
        "generation": {"type": "integer"},
        "answered_by": {"type": "string", "enum": ["columns", "oxigraph"]},
        "reason": {"type": "string", "description": "why the copy in columns left it, or empty"},
        "advice": {"type": "string", "description": "what would be faster, or empty"},
        "steps": {"type": "array", "items": _STEP},
        "seconds": {"type": "number"},
        "rows": {"type": ["integer", "null"], "description": "null for a verdict"},
        "bytes": {"type": "integer"},
    },
}

SCHEMAS: Final[dict[str, Any]] = {
    "Problem": PROBLEM,
    "Receipt": RECEIPT,
    "Verdict": VERDICT,
    "Explanation": EXPLANATION,
}
