"""A copy of one generation in columns of numbers, and queries that it answers exactly.

The engine is the system of record and answers everything. What scans and counts a lot it answers
slowly; the copy answers a part of such queries with the same solutions, and hands the others over
with the reason (`HandedOver`). Inside, in the order in which a query meets them:

- `terms`: kinds of terms, and the order inside of each
- `dump`, `ordering`, `packing`, `build`: a copy made from the engine's dump
- `layout`, `delta`: its files, mapped into memory, alone or with what commits have changed since
- `new_terms`, `following`, `keeping`: how a copy follows commits, and copies in a folder
- `algebra`: queries as operators over solutions
- `parse`, `reading`, `triples`: from a text to these; `prepared`: once for all that differ in IRIs
- `table`: solutions as columns of ids, and joins of them
- `scan`: triple patterns, in the order that sizes suggest; `stars`: those that share a subject
- `kept`: what a process works out of a copy and keeps for the next query
- `paths`: those that are repeated
- `choosing`: whether the engine is quicker
- `syntax`, `cells`, `search`: what an expression can tell apart
- `expressions`: filters and functions, which the engine itself evaluates once for each of these
- `aggregates`, `modifiers`: GROUP BY, DISTINCT, ORDER BY, LIMIT
- `evaluate`: all of these under a budget of rows and a deadline
- `results`, `graphs`, `decode`: from ids to bytes and to the engine's classes
- `answer`: the way in
- `beside`: copies in the folder of a store, asked before the engine
- `explain`: which side answered, in which steps
"""
