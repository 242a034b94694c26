"""Three invented news sites on the loopback address, with everything real ones do to an archive, in five steps.

Belongs here: the site, its content, and the truth about both. Does not: crawling it (the `tintinh demo` command) or the
source files of its outlets (`scraper/sources/demo-*.yaml`). People, places below the country and papers are invented.
"""

from __future__ import annotations

from dagster_project.demo.content import STEPS
from dagster_project.demo.server import HOSTS, SOURCE_IDS, DemoOver, DemoSite
from dagster_project.demo.truth import Edit, ExpectedArticle, Move, Removal, Truth, truth

__all__ = [
    "HOSTS",
    "SOURCE_IDS",
    "STEPS",
    "DemoOver",
    "DemoSite",
    "Edit",
    "ExpectedArticle",
    "Move",
    "Removal",
    "Truth",
    "truth",
]
