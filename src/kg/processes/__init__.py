"""Processes that may be ended at any time: what they may do, and how they end."""
