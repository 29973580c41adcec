"""What stands in a report beside shapes and checks: data compared with what is known already.

None of it refuses data. Each module finds one kind of thing about triples that are new.
"""
