"""Answers to requests that come as others came: before their bytes are read as a request."""

from __future__ import annotations

from kg.web.direct import Direct
from kg.web.kept import Kept, KeptAnswers


class Again:
    """Knows a request by all of its bytes, or by those around its query."""

    def __init__(self, kept: KeptAnswers | None, direct: Direct | None) -> None:
        self._kept, self._direct = kept, direct

    def of_bytes(self, data: bytes) -> Kept | None:
        """The answer to a whole request; None where it is to be read."""
        found = None if self._kept is None else self._kept.of_head(data)
        if found is None and self._direct is not None:
            found = self._direct.of_bytes(data)
            if found is not None and self._kept is not None and data.startswith(b"GET "):
                self._kept.keep_of_head(data, found)
        return found
