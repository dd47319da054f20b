"""What floats over the window for a while: fading in and out, or at once where nothing is to move."""

from __future__ import annotations

from PySide6.QtCore import QAbstractAnimation, QVariantAnimation
from PySide6.QtWidgets import QGraphicsOpacityEffect, QWidget

from app.theme import motion
from app.theme.stylesheet import active
from app.theme.tokens import Motion, Palette


class Bubble(QWidget):
    """A floating widget that appears and leaves gently."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._palette, self._leaving = active(), False
        self._fade = QVariantAnimation(self)
        self._fade.valueChanged.connect(self._set_opacity)
        self._fade.finished.connect(self._faded)
        self.hide()

    def set_theme(self, palette: Palette) -> None:
        """Take a theme's colours."""
        self._palette = palette
        self.update()

    def appear(self) -> None:
        """Show it, on top."""
        self.adjustSize()
        self._leaving = False
        self.show()
        self.raise_()
        self._run(0.0, 1.0)

    def leave(self) -> None:
        """Take it away."""
        if self.isHidden() or self._leaving:
            return
        self._leaving = True
        self._run(1.0, 0.0)

    def _run(self, start: float, end: float) -> None:
        self._fade.stop()
        milliseconds = motion.duration(Motion.NORMAL)
        if not milliseconds:
            self._faded()
            return
        effect = QGraphicsOpacityEffect(self)
        effect.setOpacity(start)
        self.setGraphicsEffect(effect)
        self._fade.setStartValue(start)
        self._fade.setEndValue(end)
        self._fade.setDuration(milliseconds)
        self._fade.start(QAbstractAnimation.DeletionPolicy.KeepWhenStopped)

    def _set_opacity(self, value: float) -> None:
        effect = self.graphicsEffect()
        if isinstance(effect, QGraphicsOpacityEffect):
            effect.setOpacity(value)

    def _faded(self) -> None:
        """At rest it is drawn directly: an effect would blur it on fractional scales."""
        self.setGraphicsEffect(None)  # type: ignore[arg-type]
        if self._leaving:
            self.hide()
