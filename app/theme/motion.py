"""How long things move: the tokens' durations, or not at all where the system asks for none."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QStyle


def reduced() -> bool:
    """True when the style hint says that widgets do not animate."""
    style = QApplication.style()
    return style is None or style.styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration) <= 0


def duration(milliseconds: int) -> int:
    """``milliseconds``, or 0 where nothing is to move."""
    return 0 if reduced() else milliseconds
