"""The web shell: the query endpoint, linked data and plain pages over a store.

`create_app(store)` is the only thing to call from outside.
"""

from kg.web.app import create_app

__all__ = ["create_app"]
