"""Coverage-guided fuzzing of decoding: any bytes, any declared charset. See README.md."""

from __future__ import annotations

import sys

import atheris
from oracles import Breach, in_nfc, twice

with atheris.instrument_imports(include=["pipelines"]):
    from pipelines.decode import convert_tcvn3, convert_vni, decode, looks_like_tcvn3, unescape

CHARSETS = (
    None, "utf-8", "windows-1258", "cp1252", "iso-8859-1", "utf-16", "utf-16le", "utf-32", "tcvn", "viscii", "ascii",
    "utf-7", "idna", "punycode", "base64", "x-user-defined", "gb2312", "unicode_escape",
)  # fmt: skip


def one_input(data: bytes) -> None:
    """The last byte chooses the charset of the header, the rest is the payload."""
    provider = atheris.FuzzedDataProvider(data)
    name = CHARSETS[provider.ConsumeIntInRange(0, len(CHARSETS) - 1)]
    payload = provider.ConsumeBytes(provider.remaining_bytes())
    decoded = twice(lambda: decode(payload, f"text/html; charset={name}" if name else None))
    in_nfc((decoded.text,), "page")
    if "\0" in decoded.text:
        raise Breach("a NUL in the text")
    for call in (convert_tcvn3, convert_vni, unescape, looks_like_tcvn3):
        twice(lambda call=call: call(decoded.text))  # type: ignore[misc]


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
