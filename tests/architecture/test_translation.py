"""Every text that a person reads goes through `tr`, and nothing but literals does."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHOWS = {
    *("setText", "setToolTip", "setStatusTip", "setWhatsThis", "setAccessibleName", "setAccessibleDescription"),
    *("setWindowTitle", "setPlaceholderText", "setTitle", "addMenu", "addAction", "set_text", "name_it"),
    *("QLabel", "QPushButton", "QCheckBox", "QAction", "ElidedLabel", "IconButton", "Chip", "SegmentedControl", "Tag"),
}
"""Calls that put their words on screen or say them to assistive technology."""
FOR_PROGRAMMERS = {
    *("ValueError", "TypeError", "RuntimeError", "AssertionError", "KeyError", "LookupError", "NotImplementedError"),
    *("setProperty", "setObjectName", "setStyleSheet", "getattr", "execute", "executescript", "executemany", "print"),
    *("add_argument", "compile", "sub", "match", "search", "fullmatch", "startswith", "endswith", "removesuffix"),
}
"""Calls whose words no person reads."""
NOT_READ = {
    "app/__main__.py": "spoken on a terminal, before Qt is there",
    "app/preflight.py": "spoken on a terminal, before anything is installed",
    "app/shell/commands.py": "a table, translated where it is shown and gathered by tests/tools/translations.py",
    "app/shell/first_completion.py": "a measurement's report",
    "app/shell/first_paint.py": "a measurement's report",
    "app/shell/gallery_pace.py": "a measurement's report",
    "app/shell/latent_pace.py": "a measurement's report",
    "app/shell/lens_pace.py": "a measurement's report",
    "app/shell/pace_report.py": "a measurement's report",
    "app/shell/pace_window.py": "a measurement's report",
    "app/shell/start.py": "Qt's own words, to know them by, and a measurement's report",
    "app/theme/stylesheet.py": "a style sheet",
    "app/documents/collection/query.py": "SQL",
    "app/documents/collection/rows.py": "SQL",
    "app/documents/collection/schema.py": "SQL",
}
"""Modules without words for the window, and why."""
NAMES = {"Reverie", "lower bound", "reverie scene", "all pins", "take out", "Help"}
"""A proper name, and words by which the program itself knows something: in files, in tables, in history."""
TABLES = {
    *("app/shell/commands.py", "app/shell/actions.py", "app/shell/shortcut_list.py"),
    *("app/widgets/parameter_panel.py", "app/widgets/parameter_fields.py"),
}
"""Where words that stand in a table are translated."""
TRANSLATES = {"app/translation.py", "app/shell/language.py"}
"""Where translating is done."""
MODULES = sorted(path for path in (ROOT / "app").rglob("*.py"))
SENTENCE = re.compile(r"[A-Za-z]{2,}[^A-Za-z\s]* +[^\sA-Za-z]?[A-Za-z]{2,}")


def untranslated(tree: ast.AST) -> Iterator[str]:
    """Every literal of a module that reads like a sentence, or is put on screen, without going through `tr`."""
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str)):
            text = _text(node)
            shown = _is_for_a_person(node, parents)
            if shown is not None and text not in NAMES and (_reads(text) or (shown and _speaks(text))):
                yield f"line {node.lineno}: {text!r}"


def unfindable(tree: ast.AST) -> Iterator[str]:
    """Every `tr` whose argument ``lupdate`` cannot read off the source."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node) == "tr":
            argument = node.args[0] if node.args else None
            if not (isinstance(argument, ast.Constant) and isinstance(argument.value, str)):
                yield f"line {node.lineno}: {ast.unparse(node)}"


def others(tree: ast.AST) -> list[int]:
    """Lines that translate by another way than `app.translation`: with it there are two catalogues of one word."""
    return [
        node.lineno
        for node in ast.walk(tree)
        if (isinstance(node, ast.FunctionDef) and node.name == "tr")
        or (isinstance(node, ast.Attribute) and node.attr == "tr")
        or (isinstance(node, ast.Call) and ast.unparse(node.func) == "QCoreApplication.translate")
    ]


@cache
def _trees() -> tuple[tuple[str, ast.Module], ...]:
    return tuple((p.relative_to(ROOT).as_posix(), ast.parse(p.read_text(encoding="utf-8"))) for p in MODULES)


def _text(node: ast.JoinedStr | ast.Constant) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    return "".join(str(part.value) if isinstance(part, ast.Constant) else "§" for part in node.values)


def _reads(text: str) -> bool:
    return bool(SENTENCE.search(text)) and not re.match(r"[<(]", text)


def _speaks(text: str) -> bool:
    return bool(re.match(r"[A-Z][a-z]", text))


def _is_for_a_person(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> bool | None:
    """None where nobody reads it; True where a call shows it; False where nothing is known."""
    shown: bool | None = None
    inner, outer = node, parents.get(node)
    while outer is not None and not isinstance(outer, ast.stmt):
        if isinstance(outer, ast.JoinedStr | ast.FormattedValue | ast.Compare):
            return None
        if isinstance(outer, ast.Subscript) and inner is outer.slice:
            return None
        if isinstance(outer, ast.Dict) and inner in outer.keys:
            return None
        if isinstance(outer, ast.Call) and inner is not outer.func:
            if _name(outer) in FOR_PROGRAMMERS | {"tr"}:
                return None
            shown = _name(outer) in SHOWS if shown is None else shown
        inner, outer = outer, parents.get(outer)
    if isinstance(outer, ast.Expr) and inner is node:  # a docstring
        return None
    return None if isinstance(outer, ast.Assert) else bool(shown)


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


@pytest.mark.parametrize(
    "line",
    [
        "label.setText('Undo')",
        "label.setText(f'Undo {name}')",
        "QPushButton('Close')",
        "TEXT = 'The engine stopped.'",
        "def f(): return f'{n} pictures and {name}'",
        "say(title='Try again')",
        "label.setText('Undo' if undo else tr('Redo'))",
    ],
)
def test_the_rule_catches_words_without_a_translation(line: str) -> None:
    assert list(untranslated(ast.parse(line)))


@pytest.mark.parametrize(
    "line",
    [
        "label.setText(tr('Undo'))",
        "label.setText(tr('Undo {name}').format(name=name))",
        "label.setText(name)",
        "label.setText('\u2212')",
        "raise ValueError('no such command')",
        "'A docstring of several words.'",
        "found['two words']",
        "if kind == 'two words': pass",
        "label.setProperty('role', 'section')",
    ],
)
def test_the_rule_lets_the_rest_pass(line: str) -> None:
    assert not list(untranslated(ast.parse(line)))


@pytest.mark.parametrize("line", ["tr(f'Undo {name}')", "tr(text)", "tr('Undo ' + name)", "tr('Undo {n}'.format(n=1))"])
def test_the_rule_catches_what_lupdate_cannot_find(line: str) -> None:
    assert list(unfindable(ast.parse(line)))


def test_what_a_person_reads_goes_through_tr() -> None:
    found = {name: [*untranslated(tree)] for name, tree in _trees() if name not in NOT_READ}
    assert not {name: lines for name, lines in found.items() if lines}


def test_lupdate_finds_all_of_it() -> None:
    found = {name: [*unfindable(tree)] for name, tree in _trees() if name not in TABLES}
    assert not {name: lines for name, lines in found.items() if lines}


def test_there_is_one_way_to_translate() -> None:
    found = {name: others(tree) for name, tree in _trees() if name not in TRANSLATES}
    assert not {name: lines for name, lines in found.items() if lines}


def test_the_exceptions_are_all_there() -> None:
    assert not [name for name in (*NOT_READ, *TABLES) if not (ROOT / name).exists()]
