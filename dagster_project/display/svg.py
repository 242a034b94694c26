"""A drawing of a few shapes as SVG, and as a picture inside Markdown.

Belongs here: shapes and their spelling. Does not: what a picture means (`charts`, `country`).

Dagster's pages show Markdown up to INLINE characters in the table itself and longer ones after a click. Its theme is
its own and no picture learns it: each drawing brings its own light ground, and so can be read on light and on dark.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import quote
from xml.sax.saxutils import escape

INLINE = 999
"""Characters of Markdown that Dagster's table of metadata shows without a click."""

GROUND = "white"
INK = "#333"
PALE = "#888"
GOOD = "#2a7fb8"
DOUBTFUL = "#e6a817"
BAD = "#c8372d"
NOTHING = "#ddd"


class Drawing:
    """Shapes on a light ground, in pixels from the upper left corner."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self._parts: list[str] = []

    def box(self, x: float, y: float, width: float, height: float, fill: str) -> None:
        """A filled rectangle."""
        self._parts.append(
            f"<rect x='{x:g}' y='{y:g}' width='{round(width, 1):g}' height='{round(height, 1):g}' fill='{fill}'/>"
        )

    def steps(self, x: int, foot: int, step: int, heads: Sequence[int], fill: str) -> None:
        """Columns of one width side by side as one shape, from `foot` up to each of `heads`, in whole pixels."""
        path = "".join(f"V{head}h{step}" for head in heads)
        self._parts.append(f"<path d='M{x} {foot}{path}V{foot}' fill='{fill}'/>")

    def rails(self, ends: Iterable[tuple[float, float, float]], height: float, stroke: str) -> None:
        """Level bars of one height and colour as one shape: (left, middle, right), drawn on whole pixels."""
        path = "".join(f"M{left:.0f} {y:.0f}H{right:.0f}" for left, y, right in ends if round(left) != round(right))
        if path:
            self._parts.append(f"<path d='{path}' stroke-width='{height:g}' stroke='{stroke}'/>")

    def words(self, x: float, y: float, text: str, *, fill: str = INK, size: int = 11, anchor: str = "") -> None:
        """One line of text whose baseline starts (or by `anchor` ends: "end", or is centred: "middle") at x, y."""
        more = (f" fill='{fill}'" if fill != INK else "") + (f" font-size='{size}'" if size != 11 else "")
        more += f" text-anchor='{anchor}'" if anchor else ""
        self._parts.append(f"<text x='{x:g}' y='{y:g}'{more}>{escape(text)}</text>")

    def raw(self, part: str) -> None:
        """A piece that is SVG already: definitions, groups."""
        self._parts.append(part)

    def svg(self) -> str:
        """The whole drawing. Attributes stand in single quotes, which a link may hold as they are."""
        return (
            f"<svg xmlns='http://www.w3.org/2000/svg' width='{self.width}' height='{self.height}'"
            f" style='font:11px sans-serif' fill='{INK}'>"
            f"<rect width='100%' height='100%' rx='4' fill='{GROUND}'/>{''.join(self._parts)}</svg>"
        )

    def markdown(self, alternative: str) -> str:
        """The drawing as a picture in Markdown, with the words for those who see none."""
        text = alternative.replace("[", "(").replace("]", ")").replace("\n", " ")
        return f"![{text}](<data:image/svg+xml,{quote(self.svg(), safe=_AS_THEY_ARE)}>)"


_AS_THEY_ARE = " ='/:,;.-+()@&!*"
"""What a link in angle brackets may hold beside letters and digits; each sign that is spelled out costs two more."""
