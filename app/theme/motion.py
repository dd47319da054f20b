"""How long things move: the tokens' durations, or not at all where the person or the system asks for none.

All that moves by itself asks here (a test sees to it).  A desktop says its wish in several places: Qt hands on what its
style knows, `app.shell.system_motion` reads the rest and reports it.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QStyle

_asked: dict[str, bool | None] = {"person": None, "system": None}
_blinking: list[int] = []
_EFFECTS = (
    Qt.UIEffect.UI_AnimateMenu,
    Qt.UIEffect.UI_FadeMenu,
    Qt.UIEffect.UI_AnimateCombo,
    Qt.UIEffect.UI_AnimateTooltip,
    Qt.UIEffect.UI_FadeTooltip,
    Qt.UIEffect.UI_AnimateToolBox,
)


def ask_for_none(asked: bool | None) -> None:
    """The person wants nothing to move (True), all to move whatever the system says (False), or leaves it to that."""
    _asked["person"] = asked
    _settle()


def system_asks_for_none(asked: bool) -> None:
    """The desktop's settings say that nothing is to move (True), or nothing of the kind."""
    _asked["system"] = asked
    _settle()


def reduced() -> bool:
    """True when widgets do not animate: the person's word counts, else the desktop's or the style's."""
    if (person := _asked["person"]) is not None:
        return person
    if _asked["system"]:
        return True
    style = QApplication.style()
    return style is None or style.styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration) <= 0


def duration(milliseconds: int) -> int:
    """``milliseconds``, or 0 where nothing is to move."""
    return 0 if reduced() else milliseconds


def _settle() -> None:
    """Qt's own effects and the blinking of the caret go along."""
    if QApplication.instance() is None:
        return
    still = reduced()
    if still and not _blinking:
        _blinking.append(QApplication.cursorFlashTime())
        QApplication.setCursorFlashTime(0)
    elif not still and _blinking:
        QApplication.setCursorFlashTime(_blinking.pop())
    if still:
        for effect in _EFFECTS:
            QApplication.setEffectEnabled(effect, False)
