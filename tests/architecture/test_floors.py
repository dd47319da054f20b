"""The floors of the house, as pyproject.toml draws them, and what the linter cannot see: what an import loads.

What the running window has loaded is seen in `tests/journeys/test_window.py`, where it runs anyway.
"""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

QT = {"PySide6", "shiboken6", "pyqtgraph"}
RUNTIME = {"onnxruntime"}
TRAINING = {"torch", "onnx", "onnxscript", "safetensors"}

QT_FREE = (
    "app/documents/**/*.py",
    "app/workspaces/*/presenter.py",  # and whatever these two import
    "app/workspaces/*/state.py",
    "app/shell/decoder_presenter.py",
    "app/shell/hints_presenter.py",
    "app/shell/decoder_state.py",
    "app/bridge/ports.py",
    "app/theme/tokens.py",
    "app/messages.py",
    "app/settings.py",
    "app/paths.py",
    "app/preflight.py",
)
LIGHT_ENGINE = (
    "engine/__init__.py",
    "engine/errors.py",
    "engine/contracts/**/*.py",
    "engine/numerics/**/*.py",
    "engine/records/**/*.py",
    "engine/sampling/**/*.py",
    "engine/catalogue/**/*.py",
    "engine/host/client.py",
)

HOMES = {
    "onnxruntime": ("engine/runtime/",),
    "torch": ("engine/training/",),
    "onnxscript": ("engine/training/",),
    "safetensors": ("engine/training/",),
    "onnx": ("engine/training/", "engine/detection/"),
    "PySide6": ("app/",),
    "pyqtgraph": ("app/",),
}
"""Where a package may be imported at all, inside functions too."""

IMPORT_ALL = """
import importlib, sys
forbidden = set(sys.argv[1].split(","))
for name in sys.argv[2:]:
    importlib.import_module(name)
    loaded = forbidden & {module.split(".")[0] for module in sys.modules}
    if loaded:
        sys.exit(f"importing {name} loads {', '.join(sorted(loaded))}")
"""


def test_every_contract_is_kept(project: Path) -> None:
    done = _lint(project)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("engine/errors.py", "import app.paths", "The app stands on the engine"),
        ("engine/numerics/pixels.py", "from PySide6 import QtCore", "The engine knows no Qt"),
        ("engine/families/autoregressive.py", "import torch", "Torch lives in"),
        ("engine/host/client.py", "import onnxruntime", "ONNX Runtime lives in"),
        ("app/settings.py", "import engine.runtime.sessions", "The window loads neither"),
        ("engine/contracts/lanes.py", "import engine.sampling.step", "The floors of the engine"),
        ("engine/host/wire.py", "import engine.training.recipes", "Nothing needs training to run"),
        ("app/paths.py", "import app.theme.tokens", "The floors of the app"),
        ("app/documents/history.py", "import app.theme.tokens", "The floors of the app"),
        ("app/unheard_of.py", "", "The floors of the app"),
        ("app/settings.py", "from PySide6 import QtCore", "What decides is Qt-free"),
        ("app/shell/start.py", "import engine.numerics.pixels", "The app enters the engine by its front door"),
    ],
)
def test_an_offence_is_caught(module: str, line: str, contract: str, project: Path, tmp_path: Path) -> None:
    for part in ("app", "engine"):
        shutil.copytree(project / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(project / "pyproject.toml", tmp_path)
    with (tmp_path / module).open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")
    done = _lint(tmp_path)
    assert done.returncode != 0
    named = any(contract in said and "BROKEN" in said for said in done.stdout.splitlines())
    unplaced = module == "app/unheard_of.py" and "unheard_of" in done.stdout  # said before the contracts are checked
    assert named or unplaced, done.stdout[-1500:]


@pytest.mark.parametrize(
    ("patterns", "forbidden"),
    [
        (QT_FREE, QT | RUNTIME | TRAINING),
        (LIGHT_ENGINE, QT | RUNTIME | TRAINING),
        (("engine/[!t]*/**/*.py", "engine/*.py"), QT | TRAINING),
        (("app/**/*.py",), RUNTIME | TRAINING),
    ],
    ids=["what decides is Qt-free", "the engine's light half", "the engine without training", "the whole window"],
)
def test_what_an_import_really_loads(patterns: tuple[str, ...], forbidden: set[str], project: Path) -> None:
    modules = sorted({_module(path, project) for pattern in patterns for path in project.glob(pattern)})
    assert modules
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL, ",".join(sorted(forbidden)), *modules],
        cwd=project, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-4000:]


def test_a_package_is_imported_in_its_home_alone(project: Path) -> None:
    """All packages in one test: spread over processes, each would read all modules."""
    strangers = [
        (where, package)
        for top in ("app", "engine")
        for path in (project / top).rglob("*.py")
        for where in [path.relative_to(project).as_posix()]
        for package in _imports(path) & HOMES.keys()
        if not where.startswith(HOMES[package])
    ]
    assert not strangers


def test_the_front_door_says_exactly_what_is_public() -> None:
    import engine

    public = {
        name
        for name in dir(engine)
        if not name.startswith("_")
        and getattr(getattr(engine, name), "__module__", "").startswith("engine.")
    }  # fmt: skip
    assert set(engine.__all__) == public
    assert list(engine.__all__) == sorted(engine.__all__)


FULL_INITS = {"engine/__init__.py", "engine/families/__init__.py"}
"""The front door, which imports lazily, and the table of families."""


def test_packages_run_nothing_when_they_are_entered(project: Path) -> None:
    full = [
        path.relative_to(project).as_posix()
        for top in ("app", "engine")
        for path in (project / top).rglob("__init__.py")
        if path.read_text(encoding="utf-8").strip()
    ]
    assert set(full) == FULL_INITS, "an __init__ with content loads Qt or NumPy by the back door"


def test_no_package_among_the_tests_shadows_the_program(project: Path) -> None:
    assert not list((project / "tests").rglob("__init__.py"))


def _lint(tree: Path) -> subprocess.CompletedProcess[str]:
    command = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    return subprocess.run(
        [sys.executable, "-P", "-c", f"import sys; sys.path.insert(0, {str(tree)!r}); {command}", "--no-cache"],
        cwd=tree, capture_output=True, text=True, timeout=300,
    )  # fmt: skip


def _module(path: Path, project: Path) -> str:
    parts = path.relative_to(project).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imports(path: Path) -> frozenset[str]:
    """The packages that a module imports anywhere."""
    found = set[str]()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return frozenset(found)
