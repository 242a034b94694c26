"""The ground: pure functions from bytes to records.

No network, no database, no orchestrator, no files but package data.
"""
