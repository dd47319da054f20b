"""What the window's areas are made of: panels that scroll, and lines between them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget


def line(vertical: bool) -> QFrame:
    """What parts two areas of the window."""
    made = QFrame()
    made.setProperty("role", "line")
    made.setFixedWidth(1) if vertical else made.setFixedHeight(1)
    return made


def scrolled(content: QWidget) -> QFrame:
    """A panel that scrolls its content where it is too long."""
    panel = QFrame()
    panel.setProperty("role", "panel")
    scroll = QScrollArea()
    scroll.setWidgetResizable(True)
    scroll.setFrameShape(QFrame.Shape.NoFrame)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    # Its place is kept: a picture as wide as the panel would else be too high without the bar and low enough with it.
    scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
    scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    content.setProperty("role", "scrolled")
    scroll.setWidget(content)
    scroll.viewport().setAutoFillBackground(False)
    layout = QVBoxLayout(panel)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(scroll)
    return panel
