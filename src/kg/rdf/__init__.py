"""Reading and writing RDF: Turtle in its one canonical form, and EDTF times."""
