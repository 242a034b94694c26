"""One page, parsed once: its parts are found, read and judged here; `assembly` puts them together.

Belongs here: everything that knows HTML: the tree and its limits, selectors, blocks of text in reading order, regions,
and one module per field (title, moments, lead, body, captions, credits, kind, extras). Does not: the grammar of dates
and bylines (`pipelines.dates`, `pipelines.people`), bytes and encodings (`pipelines.decode`), addresses
(`pipelines.urls`). Word lists and class names are data (`names.yaml`, `phrases.yaml`); selectors of CMS families are
in `pipelines/families`.
"""
