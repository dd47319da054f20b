"""Finding models: by id, by folder, by file; and what is said about those that cannot be found or read."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.catalogue.installed import installed_models, model_folder
from engine.catalogue.registry import Registry, digest_errors
from engine.errors import ManifestError, ModelNotFound

Install = Callable[..., Path]


def test_a_model_is_found_by_id_folder_and_file(tmp_path: Path, install: Install) -> None:
    folder = install(tmp_path / "models" / "toy")
    registry = Registry([tmp_path / "models"])
    for name in ("toy", str(folder), str(folder / "likelihood.onnx")):
        model = registry.find(name)
        assert (model.manifest.id, model.folder) == ("toy", folder)


def test_a_folder_outside_the_catalogue_is_found_too(tmp_path: Path, install: Install) -> None:
    folder = install(tmp_path / "elsewhere", id="other")
    assert Registry([tmp_path / "models"]).find(str(folder)).manifest.id == "other"


def test_of_two_models_with_one_id_the_earlier_folder_wins(tmp_path: Path, install: Install) -> None:
    first, second = (install(tmp_path / place / "toy", title=place) for place in ("mine", "shipped"))
    assert Registry([tmp_path / "mine", tmp_path / "shipped"]).find("toy").folder == first
    assert Registry([tmp_path / "shipped", tmp_path / "mine"]).find("toy").folder == second


def test_models_come_by_data_set_and_title(tmp_path: Path, install: Install) -> None:
    for name, data, title in (("a", "Zebras", "A"), ("b", "Apples", "Z"), ("c", "Apples", "A")):
        install(tmp_path / name, id=name, data_title=data, title=title)
    assert [m.id for m in Registry([tmp_path]).manifests()] == ["c", "b", "a"]
    assert [m.id for m in installed_models([tmp_path])] == ["c", "b", "a"]
    assert model_folder([tmp_path], "b") == tmp_path / "b"


def test_a_near_miss_is_guessed(tmp_path: Path, install: Install) -> None:
    install(tmp_path / "m", id="mnist-pixelcnn")
    with pytest.raises(ModelNotFound) as missing:
        Registry([tmp_path]).find("mnist-pixelcn")
    assert "'mnist-pixelcn'" in missing.value.problem and missing.value.remedy == "Did you mean 'mnist-pixelcnn'?"


@pytest.mark.parametrize("name", ["zzz", "", "no/such/folder", "no.onnx", "a\0b", "x" * 5000, "x" * 5000 + ".onnx"])
def test_nothing_of_the_kind_says_where_to_look(tmp_path: Path, install: Install, name: str) -> None:
    install(tmp_path / "models" / "toy")
    with pytest.raises((ModelNotFound, ManifestError)) as missing:
        Registry([tmp_path / "models"]).find(name)
    assert missing.value.remedy


def test_no_folders_and_missing_folders_are_an_empty_catalogue(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    registry = Registry([tmp_path / "nowhere", tmp_path / "file", tmp_path])
    assert registry.manifests() == () and registry.broken == []


def test_a_broken_model_hides_no_other_and_says_why(tmp_path: Path, install: Install) -> None:
    install(tmp_path / "toy")
    install(tmp_path / "torn", image={"height": 3})
    (tmp_path / "no model").mkdir()
    registry = Registry([tmp_path])
    assert list(registry.models) == ["toy"]
    assert [(b.folder.name, "'width'" in b.error.problem) for b in registry.broken] == [("torn", True)]
    for name in ("torn", str(tmp_path / "torn")):
        with pytest.raises(ManifestError, match="'width'"):
            registry.find(name)


def test_a_model_without_one_of_its_files_is_broken(tmp_path: Path, install: Install) -> None:
    (install(tmp_path / "toy") / "sampler_row.onnx").unlink()
    registry = Registry([tmp_path])
    assert not registry.models
    with pytest.raises(ManifestError, match=r"lacks the file sampler_row\.onnx"):
        registry.find("toy")


def test_two_folders_of_one_id_side_by_side_are_said(tmp_path: Path, install: Install) -> None:
    """In another place an earlier folder wins on purpose; beside each other it is a mistake."""
    first, _ = install(tmp_path / "a"), install(tmp_path / "b")
    registry = Registry([tmp_path])
    assert registry.find("toy").folder == first
    assert [b.folder.name for b in registry.broken] == ["b"]
    assert "a and b have the same id, toy" in registry.broken[0].error.problem


def test_digests_tell_changed_and_missing_files(tmp_path: Path, install: Install) -> None:
    folder = install(tmp_path / "toy")
    model = Registry([tmp_path]).find("toy")
    assert digest_errors(model) == []
    (folder / "sampler_row.onnx").write_bytes(b"changed")
    (folder / "sampler_prime.onnx").unlink()
    wrong = digest_errors(model)
    assert len(wrong) == 2
    assert any("sampler_row.onnx" in line and "SHA-256" in line for line in wrong)
    assert any("sampler_prime.onnx" in line and "missing" in line for line in wrong)


def test_reading_a_catalogue_imports_no_runtime(project: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from engine.catalogue.installed import installed_models; "
        "installed_models([Path('onnx_models')]); print('onnxruntime' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=project, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
