"""Models that were taken out of the packaged app's folder are named."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from app.shell.shipped_models import lost_models, lost_words


@pytest.fixture
def packaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of models of a packaged app with four of them."""
    inside = tmp_path / "_internal"
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "reverie"))
    monkeypatch.setattr(sys, "_MEIPASS", str(inside), raising=False)
    names = [f"_internal/onnx_models/{model}/manifest.json" for model in "abcd"]
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text("{}")
    other = ("_internal/onnx_models/a/decoder.onnx", "_internal/assets/manifest.json", "reverie")
    (tmp_path / "SHA256SUMS").write_text("".join(f"{'0' * 64}  {name}\n" for name in (*names, *other)))
    return inside / "onnx_models"


def test_nothing_is_said_where_all_are_there(packaged: Path) -> None:
    assert lost_models() == () and lost_words() == ""


def test_those_that_are_gone_are_named(packaged: Path) -> None:
    (packaged / "b" / "manifest.json").unlink()
    assert lost_models() == ("b",) and "came with Reverie: b. Unpack" in lost_words()


def test_the_whole_folder_may_be_gone(packaged: Path) -> None:
    packaged.rename(packaged.with_name("elsewhere"))
    assert lost_models() == tuple("abcd") and "a, b and 2 more" in lost_words()


def test_without_a_list_and_in_the_source_tree_nothing_is_said(packaged: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (packaged / "b" / "manifest.json").unlink()
    sums = packaged.parents[1] / "SHA256SUMS"
    for damage in (lambda: sums.write_bytes(b"\xff\xfe"), sums.unlink, lambda: monkeypatch.delattr(sys, "frozen")):
        damage()
        assert lost_models() == ()
