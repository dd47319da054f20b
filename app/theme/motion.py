"""How long things move: the tokens' durations, or not at all where the person or the system asks for none."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QStyle

_asked: list[bool] = [False]


def ask_for_none(asked: bool) -> None:
    """The person wants nothing to move (True), or leaves it to the system."""
    _asked[0] = asked


def reduced() -> bool:
    """True when the person or the style hint says that widgets do not animate."""
    if _asked[0]:
        return True
    style = QApplication.style()
    return style is None or style.styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration) <= 0


def duration(milliseconds: int) -> int:
    """``milliseconds``, or 0 where nothing is to move."""
    return 0 if reduced() else milliseconds
