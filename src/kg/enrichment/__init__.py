"""What Wikidata says of the things that we link to, fetched into a graph of its own.

It stays what Wikidata says of its entities, in the terms and the shape of its RDF: nothing of ours
follows from it, and where the two differ, they are compared and neither is changed.
"""
