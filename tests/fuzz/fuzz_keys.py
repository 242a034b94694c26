"""Coverage-guided fuzzing of keys and spellings: any text. See README.md."""

from __future__ import annotations

import sys

import atheris
from oracles import Breach, in_nfc, twice

with atheris.instrument_imports(include=["pipelines"]):
    from pipelines.people import credit_key, initials_of, name_kind
    from pipelines.text import clean, nfc, search_key, tone_key


def one_input(data: bytes) -> None:
    """The whole input is one text."""
    text = data.decode("utf-8", "replace")
    for key in (nfc, clean, search_key, tone_key):
        made = twice(lambda key=key: key(text))  # type: ignore[misc]
        in_nfc((made,), key.__name__)
        if key(made) != made:
            raise Breach(f"{key.__name__} changes what it made: {made!r}, {key(made)!r}")
    for of_name in (credit_key, initials_of, name_kind):
        twice(lambda of_name=of_name: of_name(text))  # type: ignore[misc]


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
