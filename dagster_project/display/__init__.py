"""What people look at on an asset's page: pictures, tables, and numbers that Dagster plots.

Belongs here: showing. Does not: whether what is shown is sound (`dagster_project.checks`), or the work
that it tells of.
"""
