"""What moves by itself asks `app.theme.motion` for how long, so that nothing moves where the system asks for none."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MOVES = {
    *("QPropertyAnimation", "QVariantAnimation", "QTimeLine", "QScroller", "QScrollerProperties", "QMovie"),
    *("QSequentialAnimationGroup", "QParallelAnimationGroup", "QGraphicsOpacityEffect"),
}
MODULES = sorted((ROOT / "app").rglob("*.py"))


def moving(tree: ast.AST) -> set[str]:
    """The names of Qt's animations that a module uses."""
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} & MOVES


def asks(tree: ast.AST) -> bool:
    """Whether it takes a duration from the module, or asks whether anything may move."""
    return any(
        isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and (node.value.id, node.attr) in {("motion", "duration"), ("motion", "reduced")}
        for node in ast.walk(tree)
    )


def fixed_durations(tree: ast.AST) -> list[int]:
    """Lines that give an animation a duration of their own."""
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and getattr(node.func, "attr", "") == "setDuration"
        and any(isinstance(part, ast.Constant) or _is_token(part) for part in node.args)
    ]


def _is_token(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "Motion"


def test_there_is_something_that_moves() -> None:
    assert any(moving(ast.parse(path.read_text(encoding="utf-8"))) for path in MODULES)


def test_the_rule_catches_an_animation_of_its_own() -> None:
    tree = ast.parse("fade = QVariantAnimation()\nfade.setDuration(150)\nfade.setDuration(Motion.NORMAL)")
    assert moving(tree) and not asks(tree) and fixed_durations(tree) == [2, 3]


def test_what_moves_asks_how_long() -> None:
    trees = {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in MODULES}
    assert not [name for name, tree in trees.items() if moving(tree) and not asks(tree)]
    assert not {name: lines for name, tree in trees.items() if (lines := fixed_durations(tree))}
