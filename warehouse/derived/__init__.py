"""What is derived from whole articles, step by step after each build: one module a derivation, listed in `catalogue`.

Belongs here: rows that follow from the latest version of each article and, where needed, from other articles. Does not:
versions themselves (`warehouse.versions`), views that only rephrase tables (`marts/`).
"""
