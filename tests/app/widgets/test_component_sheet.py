"""The sheet of all components: it has every public widget, and every state is another picture, in both themes."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication, QWidget

from app.theme import stylesheet
from app.theme.tokens import PALETTES, Palette
from app.widgets.imaging import to_array
from tests.tools.component_sheet import PAGES, photograph, staged
from tests.tools.component_states import Shown

ROOT = Path(__file__).resolve().parents[3]
NOT_ON_THE_SHEET = {
    "Bubble": "what hints and toasts have in common; both are there",
    "BarChoice": "what the charts whose bars are pressed have in common",
    "CanvasSurface": "what the canvas is painted by",
    "CompletionTiles": "what strip and sheet of completions have in common",
    "DrawnButton": "what buttons that paint themselves have in common",
    "Field": "what a parameter's fields have in common",
    "RevertingEdit": "what fields that may go back to what stood there have in common",
    "WallSurface": "what the wall is painted by",
}
"""Public widgets that nobody sees by themselves, and why."""
SHOWN = [(name, shown) for name, page in PAGES.items() for shown in page()]
PRESSED = [
    (page, shown) for page, shown in SHOWN if {"rest", "disabled"} <= shown.states.keys() or "hover" in shown.states
]
ALIKE = {("curves", "hover"), ("plane, pictures", "hover")}
"""Where a state of the mouse changes nothing in the picture: what is under it is said in a tooltip."""


@pytest.fixture(params=sorted(PALETTES))
def theme(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[Palette]:
    before = stylesheet.active()
    palette = PALETTES[request.param]
    stylesheet.apply(qapp, palette)
    yield palette
    stylesheet.apply(qapp, before)


def public_widgets() -> dict[str, type[QWidget]]:
    """Every widget that a module of `app.widgets` offers, by name."""
    found: dict[str, type[QWidget]] = {}
    for path in sorted((ROOT / "app" / "widgets").glob("*.py")):
        module = importlib.import_module(f"app.widgets.{path.stem}")
        for name, kind in vars(module).items():
            own = inspect.isclass(kind) and kind.__module__ == module.__name__
            if own and issubclass(kind, QWidget) and not name.startswith("_"):
                found[name] = kind
    return found


def test_every_public_widget_is_on_the_sheet(qapp: QApplication) -> None:
    seen: set[str] = set()
    for _, shown in SHOWN:
        widget, window = staged(shown, stylesheet.active())
        for prepare in shown.states.values():
            seen.update(type(each).__name__ for each in (widget, *widget.findChildren(QWidget)))
            prepare(widget)
        seen.update(type(each).__name__ for each in (widget, *widget.findChildren(QWidget)))
        window.close()
        window.deleteLater()
    every = public_widgets()
    assert len(every) > 50
    assert sorted(every.keys() - seen - NOT_ON_THE_SHEET.keys()) == []
    assert sorted(NOT_ON_THE_SHEET.keys() - every.keys()) == [], "an exception for what is no more"


@pytest.mark.parametrize(("page", "shown"), PRESSED, ids=[f"{page}-{shown.name}" for page, shown in PRESSED])
def test_every_state_is_another_picture(page: str, shown: Shown, theme: Palette) -> None:
    pictures = {
        state: to_array(photograph(shown, prepare, theme))
        for state, prepare in shown.states.items()
        if (shown.name, state) not in ALIKE
    }
    names = list(pictures)
    alike = [
        (one, other)
        for place, one in enumerate(names)
        for other in names[place + 1 :]
        if pictures[one].shape == pictures[other].shape and np.array_equal(pictures[one], pictures[other])
    ]
    assert not alike
