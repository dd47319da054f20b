"""What a component's states are, and what brings it into each: by the events that a person makes, where it can be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from app.widgets.imaging import to_array

ROOT = Path(__file__).resolve().parents[2]


Prepare = Callable[[QWidget], None]


@dataclass
class Shown:
    """A component: how it is made, on which ground, and what brings it into each state."""

    name: str
    make: Callable[[], QWidget]
    states: dict[str, Prepare] = field(default_factory=dict)
    ground: str = "panel"
    size: tuple[int, int] | None = None


def rest(_widget: QWidget) -> None:
    """As it is."""


def hover(widget: QWidget, at: QPoint | None = None) -> None:
    middle = QPointF(widget.rect().center() if at is None else at)
    widget.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, True)
    none = Qt.MouseButton.NoButton
    where = widget.mapToGlobal(middle)
    QApplication.sendEvent(
        widget, QMouseEvent(QEvent.Type.MouseMove, middle, where, none, none, Qt.KeyboardModifier.NoModifier)
    )


def press(widget: QWidget) -> None:
    assert isinstance(widget, QAbstractButton)
    widget.setDown(True)


def focus(widget: QWidget) -> None:
    widget.setFocus(Qt.FocusReason.TabFocusReason)


def pick(index: int) -> Prepare:
    """The focus on one of a component's buttons."""

    def prepare(widget: QWidget) -> None:
        focus(widget.findChildren(QAbstractButton)[index])

    return prepare


def choose(widget: QWidget) -> None:
    assert isinstance(widget, QAbstractButton)
    widget.setCheckable(True)
    widget.setChecked(True)


def choose_and_focus(widget: QWidget) -> None:
    choose(widget)
    focus(widget)


def disable(widget: QWidget) -> None:
    widget.setEnabled(False)


BUTTON: dict[str, Prepare] = {"rest": rest, "hover": hover, "pressed": press, "focus": focus, "disabled": disable}


CHECKED: dict[str, Prepare] = BUTTON | {"selected": choose, "selected, focus": choose_and_focus}


FIELD: dict[str, Prepare] = {"rest": rest, "hover": hover, "focus": focus, "disabled": disable}


@cache
def example(name: str) -> tuple[np.ndarray, np.ndarray]:
    """An example's pixels (H, W, 3) and states (H, W)."""
    rgba = to_array(QImage(str(ROOT / "assets" / "examples" / f"{name}.png")))
    return np.ascontiguousarray(rgba[..., :3]), (rgba[..., 3] > 0).astype(np.uint8)


@cache
def completions(count: int, name: str = "pixel_portraits-eyes") -> np.ndarray:
    """Stand-ins for what a model draws: the example with its hole filled from its own colours."""
    pixels, state = example(name)
    rng = np.random.default_rng(3)
    colours = pixels[state > 0].reshape(-1, 3)
    made = np.repeat(pixels[None], count, axis=0)
    hole = state == 0
    for image in made:
        image[hole] = colours[rng.integers(0, len(colours), int(hole.sum()))]
    return made
