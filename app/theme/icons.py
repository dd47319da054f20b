"""The project's own icons: 20 px drawings of 1.5 px strokes, tinted by a token and cached.

Each is ``assets/icons/<name>.svg``, drawn in ``currentColor``.  `pixmap` renders one at the device size asked
for, crisp at every scale; widgets that draw themselves use it.  `icon` makes a `QIcon` for menus and plain buttons.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap

from app.theme.tokens import Palette, Size

ICON_FOLDER = Path(__file__).resolve().parents[2] / "assets" / "icons"
_SCALES = (1.0, 1.25, 1.5, 2.0, 3.0)


@cache
def _source(name: str) -> str:
    return (ICON_FOLDER / f"{name}.svg").read_text(encoding="utf-8")


@cache
def pixmap(name: str, color: str, scale: float, size: int = Size.ICON) -> QPixmap:
    """The icon in ``color``, ``size`` device-independent px wide, for a device of ``scale`` px each."""
    from PySide6.QtSvg import QSvgRenderer  # here: a window without icons yet paints without it

    renderer = QSvgRenderer(QByteArray(_source(name).replace("currentColor", color).encode()))
    side = max(1, round(size * scale))
    made = QPixmap(side, side)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    renderer.render(painter, QRectF(0, 0, side, side))
    painter.end()
    made.setDevicePixelRatio(scale)
    return made


def icon(name: str, palette: Palette) -> QIcon:
    """The icon for menus and standard buttons: text colour, muted when disabled."""
    made = QIcon()
    for scale in _SCALES:
        made.addPixmap(pixmap(name, palette.text, scale), QIcon.Mode.Normal)
        made.addPixmap(pixmap(name, palette.disabled, scale), QIcon.Mode.Disabled)
    return made


def names() -> tuple[str, ...]:
    """Every icon there is."""
    return tuple(sorted(path.stem for path in ICON_FOLDER.glob("*.svg")))
