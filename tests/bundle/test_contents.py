"""What goes into the packaged app, what stays out, and what is said when it does not."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from bundle import audit, contents, icu_data, trimming


@pytest.mark.parametrize(
    "kept",
    [
        "PySide6/Qt/plugins/platforms/libqxcb.so",
        "PySide6/Qt/plugins/platforms/libqoffscreen.so",
        "PySide6/Qt/plugins/iconengines/libqsvgicon.so",
        "PySide6/plugins/platforms/qwindows.dll",
        "PySide6/Qt/lib/libQt6Widgets.so.6",
        "onnx_models/mnist-vae/decoder.onnx",
        "assets/lessons/entropy.md",
        "numpy/_core/_multiarray_umath.cpython-311-x86_64-linux-gnu.so",
    ],
)
def test_what_is_used_goes_in(kept: str) -> None:
    assert contents.is_wanted(kept)


@pytest.mark.parametrize(
    "dropped",
    [
        "PySide6/Qt/plugins/platforms/libqvnc.so",
        "PySide6/Qt/plugins/platforms/libqminimalegl.so",
        "PySide6/Qt/plugins/platformthemes/libqgtk3.so",
        "PySide6/Qt/plugins/tls/libqopensslbackend.so",
        "PySide6\\plugins\\sqldrivers\\qsqlite.dll",
        "PySide6/Qt/translations/qtbase_de.qm",
        "PySide6/Qt/qml/QtQuick/qmldir",
        "libgtk-3.so.0",
        "numpy/_core/include/numpy/arrayobject.h",
    ],
)
def test_what_is_not_stays_out(dropped: str) -> None:
    assert not contents.is_wanted(dropped)


def test_everything_that_is_imported_by_name_is_listed_and_training_is_not(project: Path) -> None:
    names = contents.hidden_imports(project)
    assert {"engine.cli.self_test", "engine.families.latent", "app.shell.session", "secrets"} <= set(names)
    assert not audit.unwanted_modules(names)
    assert {"engine.host.serve", "app.workspaces"} <= set(names), "packages and modules alike"


def test_all_models_and_assets_are_listed_where_the_program_looks(project: Path) -> None:
    listed = {f"{folder}/{Path(source).name}" for source, folder in contents.data_files(project)}
    models = [path.relative_to(project).as_posix() for path in project.glob("onnx_models/*/*.onnx")]
    assert models and set(models) <= listed
    assert {"assets/icons/app/reverie.svg", "assets/examples/examples.json"} <= listed
    assert any("/film/" in name for name in listed)
    assert not [name for name in listed if name.endswith(contents.SHEETS)], "nothing in the program reads them"


@pytest.mark.parametrize("name", ["torch", "torch.nn", "onnx.checker", "engine.training.loop", "_pytest.main"])
def test_training_and_tests_are_found_by_the_audit(name: str) -> None:
    assert audit.unwanted_modules(["engine.inference", "onnxruntime.capi", name]) == {name}


def test_the_audit_reads_the_files_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contents, "data_files", lambda root: [("m/there.onnx", "m"), ("m/gone.onnx", "m")])
    sheets = ("_internal/m/samples.png",)
    for name in (
        "_internal/m/there.onnx",
        "_internal/torch/lib.so",
        "_internal/onnx-1.21.0.dist-info/METADATA",
        *sheets,
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"12345")
    assert list(audit.problems(tmp_path, ["torch"])) == [
        "The module torch is in it.",
        "The file _internal/onnx-1.21.0.dist-info/METADATA is in it.",
        "The file _internal/torch/lib.so is in it.",
        "The file _internal/m/samples.png is in it.",
        "m/gone.onnx is not in it.",
    ]


def test_a_bundle_that_is_too_large_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contents, "data_files", lambda root: [])
    monkeypatch.setattr(audit, "MOST_BYTES", 2_000_000)
    monkeypatch.setattr(audit, "MOST_COMPRESSED", 1_000_000)
    (tmp_path / "file").write_bytes(bytes(2_000_001))
    (tmp_path / "link").symlink_to("file")
    assert list(audit.problems(tmp_path, [])) == ["It takes 2.0 MB, and may take 2."]
    assert "file takes 2.0 MB, and may take 1." in audit.archive_problem(tmp_path / "file")


def test_libraries_that_nothing_leads_to_are_found() -> None:
    found = {"module.so": {"libA.so"}, "libA.so": {"libB.so", "libc.so.6"}, "libD.so": {"libA.so", "libE.so"}}
    assert trimming.reachable(["module.so"], found) == {"module.so", "libA.so", "libB.so", "libc.so.6"}


def test_unused_data_of_icu_are_emptied_in_their_places(tmp_path: Path) -> None:
    """A library with ICU's table of contents in it: what stays is byte for byte where it was."""
    items = {"d/coll/de.res": b"sorting", "d/de.res": b"german", "d/lang/de.res": b"names", "d/root.res": b"the root"}
    names_at = 4 + 8 * len(items)
    names = b"".join(name.encode() + b"\0" for name in items)
    entries, name_at, at = b"", names_at, names_at + len(names)
    for name, value in items.items():
        entries += struct.pack("<II", name_at, at)
        name_at, at = name_at + len(name) + 1, at + len(value)
    header = struct.pack("<HBB", 24, 0xDA, 0x27) + bytes(8) + b"CmnD" + bytes(8)
    library = tmp_path / "libicudata.so.73"
    before = b"ELF" + header + struct.pack("<I", len(items)) + entries + names + b"".join(items.values())
    library.write_bytes(before)
    assert icu_data.empty(library) == len(b"german") + len(b"names")
    expected = before.replace(b"german", bytes(6)).replace(b"namesthe", bytes(5) + b"the")
    assert library.read_bytes() == expected
    library.write_bytes(b"something else")
    assert icu_data.empty(library) == 0
