"""What no line of the program may do, and how large and how documented its parts are."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted(path for top in ("app", "engine") for path in (ROOT / top).rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))

MAX_FUNCTION_LINES = 50
MAX_MODULE_LINES = 400
NAMELESS_ROOMS = {"utils", "util", "helpers", "helper", "common", "misc"}

FORBIDDEN_IMPORTS = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal", "random"}
"""Everything that runs code while it reads data, and the random numbers that all share."""
FORBIDDEN_CALLS = {"eval", "exec", "os.system", "os.popen", "np.random.seed", "numpy.random.seed", "tempfile.mktemp"}
FORBIDDEN_METHODS = {"extractall", "extract"}
FORBIDDEN_KEYWORDS = {"allow_pickle": True, "shell": True, "weights_only": False}
LEGACY_RANDOM = {
    f"{np}.random.{name}"
    for np in ("np", "numpy")
    for name in ("rand", "randn", "randint", "random", "normal", "uniform", "permutation", "shuffle", "choice")
}


def offences(tree: ast.AST) -> Iterator[str]:
    """Every forbidden import, call and keyword of a module, with its line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (f"line {node.lineno}: import {a.name}" for a in node.names if _top(a.name) in FORBIDDEN_IMPORTS)
        elif isinstance(node, ast.ImportFrom) and not node.level and _top(node.module or "") in FORBIDDEN_IMPORTS:
            yield f"line {node.lineno}: from {node.module}"
        elif isinstance(node, ast.Call):
            yield from _call_offences(node)


def _call_offences(node: ast.Call) -> Iterator[str]:
    name = ast.unparse(node.func)
    if name in FORBIDDEN_CALLS | LEGACY_RANDOM:
        yield f"line {node.lineno}: {name}()"
    if isinstance(node.func, ast.Attribute) and node.func.attr in FORBIDDEN_METHODS:
        yield f"line {node.lineno}: .{node.func.attr}()"
    for keyword in node.keywords:
        value = keyword.value.value if isinstance(keyword.value, ast.Constant) else None
        if keyword.arg in FORBIDDEN_KEYWORDS and value is FORBIDDEN_KEYWORDS[keyword.arg]:
            yield f"line {node.lineno}: {keyword.arg}={value}"


@pytest.mark.parametrize(
    "line",
    [
        "import pickle",
        "from pickle import loads",
        "import random",
        "eval('1')",
        "exec('1')",
        "os.system('ls')",
        "subprocess.run('ls', shell=True)",
        "archive.extractall(folder)",
        "np.load(file, allow_pickle=True)",
        "torch.load(file, weights_only=False)",
        "np.random.seed(0)",
        "np.random.rand(3)",
    ],
)
def test_the_rule_catches_what_it_forbids(line: str) -> None:
    assert list(offences(ast.parse(line)))


@pytest.mark.parametrize(
    "line",
    [
        "model.eval()",
        "np.load(file, allow_pickle=False)",
        "np.random.default_rng(0).random(3)",
        "subprocess.run(['ls'], shell=False)",
        "evaluate('1')",
    ],
)
def test_the_rule_lets_the_innocent_pass(line: str) -> None:
    assert not list(offences(ast.parse(line)))


def test_no_line_runs_foreign_code_or_draws_shared_random_numbers() -> None:
    assert not [f"{_name(path)}: {offence}" for path in MODULES for offence in offences(_tree(path))]


def test_every_module_says_what_it_is() -> None:
    silent = [_name(p) for p in [*MODULES, *TESTS] if _tree(p).body and not ast.get_docstring(_tree(p))]
    assert not silent


def test_every_public_class_and_function_says_what_it_is() -> None:
    silent = [
        f"{_name(path)}:{node.lineno} {node.name}"
        for path in MODULES
        for node in _tree(path).body
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert not silent


def test_functions_fit_on_a_screen() -> None:
    long = [
        f"{_name(path)}:{node.lineno} {node.name}: {lines} lines"
        for path in MODULES
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for lines in [_code_lines(node)]
        if lines > MAX_FUNCTION_LINES
    ]
    assert not long


def test_modules_are_one_subject_each() -> None:
    long = {_name(p): n for p in MODULES if (n := len(p.read_text(encoding="utf-8").splitlines())) > MAX_MODULE_LINES}
    assert not long


def test_every_room_has_a_name() -> None:
    assert not [_name(p) for p in MODULES if NAMELESS_ROOMS & set(p.relative_to(ROOT).with_suffix("").parts)]


def _code_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of the body without the docstring."""
    body = node.body[1:] if ast.get_docstring(node) else node.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _top(module: str) -> str:
    return module.split(".")[0]
