"""What the operator states over the registry: fields laid over each other, and a field set without touching the rest."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from scraper import overlay
from scraper.registry import BadSource, load_registry, read_own_source


def test_mappings_are_laid_over_each_other_and_lists_replace() -> None:
    base = {"pace": {"delay_s": 3, "retries": 2}, "hosts": ["a.example", "b.example"], "family": "f4a"}
    over = {"pace": {"delay_s": 9}, "hosts": ["c.example"], "family": None, "enabled": True}
    assert overlay.merged(base, over) == {
        "pace": {"delay_s": 9, "retries": 2},
        "hosts": ["c.example"],
        "family": None,
        "enabled": True,
    }
    assert base["pace"] == {"delay_s": 3, "retries": 2}


def test_a_file_that_extends_the_registry_follows_it(tmp_path: Path) -> None:
    (tmp_path / "bao-thai-nguyen.yaml").write_text(
        "id: bao-thai-nguyen\nextends: registry\nenabled: true\npace: {delay_s: 12.5}\n", encoding="utf-8"
    )
    shipped, own = load_registry().get("bao-thai-nguyen"), load_registry(tmp_path).get("bao-thai-nguyen")
    assert own.enabled
    assert not shipped.enabled
    assert own == shipped.model_copy(
        update={"enabled": True, "pace": shipped.pace.model_copy(update={"delay_s": 12.5})}
    )


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("bao-nao-do", "id: bao-nao-do\nextends: registry\n", "which has no bao-nao-do"),
        ("bao-cao-bang", "id: bao-cao-bang\nextends: bao-mau\n", "'bao-mau' is unknown; it can say 'registry'"),
        (
            "bao-cao-bang",
            "id: bao-cao-bang\nextends: registry\npace: {delay: 3}\n",
            "pace.delay: unknown field (did you mean 'delay_s'?)",
        ),
        ("bao-cao-bang", "id: bao-thai-nguyen\nextends: registry\n", "must be the file's name"),
    ],
)
def test_what_cannot_extend_is_said(tmp_path: Path, name: str, text: str, words: str) -> None:
    (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(BadSource) as caught:
        read_own_source(tmp_path / f"{name}.yaml")
    assert words in str(caught.value)
    assert name in load_registry(tmp_path).bad


@pytest.mark.parametrize(
    ("before", "value", "after"),
    [
        ("id: a\n# why\nenabled: false  # not yet\nnote: x\n", True, "id: a\n# why\nenabled: true\nnote: x\n"),
        ("id: a\nnote: x", True, "id: a\nnote: x\nenabled: true\n"),
        ("id: a\nenabled: true\nnote: x\n", None, "id: a\nnote: x\n"),
        ("id: a\nnote: x\n", None, "id: a\nnote: x\n"),
        ("id: a\nenabled: >\n  a long\n  story\nnote: x\n", True, "id: a\nenabled: true\nnote: x\n"),
        (
            "id: a\nrequisites:\n  enabled: true\nenabled: false\n",
            True,
            "id: a\nrequisites:\n  enabled: true\nenabled: true\n",
        ),
    ],
)
def test_a_field_is_set_and_every_other_line_stays(before: str, value: bool | None, after: str) -> None:
    assert overlay.with_field(before, "a", "enabled", value) == after


def test_a_file_that_is_not_there_begins_as_one_that_extends_the_registry() -> None:
    text = overlay.with_field(None, "bao-cao-bang", "stopped", "toà soạn đề nghị: thư ngày 3/5 # 2")
    assert yaml.safe_load(text) == {
        "id": "bao-cao-bang",
        "extends": "registry",
        "stopped": "toà soạn đề nghị: thư ngày 3/5 # 2",
    }
