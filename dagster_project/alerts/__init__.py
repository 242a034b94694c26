"""Alerts without paid features: troubles are gathered in one place, grouped, and told by webhook, e-mail or a file.

`settings` says where to, `gather` finds what is wrong now, `book` remembers what was told and what must be sent again,
`deliver` sends, `rounds` is one turn of all that. Belongs here: telling people. Does not: finding out whether data is
right (`dagster_project.checks`), nor mending anything.
"""
