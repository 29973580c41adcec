"""The store: one interface, and its homes.

`kg.store.embedded.EmbeddedStore` opens a folder in this process; `kg.store.served.ServedStore` asks
the server that runs on it. `kg.processes.opening.open_store` takes the one that is right.
"""
