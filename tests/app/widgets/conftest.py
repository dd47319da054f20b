"""What the widget tests share: a dressed application, and a widget shown with its pixels at hand."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import TypeAlias

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.theme import stylesheet
from app.theme.tokens import DARK
from app.widgets.imaging import to_array

Photograph: TypeAlias = Callable[[QWidget], NDArray[np.uint8]]


@pytest.fixture(autouse=True)
def dressed(qapp: QApplication) -> Iterator[None]:
    """The dark theme, whatever a test before has put on."""
    if qapp.property("reverie_theme") != "dark":
        stylesheet.apply(qapp, DARK)
    yield


@pytest.fixture
def shown(qtbot: QtBot) -> Callable[..., QWidget]:
    """Show a widget at a size, in an active window."""

    def show(widget: QWidget, width: int = 0, height: int = 0) -> QWidget:
        qtbot.addWidget(widget)
        if width:
            widget.resize(width, height)
        with qtbot.waitExposed(widget):
            widget.show()
        widget.activateWindow()
        qtbot.waitUntil(widget.isActiveWindow)
        return widget

    return show


@pytest.fixture
def photograph() -> Photograph:
    """A widget's device pixels, ``uint8 (H, W, 3)``."""

    def take(widget: QWidget) -> NDArray[np.uint8]:
        return to_array(widget.grab().toImage())[..., :3]

    return take
