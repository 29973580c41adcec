"""A linked-data knowledge graph of claims about conflicts."""
