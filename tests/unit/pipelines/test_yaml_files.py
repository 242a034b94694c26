"""YAML files: what is wrong with one is told in one line that names the place."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.yaml_files import Unreadable, read_yaml


def test_what_the_file_holds(tmp_path: Path) -> None:
    path = tmp_path / "f.yaml"
    path.write_text("- ten: Hứa Minh Thư\n", encoding="utf-8")
    assert read_yaml(path) == [{"ten": "Hứa Minh Thư"}]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"- url: x\n   value: y\n", "line 2, column 9: mapping values are not allowed here"),
        (b"a: [1, 2\nb: 3\n", "line 2, column 2"),
        ("a: 1\nb: Thuý".encode("utf-16-le"), "line 2: it is not UTF-8"),
        ("a: 1\nb: Đông".encode("cp1258"), "line 2: it is not UTF-8 text"),
        (b"a: \x07\n", "f.yaml: unacceptable character"),
        (b"a: *nobody\n", "line 1, column 4: found undefined alias"),
    ],
)
def test_what_is_wrong_stands_in_one_line(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "f.yaml"
    path.write_bytes(content)
    with pytest.raises(Unreadable) as caught:
        read_yaml(path)
    assert said in str(caught.value)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    (tmp_path / "f.yaml").mkdir()
    with pytest.raises(Unreadable, match=r"f\.yaml cannot be read: Is a directory"):
        read_yaml(tmp_path / "f.yaml")
