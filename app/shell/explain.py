"""F1: the sentence of whatever is under the pointer, or else of what has the focus."""

from __future__ import annotations

from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

from app.translation import tr

NOTHING = tr("Point at something and press F1: a sentence says what it is.")


def explanation(widget: QWidget | None) -> str:
    """The help or the tooltip of the widget, or of the nearest one around it that has either."""
    while widget is not None:
        if text := widget.toolTip() or widget.whatsThis():
            return text
        widget = widget.parentWidget()
    return NOTHING


def explain_here() -> None:
    """Show the sentence at the pointer."""
    widget = QApplication.widgetAt(QCursor.pos()) or QApplication.focusWidget()
    QToolTip.showText(QCursor.pos(), explanation(widget), widget)
