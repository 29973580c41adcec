"""Claims: the names of their contents, and the rules that derive consensus and standing."""
