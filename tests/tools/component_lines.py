"""The sheet's lines and bubbles: status, tools, colours, toasts, hints and messages."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget

from app.widgets.color_bar import ColorBar
from app.widgets.completion_sheet import CompletionSheet
from app.widgets.hint import Hint
from app.widgets.message_card import MessageCard
from app.widgets.pace_bar import PaceBar
from app.widgets.status_line import StatusLine
from app.widgets.toast import Toast
from app.widgets.tool_bar import ToolBar
from tests.tools.component_states import Shown, completions, disable, example, rest


def toast(kind: str, text: str, action: str = "") -> Callable[[], QWidget]:
    def make() -> QWidget:
        made = Toast()
        made.set_text(text, action, kind)
        return made

    return make


def hint(from_right: bool) -> Callable[[], QWidget]:
    def make() -> QWidget:
        made = Hint()
        made.set_text("Rub something out")
        made.point_at(QPoint(0, 0), "left" if from_right else "right")
        return made

    return make


def message(error: bool) -> Callable[[], QWidget]:
    def make() -> QWidget:
        made = MessageCard()
        if error:
            made.set_message("The engine stopped while it drew.", "Your picture is kept.", "Complete again")
        else:
            made.set_message("Nothing is unknown.", "Rub something out and the model paints it back.", error=False)
        return made

    return make


def status(state: str, fraction: float | None, text: str = "") -> Callable[[], QWidget]:
    def make() -> QWidget:
        made = StatusLine()
        made.set_engine(state)
        if state == "ready":
            made.set_timing(21, 190, 8, 73_000)
            made.set_seed(42)
        made.set_message(text)
        made.set_progress(fraction)
        made._show_progress(fraction is not None)
        return made

    return make


def pace() -> QWidget:
    made = PaceBar()
    made.set_pace("rows")
    made.set_position(0.4)
    made.set_naive_text("naive: 73 s")
    return made


def colors(kind: str) -> Callable[[], QWidget]:
    def make() -> QWidget:
        made = ColorBar()
        if kind == "binary":
            made.set_colors([((255,), "Ink"), ((0,), "Paper"), (None, "Unknown")], (255,))
        elif kind == "grey":
            made.set_colors([((v,), f"grey {v}") for v in np.linspace(0, 255, 16).astype(int).tolist()], (0,))
        else:
            pixels = example("pixel_portraits-eyes")[0].reshape(-1, 3)
            unique = np.unique(pixels, axis=0)[:64]
            made.set_colors([(tuple(c), f"colour {c}") for c in unique.tolist()], tuple(unique[3].tolist()))
        return made

    return make


def lines_page() -> list[Shown]:
    wide = (1100, 28)
    return [
        Shown("status, starting", status("starting", None), {"rest": rest}, "window", wide),
        Shown("status, ready", status("ready", None), {"rest": rest}, "window", wide),
        Shown("status, busy", status("ready", 0.6), {"busy": rest}, "window", wide),
        Shown("status, died", status("died", None, "Your picture is kept."), {"error": rest}, "window", wide),
        Shown("pace", pace, {"rest": rest, "disabled": disable}, "panel", (480, 32)),
        Shown("tools", tools, {"rest": rest, "disabled": disable}, "window"),
        Shown("colours, ink", colors("binary"), {"rest": rest, "disabled": disable}),
        Shown("colours, grey", colors("grey"), {"rest": rest, "disabled": disable}),
        Shown("colours, palette", colors("palette"), {"rest": rest}),
        Shown("hint", hint(True), {"rest": rest}, "window"),
        Shown("hint, left", hint(False), {"rest": rest}, "window"),
        Shown("toast", toast("info", "All pixels forgotten.", "Undo"), {"rest": rest}, "window"),
        Shown("toast, ok", toast("ok", "Saved as portrait.png."), {"rest": rest}, "window"),
        Shown("toast, warning", toast("warn", "Four colours were rounded to the palette."), {"rest": rest}, "window"),
        Shown("toast, error", toast("error", "portrait.xyz is no picture.", "Open"), {"rest": rest}, "window"),
        Shown("message", message(False), {"empty": rest}, "window", (460, 96)),
        Shown("message, error", message(True), {"error": rest}, "window", (460, 96)),
        Shown("sheet", sheet(64), {"rest": rest}, "window", (900, 640)),
        Shown("sheet, twelve", sheet(12), {"rest": rest}, "window", (640, 420)),
    ]


def sheet(count: int) -> Callable[[], QWidget]:
    def make() -> QWidget:
        made = CompletionSheet()
        made.set_count(count)
        made.set_images(completions(count))
        made.set_selected(9)
        return made

    return make


def tools() -> QWidget:
    made = ToolBar()
    made.set_current("forget")
    made.set_size(1.5)
    return made
