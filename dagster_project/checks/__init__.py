"""Checks: one module a subject. Each reports what it found beside what it expected, and says what to do.

Belongs here: questions to the published file as of an instant (`judging.evaluate`), their thresholds with reasons
(`thresholds.yaml`), the list of them (`catalogue`), and Dagster's thin side (`assets`). Does not: SQL
(`warehouse/sql`).
"""
