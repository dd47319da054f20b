"""Licences of what is in the packaged app, and its checksums."""

from __future__ import annotations

import importlib.metadata
import json
import subprocess
import tarfile
from pathlib import Path

import pytest

from bundle import archiving, licensing
from bundle.errors import BundleError


@pytest.mark.parametrize("name", ["numpy", "onnxruntime", "pillow", "platformdirs", "rich"])
def test_every_distribution_that_we_use_brings_its_licence(name: str) -> None:
    distribution = importlib.metadata.distribution(name)
    texts = licensing.licence_files(distribution)
    assert texts and all(path.stat().st_size for path in texts)
    assert licensing.licence_name(distribution) != "see its text"


def test_qt_brings_none_and_ours_says_how_to_replace_it(project: Path) -> None:
    assert not licensing.licence_files(importlib.metadata.distribution("PySide6_Essentials"))
    text = (project / "bundle/licences/qt.txt").read_text(encoding="utf-8")
    assert "LGPL-3.txt" in text and "sources are at" in text
    assert (project / "bundle/licences/LGPL-3.txt").is_file() and (project / "bundle/licences/GPL-3.txt").is_file()


def test_every_model_and_example_says_whose_work_it_stands_on(project: Path) -> None:
    text = licensing.models_and_data(project)
    for manifest in project.glob("onnx_models/*/manifest.json"):
        assert f"| {manifest.parent.name} | " in text
    for word in ("Zalando", "Micah Lanier", "LeCun", "CC BY 4.0", "CC BY-SA 3.0"):
        assert word in text


def test_a_model_without_a_licence_stops_the_build(tmp_path: Path) -> None:
    folder = tmp_path / "onnx_models" / "stray"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(json.dumps({"id": "stray", "licence": "MIT"}), encoding="utf-8")
    with pytest.raises(BundleError, match="stray names no licence"):
        licensing.models_and_data(tmp_path)


def test_all_libraries_are_asked_about_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tool = tmp_path / "dpkg"
    lines = ("diversion by gl from: /lib/libGL.so.1", "libgl1:amd64: /lib/libGL.so.1", "z1, z2:amd64: /lib/libz.so.1.3")
    tool.write_text('#!/bin/sh\necho x >>"$0.asked"\n' + "".join(f"echo '{line}'\n" for line in lines))
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    found = licensing.debian_packages(["libGL.so.1", "libz.so.1", "libother.so.2"])
    assert found == {"libGL.so.1": "libgl1", "libz.so.1": "z1"}
    assert (tmp_path / "dpkg.asked").read_text() == "x\n"
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
    assert licensing.debian_packages(["libz.so.1"]) == {}


def test_sums_are_what_sha256sum_reads_and_the_archive_keeps_everything(tmp_path: Path) -> None:
    bundle = tmp_path / "reverie"
    (bundle / "_internal" / "a b").mkdir(parents=True)
    (bundle / "_internal" / "a b" / "ü.txt").write_text("x", encoding="utf-8")
    (bundle / "_internal" / "link").symlink_to("a b/ü.txt")
    (bundle / "reverie").write_text("#!/bin/sh\n", encoding="utf-8")
    (bundle / "reverie").chmod(0o755)
    archiving.write_sums(bundle)
    done = subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=bundle, timeout=60)
    assert done.returncode == 0

    archives = [tmp_path / "one.tar.gz", tmp_path / "two.tar.gz"]
    for archive in archives:
        archiving.pack(bundle, archive, "reverie-1", when=1_700_000_000)
    assert archives[0].read_bytes() == archives[1].read_bytes(), "the same files give the same archive"
    with tarfile.open(archives[0]) as tar:
        members = {member.name: member for member in tar}
    assert set(members) == {
        f"reverie-1/{name}" for name in ("SHA256SUMS", "_internal/a b/ü.txt", "_internal/link", "reverie")
    }
    assert members["reverie-1/reverie"].mode == 0o755
    assert members["reverie-1/_internal/link"].linkname == "a b/ü.txt"
