"""What is kept and asked: schema, loads, versions, marts, search, export, publishing.

Knows no crawler and no orchestrator.
"""
