"""A simulated fortnight: twelve invented outlets, everything that goes wrong in two weeks, and nobody at the desk.

`make fortnight` runs it and prints a table; docs/fortnight.md says what it is and shows the last one. `plan` says what
happens when, `outlets` what the papers publish, `site` how they answer, `history` what came before, `daemon` is the
process that evaluates sensors and schedules and executes runs, `drive` moves the time, `verdict` compares in the end.
"""
