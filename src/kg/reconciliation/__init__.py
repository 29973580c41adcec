"""Reconciliation: names of others matched to things of ours, after the Reconciliation API 0.2.

    snapshot ─▶ build (an SQLite file of each generation) ─▶ Index ─▶ matching, scoring ─▶ service

`service` answers questions as values; HTTP is a matter of `kg.web.reconcile`, and the process that
keeps an index for a server one of `kg.processes.reconciling`.
"""
