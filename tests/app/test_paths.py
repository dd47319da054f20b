"""`app.paths`: from the source tree, from a bundle, and with a home of one's own."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from app import paths


def test_the_source_tree_is_where_the_program_is(project: Path) -> None:
    assert paths.program_folder() == project
    assert paths.assets() == project / "assets"
    assert paths.shipped_models() == project / "onnx_models"


def test_a_bundle_looks_into_its_own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert paths.assets() == tmp_path / "assets"
    assert paths.shipped_models() == tmp_path / "onnx_models"


def test_a_bundle_without_an_unpacking_folder_lies_beside_its_executable(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.delattr(sys, "_MEIPASS", raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "reverie"))
    assert paths.program_folder() == tmp_path


def test_a_home_of_ones_own_holds_everything_personal(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("REVERIE_HOME", str(tmp_path))
    own = [paths.config(), paths.data(), paths.state(), paths.logs(), paths.own_models(), paths.settings_file()]
    assert all(p.is_relative_to(tmp_path) for p in own)
    assert len(set(own)) == len(own)
    assert not any(tmp_path.iterdir()), "asking where something is must not create it"


def test_without_one_the_platform_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REVERIE_HOME")
    for folder in (paths.config(), paths.data(), paths.state(), paths.logs()):
        assert folder.is_absolute()
        assert "reverie" in str(folder).lower()


def test_more_model_folders_can_be_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("REVERIE_MODELS", raising=False)
    usual = paths.model_folders()
    monkeypatch.setenv("REVERIE_MODELS", os.pathsep.join([str(tmp_path / "a b"), "", str(tmp_path / "ü")]))
    assert paths.model_folders() == (tmp_path / "a b", tmp_path / "ü", *usual)
