"""Reading the status line and headers of a stored HTTP response, as archives really hold them.

Belongs here: line ends of any kind, folded and broken lines. Does not: what a header means (`exchange`, `coding`).
fastwarc's own parser takes a head with bare line feeds for one long status line, so it is not used.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_END = re.compile(rb"\r?\n\r?\n")
_STATUS = re.compile(rb"HTTP/\d(?:\.\d)?[ \t]+(\d{3})(?:[ \t]+([^\r\n]*))?[ \t]*(?:\r?\n|\Z)")


@dataclass(frozen=True, slots=True)
class HttpHead:
    """Status, headers in order (as sent), and where the body begins."""

    status: int
    headers: list[tuple[bytes, bytes]]
    length: int

    def get(self, name: bytes) -> bytes | None:
        """All values of a header joined by commas, or None; `name` in lower case."""
        values = [value for key, value in self.headers if key.lower() == name]
        return b", ".join(values) if values else None


def has_whole_head(content: bytes) -> bool:
    """Whether the blank line that ends the head is in `content`."""
    return _END.search(content) is not None


def parse_head(content: bytes) -> HttpHead | None:
    """The head of an HTTP response, or None when the content does not begin with a status line.

    Without a blank line the whole content is the head. Lines that are no header are left out.
    """
    first = _STATUS.match(content)
    if first is None:
        return None
    end = _END.search(content, first.end() - 2)
    length = end.end() if end else len(content)
    headers: list[tuple[bytes, bytes]] = []
    for line in content[first.end() : length].split(b"\n"):
        if line[:1] in (b" ", b"\t"):
            if headers and line.strip():
                name, value = headers[-1]
                headers[-1] = (name, value + b" " + line.strip())
            continue
        name, colon, value = line.partition(b":")
        if colon and name.strip():
            headers.append((name.strip(), value.strip()))
    return HttpHead(int(first.group(1)), headers, length)
