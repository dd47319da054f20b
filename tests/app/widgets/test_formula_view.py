"""Drawn formulas: in the text's colour in both themes, sharp at scale 2, shrunk where there is no room, read aloud."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QWidget

from app.theme.tokens import DARK, LIGHT, Palette
from app.widgets.formula_view import FormulaView, drawing_of

Show = Callable[..., QWidget]
SQUARE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20" viewBox="0 0 40 20">'
    '<path fill="currentColor" d="M0,0 L40,0 L40,20 L0,20 Z"/></svg>'
)


def pixels(widget: QWidget, scale: float = 1.0) -> np.ndarray:
    """(H, W, 3) uint8."""
    image = QImage((widget.size() * scale), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(scale)
    image.fill(QColor("red"))
    widget.render(image)
    data = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
    return data[:, : image.width(), 2::-1].copy()


def rgb(color: str) -> tuple[int, int, int]:
    return QColor(color).red(), QColor(color).green(), QColor(color).blue()


@pytest.mark.parametrize("palette", [DARK, LIGHT])
@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_the_formula_is_in_the_texts_colour(shown: Show, palette: Palette, scale: float) -> None:
    view = FormulaView(SQUARE, "a square")
    view.set_theme(palette)
    shown(view, 120, view.heightForWidth(120))
    seen = pixels(view, scale)
    inner = (seen == rgb(palette.text)).all(axis=2)
    assert inner.sum() == 40 * 20 * scale**2, "every device pixel of the drawing, and no other, is of the text's colour"
    assert (seen[inner.shape[0] - 3, inner.shape[1] // 2] == rgb(palette.raised)).all()


def test_it_shrinks_with_its_column_and_never_grows(qtbot: object) -> None:
    view = FormulaView(SQUARE, "a square")
    wide, narrow = view._drawn(400), view._drawn(44)
    assert (wide.width(), wide.height()) == (40, 20) and (narrow.width(), narrow.height()) == (20, 10)
    assert view.heightForWidth(44) < view.heightForWidth(400) == view.sizeHint().height()
    assert QRectF(0, 0, 44, 400).contains(narrow)


def test_screen_readers_are_told_its_words(qtbot: object) -> None:
    view = FormulaView(SQUARE, "x is mu")
    assert view.accessibleName() == "x is mu" == view.toolTip()


def test_a_drawing_that_is_gone_is_empty(tmp_path: Path) -> None:
    (tmp_path / "a.svg").write_text(SQUARE)
    assert re.search("<svg", drawing_of(tmp_path, "a.svg")) and drawing_of(tmp_path, "b.svg") == ""
