"""Coverage-guided fuzzing of decoding: any bytes, any declared charset. See README.md."""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["pipelines"]):
    from pipelines.decode import decode


def one_input(data: bytes) -> None:
    """Up to twelve characters of a charset's name, the rest is the payload."""
    provider = atheris.FuzzedDataProvider(data)
    name = provider.ConsumeUnicodeNoSurrogates(provider.ConsumeIntInRange(0, 12))
    payload = provider.ConsumeBytes(provider.remaining_bytes())
    decoded = decode(payload, f"text/html; charset={name}" if name else None)
    decoded.text.encode("utf-8")
    if "\0" in decoded.text:
        raise RuntimeError("a NUL in the text")


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
