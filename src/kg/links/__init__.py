"""Links to collections of others: reviewed rows in SSSOM files, and the Turtle made of them.

The rows in `data/links/AUTHORITY.sssom.tsv` are what people edit and review. `AUTHORITY.ttl` beside
each is generated (`kg link build`) and loaded into `graph:links`; `kg validate` compares the two.
What was looked for and not found stands in `data/links/wanted.tsv`.
"""
