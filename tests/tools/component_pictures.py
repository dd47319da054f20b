"""The sheet's tiles, strips and canvas: whatever shows a picture."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QWidget

from app.widgets.completion_strip import CompletionStrip
from app.widgets.pixel_canvas import PixelCanvas
from app.widgets.tile import Tile
from app.widgets.time_machine_bar import TimeMachineBar
from app.widgets.verdict_line import Line, VerdictLine
from tests.tools.component_states import CHECKED, Prepare, Shown, completions, disable, example, focus, rest


def tile() -> QWidget:
    made = Tile(2)
    made.set_image(completions(1)[0])
    return made


def half_tile(widget: QWidget) -> None:
    assert isinstance(widget, Tile)
    drawn = np.zeros((16, 16), bool)
    drawn[:6] = True
    widget.clear()
    widget.set_image(completions(1)[0], drawn)
    widget.set_busy(True)


def empty_tile(widget: QWidget) -> None:
    assert isinstance(widget, Tile)
    widget.clear()
    widget.set_busy(True)


VERDICTS = (
    Line("", "good", "Exact", "This order uses every given pixel."),
    Line("Particles", "good", "Reliable", "Given pixels were weighed, and enough particles fitted them.", more=True),
    Line("Raster order", "note", "Ignores 12 given pixels", "They come after a hole.", button="Use particles"),
    Line("", "bad", "Poor", "At one row about 1 of 2 particles fitted.", button="Take 64 particles", more=True),
    Line("", "quiet", "Weighing", "Rows shown may still be replaced.", faded=True),
)


def tiles_page() -> list[Shown]:
    states = CHECKED | {"busy": half_tile, "empty": empty_tile}
    return [
        Shown("tile", tile, states),
        Shown("strip", strip(8), {"rest": rest}, "window", (900, 128)),
        Shown("strip, more than eight", strip(24), {"rest": rest}, "window", (900, 128)),
        Shown("strip, narrow", strip(8), {"rest": rest}, "window", (668, 128)),
        Shown("strip, digits", digits_strip, {"rest": rest}, "window", (900, 128)),
        Shown("strip, busy", strip(8), {"busy": _busy_strip}, "window", (900, 128)),
        Shown("strip, error", strip(8), {"error": _strip_error}, "window", (900, 128)),
        *(Shown(f"verdict, {line.title}", verdict(line), {"rest": rest}, "window", (668, 30)) for line in VERDICTS),
        Shown("time machine, rewound", machine(231), {"rest": rest, "disabled": disable}, "window", (900, 26)),
        Shown("time machine, playing", machine(400, True), {"rest": rest}, "window", (668, 26)),
        Shown("time machine, at rest", machine(627), {"rest": rest}, "window", (668, 26)),
    ]


def verdict(line: Line) -> Callable[[], QWidget]:
    def make() -> QWidget:
        made = VerdictLine()
        made.set_line(line)
        return made

    return make


def machine(at: int, playing: bool = False) -> Callable[[], QWidget]:
    def make() -> QWidget:
        made, of = TimeMachineBar(), 627
        made.set_place(at, of, playing=playing, usable=True)
        made.set_marks(tuple(range(22, of + 1, 22)), (88, 154, 352))
        made.set_words(f"pixel {at} of {of}: row 11, column 6, p = 0.98", "", "")
        return made

    return make


def strip(count: int) -> Callable[[], QWidget]:
    def make() -> QWidget:
        made = CompletionStrip()
        made.set_count(count)
        made.set_images(completions(count))
        made.set_selected(2)
        return made

    return make


def digits_strip() -> QWidget:
    made = CompletionStrip()
    made.set_count(8)
    made.set_images(completions(8, "mnist-top_of_a_digit"))
    return made


def _busy_strip(widget: QWidget) -> None:
    assert isinstance(widget, CompletionStrip)
    drawn = np.zeros((16, 16), bool)
    drawn[:7] = True
    widget.set_images(completions(8)[::-1], drawn)
    widget.set_busy(True)
    widget._busy._appear()
    widget._busy._phase = 15


def _strip_error(widget: QWidget) -> None:
    assert isinstance(widget, CompletionStrip)
    widget.set_error(
        "The picture is 20 by 20 pixels, but this model draws 16 by 16.", "Open it again so that it is fitted."
    )


def canvas(name: str, prepare: Prepare = rest) -> Callable[[], QWidget]:
    def make() -> QWidget:
        made = PixelCanvas()
        made.set_document(*example(name))
        made.set_preview(completions(3, name)[1], None)
        prepare(made)
        return made

    return make


def _adopted(widget: QWidget) -> None:
    assert isinstance(widget, PixelCanvas)
    pixels, state = example("pixel_portraits-eyes")
    filled = completions(1)[0]
    adopted = state.copy()
    adopted[(state == 0) & (np.arange(16)[None, :] < 8)] = 2
    widget.set_document(np.where((adopted == 2)[..., None], filled, pixels), adopted)


def _paced(widget: QWidget) -> None:
    assert isinstance(widget, PixelCanvas)
    drawn = np.zeros((16, 16), bool)
    drawn[:6] = True
    drawn[6, :7] = True
    widget.set_preview(completions(1)[0], drawn)
    widget.set_cursor_pixel(6 * 16 + 7)


def _unused(widget: QWidget) -> None:
    assert isinstance(widget, PixelCanvas)
    _pixels, state = example("pixel_portraits-eyes")
    unused = state > 0
    unused[:10] = False
    widget.set_unused(unused)


def _brush(widget: QWidget) -> None:
    assert isinstance(widget, PixelCanvas)
    widget.set_tool("pen")
    widget.set_brush(1.5, (220, 60, 60))
    widget._pointer = QPointF(150, 120) * widget.devicePixelRatioF()


def _rectangle(widget: QWidget) -> None:
    assert isinstance(widget, PixelCanvas)
    widget.set_tool("keep")
    widget._begin_rectangle((2, 4), True)
    widget._pointer = QPointF(220, 190) * widget.devicePixelRatioF()


def _keys(widget: QWidget) -> None:
    assert isinstance(widget, PixelCanvas)
    focus(widget)
    widget._move_spot(0, 0)


def canvas_page() -> list[Shown]:
    size = (400, 400)
    face = "pixel_portraits-eyes"
    states: dict[str, Prepare] = {
        "rest": rest,
        "adopted": _adopted,
        "paced": _paced,
        "unused given pixels": _unused,
        "brush": _brush,
        "rectangle": _rectangle,
        "focus by key": focus,
        "keyboard pixel": _keys,
    }
    return [
        Shown("canvas", canvas(face), states, "window", size),
        Shown("canvas, digit", canvas("mnist-top_of_a_digit"), {"rest": rest}, "window", size),
        Shown("canvas, grey", canvas("fashion_mnist-half_a_boot"), {"rest": rest}, "window", size),
        Shown("canvas, scattered", canvas(face, _scatter), {"rest": rest}, "window", size),
        Shown("canvas, zoomed", canvas(face), {"zoomed": _zoom}, "window", size),
    ]


def _zoom(widget: QWidget) -> None:
    assert isinstance(widget, PixelCanvas)
    widget.zoom_by(2.37)


def _scatter(widget: QWidget) -> None:
    assert isinstance(widget, PixelCanvas)
    pixels, _state = example("pixel_portraits-eyes")
    widget.set_document(pixels, (np.random.default_rng(1).random((16, 16)) < 0.2).astype(np.uint8))
