"""The store: one interface, and its homes.

`kg.store.embedded.InProcessStore` is the plain home in a folder; `kg.store.opening.open_store`
opens it with our rules and our gate.
"""
