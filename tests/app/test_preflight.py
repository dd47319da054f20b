"""`app.preflight`: each thing that may be missing is one problem and one remedy, before Qt is imported."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from app import preflight
from app.preflight import DRAWING, WAYLAND, X11

SCREEN = {"DISPLAY": ":0"}


def test_an_old_python_is_named_with_a_remedy() -> None:
    found = preflight.python_problem((3, 10, 4))
    assert found is not None
    assert "3.11 or newer" in found.problem
    assert "3.10" in found.problem
    assert "REVERIE_PYTHON" in found.remedy
    assert preflight.python_problem((3, 11, 0)) is None
    assert preflight.python_problem((4, 0, 0)) is None


@pytest.mark.parametrize("environ", [SCREEN, {"WAYLAND_DISPLAY": "wayland-0"}, {"QT_QPA_PLATFORM": "offscreen"}])
def test_any_of_three_variables_is_a_screen(environ: dict[str, str]) -> None:
    assert preflight.screen_problem(environ, "linux") is None


@pytest.mark.parametrize("environ", [{}, {"DISPLAY": "", "WAYLAND_DISPLAY": ""}])
def test_no_screen_is_said_on_linux_only(environ: dict[str, str]) -> None:
    found = preflight.screen_problem(environ, "linux")
    assert found is not None
    assert "no screen" in found.problem
    assert preflight.screen_problem(environ, "darwin") is None
    assert preflight.screen_problem(environ, "win32") is None


@pytest.mark.parametrize(
    ("environ", "window", "libraries"),
    [
        (SCREEN, True, DRAWING + X11),
        (SCREEN, False, DRAWING),
        ({"QT_QPA_PLATFORM": "offscreen", **SCREEN}, True, DRAWING),
        ({"QT_QPA_PLATFORM": "offscreen:fonts", **SCREEN}, True, DRAWING),
        ({"WAYLAND_DISPLAY": "wayland-0"}, True, DRAWING + WAYLAND),
        ({"WAYLAND_DISPLAY": "wayland-0", **SCREEN}, True, DRAWING + X11),
        ({"QT_QPA_PLATFORM": "wayland", **SCREEN}, True, DRAWING + WAYLAND),
        ({"QT_QPA_PLATFORM": "xcb", "WAYLAND_DISPLAY": "wayland-0"}, True, DRAWING + X11),
    ],
)
def test_the_libraries_asked_for_are_those_of_the_platform(
    environ: dict[str, str], window: bool, libraries: tuple[preflight.Library, ...]
) -> None:
    assert preflight.needed(environ, window) == libraries


def test_missing_libraries_are_named_with_the_packages_that_hold_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight.shutil, "which", lambda name: f"/usr/bin/{name}")
    lost = {"libGL.so.1", "libxcb-cursor.so.0"}
    found = preflight.library_problem(DRAWING + X11, load=lambda soname: soname not in lost, system="linux")
    assert found is not None
    assert found.problem.endswith("libGL.so.1, libxcb-cursor.so.0.")
    assert found.remedy == "Install them with: sudo apt-get install libgl1 libxcb-cursor0"
    assert preflight.library_problem(DRAWING, load=lambda soname: True, system="linux") is None
    assert preflight.library_problem(DRAWING, load=lambda soname: False, system="darwin") is None


def test_where_there_is_no_apt_no_apt_line_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight.shutil, "which", lambda name: None)
    found = preflight.library_problem(DRAWING, load=lambda soname: False, system="linux")
    assert found is not None
    assert "libGL.so.1" in found.problem
    assert "apt-get" not in found.remedy


def test_a_library_that_exists_loads_and_one_that_does_not_does_not() -> None:
    assert not preflight.loads("libthere-is-no-such-thing.so.0")
    if sys.platform == "linux":
        assert preflight.loads("libc.so.6")


@pytest.mark.parametrize(
    ("environ", "asked"),
    [
        (SCREEN, True),
        ({"QT_QPA_PLATFORM": "xcb", **SCREEN}, True),
        ({"QT_QPA_PLATFORM": "offscreen", **SCREEN}, False),
        ({"WAYLAND_DISPLAY": "wayland-0", **SCREEN}, False),
    ],
)
def test_a_screen_that_does_not_answer_is_said_where_it_matters(environ: dict[str, str], asked: bool) -> None:
    found = preflight.server_problem(environ, answers=lambda: False, system="linux")
    assert (found is not None) == asked
    assert found is None or ":0" in found.problem
    assert preflight.server_problem(environ, answers=lambda: True, system="linux") is None
    assert preflight.server_problem(environ, answers=lambda: False, system="darwin") is None


def test_no_x_server_answers_at_a_display_that_nobody_has(project: Path) -> None:
    if not preflight.loads("libxcb.so.1"):
        pytest.skip("no libxcb to ask with")
    code = "from app import preflight; raise SystemExit(preflight.x_server_answers())"
    nobody = {**os.environ, "DISPLAY": ":987"}
    done = subprocess.run([sys.executable, "-c", code], cwd=project, env=nobody, timeout=60)
    assert done.returncode == 0


def test_a_packaged_app_carries_its_libraries_but_those_of_the_drivers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight, "library_problem", lambda libraries: " ".join(one.soname for one in libraries))
    assert preflight.problem({"QT_QPA_PLATFORM": "offscreen"}) == " ".join(one.soname for one in DRAWING)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert preflight.problem({"QT_QPA_PLATFORM": "offscreen"}) == "libGL.so.1 libEGL.so.1"


def test_a_python_too_old_for_the_rest_can_still_read_it(project: Path) -> None:
    source = (project / "app" / "preflight.py").read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 8))
    tops = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(source))
        for name in _imported(node)
    }  # fmt: skip
    assert tops <= sys.stdlib_module_names


@pytest.mark.parametrize(
    ("arguments", "code"), [(["--packages"], 0), (["--check", "offscreen"], 0), (["--check"], 2), (["nonsense"], 2)]
)
def test_run_can_ask_it_before_anything_is_installed(arguments: list[str], code: int, project: Path) -> None:
    command = [sys.executable, "-I", "-S", str(project / "app" / "preflight.py"), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == code, done.stderr


def test_without_a_screen_run_hears_one_line(project: Path) -> None:
    if sys.platform != "linux":
        pytest.skip("only Linux can be without a screen and not say so")
    script = project / "app" / "preflight.py"
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(script), "--check", "window"],
        capture_output=True, text=True, timeout=60, env={},
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "no screen" in done.stderr


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [node.module or ""]
    return []


@pytest.mark.parametrize(
    ("environ", "window", "sonames"),
    [
        (SCREEN, True, {"libGL.so.1", "libEGL.so.1", "libxcb.so.1"}),
        ({"QT_QPA_PLATFORM": "offscreen"}, True, {"libGL.so.1", "libEGL.so.1"}),
        (
            {"WAYLAND_DISPLAY": "wayland-0"},
            True,
            {"libGL.so.1", "libEGL.so.1", "libwayland-client.so.0", "libwayland-cursor.so.0"},
        ),
    ],
)
def test_the_packaged_app_asks_for_what_it_does_not_carry(
    environ: dict[str, str], window: bool, sonames: set[str]
) -> None:
    assert {library.soname for library in preflight.needed_by_the_bundle(environ, window)} == sonames
