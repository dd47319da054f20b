"""Every component in every state, in both themes, at scale 1 and 2, as PNGs to be looked at.

    python tests/tools/component_sheet.py [FOLDER] [--scale S]

FOLDER is ``.screenshots`` unless given.  Without ``--scale`` the script runs itself once a scale, since Qt takes the
scale from the environment when it starts.
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt, qInstallMessageHandler
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.documents.latent_chart import Chart
from app.theme import stylesheet
from app.theme.icons import names
from app.theme.tokens import PALETTES, Palette
from app.widgets.bound_chart import BoundChart
from app.widgets.buttons import Chip, IconButton, SegmentedControl, Tag
from app.widgets.color_bar import ColorBar
from app.widgets.completion_sheet import CompletionSheet
from app.widgets.completion_strip import CompletionStrip
from app.widgets.hint import Hint
from app.widgets.imaging import to_array, to_qimage
from app.widgets.latent_plane import LatentPlane
from app.widgets.message_card import MessageCard
from app.widgets.model_card import ModelCard
from app.widgets.model_library import LibraryEntry, ModelLibrary
from app.widgets.pace_bar import PaceBar
from app.widgets.parameter_panel import ParameterPanel
from app.widgets.picture_button import PictureButton
from app.widgets.pixel_canvas import PixelCanvas
from app.widgets.plane_layers import CodeDots, DensityField, MapTile, Pin, PlaneCurve
from app.widgets.sample_size_chart import SampleSizeChart
from app.widgets.score_card import ScoreCard
from app.widgets.status_line import StatusLine
from app.widgets.tile import Tile
from app.widgets.time_machine_bar import TimeMachineBar
from app.widgets.toast import Toast
from app.widgets.tool_bar import ToolBar
from app.widgets.value_slider import ValueSlider
from app.widgets.vector_sliders import VectorSliders
from app.widgets.verdict_line import Line, VerdictLine
from engine.contracts.controls import controls
from engine.contracts.manifest import ImageSpec, Manifest
from engine.contracts.requests import CompleteImage

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


def hover(widget: QWidget) -> None:
    middle = QPointF(widget.rect().center())
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


def example(name: str) -> tuple[np.ndarray, np.ndarray]:
    """An example's pixels (H, W, 3) and states (H, W)."""
    rgba = to_array(QImage(str(ROOT / "assets" / "examples" / f"{name}.png")))
    return np.ascontiguousarray(rgba[..., :3]), (rgba[..., 3] > 0).astype(np.uint8)


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


def button(kind: str, text: str) -> Callable[[], QWidget]:
    def make() -> QWidget:
        made = QPushButton(text)
        made.setProperty("kind", kind)
        return made

    return make


def combo() -> QWidget:
    made = QComboBox()
    made.addItems(["any class", "Trouser"])
    made.setFixedWidth(160)
    return made


def line(text: str) -> QWidget:
    made = QLineEdit(text)
    made.setFixedWidth(160)
    return made


def slider() -> QWidget:
    made = ValueSlider(0, 2, 0.05)
    made.setFixedWidth(160)
    made.set_value(1.0)
    return made


def segments() -> QWidget:
    made = SegmentedControl("Pace")
    made.set_choices([("a", "Instant", "instant", ""), ("b", "Rows", "rows", ""), ("c", "Pixels", "pixels", "")])
    made.set_current("b")
    return made


def swatch_chip(color: tuple[int, ...] | None, text: str) -> Callable[[], QWidget]:
    def make() -> QWidget:
        chip = Chip(text)
        chip.set_swatch(color)
        return chip

    return make


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


def controls_page() -> list[Shown]:
    return [
        Shown("button, primary", button("primary", "Complete"), BUTTON),
        Shown("button", button("", "Try again"), BUTTON),
        Shown("button, quiet", button("quiet", "Undo"), BUTTON),
        Shown("workspace", button("pill", "Complete"), CHECKED),
        Shown("search", button("search", "Search commands   Ctrl+K"), BUTTON),
        Shown("icon button", lambda: IconButton("dice", "Dice", bordered=True), CHECKED),
        Shown("tool", lambda: IconButton("forget", "Forget", side=36), CHECKED),
        Shown("chip", lambda: Chip("PixelCNN"), CHECKED),
        Shown("chip, elsewhere", lambda: Chip("GAN \u2192 Latent", dashed=True), BUTTON),
        Shown("chip, ink", swatch_chip((0,), "Ink"), CHECKED),
        Shown("chip, unknown", swatch_chip(None, "Unknown"), CHECKED),
        Shown("segments", segments, {"rest": rest, "focus": _focus_segment, "disabled": disable}),
        Shown("slider", slider, FIELD | {"pressed": _drag_slider}),
        Shown("text field", lambda: line("42"), FIELD | {"error": _err}),
        Shown("choice", combo, FIELD),
        Shown("check box", lambda: QCheckBox("keep"), CHECKED),
        *(Shown("icons", _icons(some), {"rest": rest}) for some in (names()[:24], names()[24:])),
        Shown("tag", lambda: Tag("Portraits"), {"rest": rest}),
    ]


def _icons(some: tuple[str, ...]) -> Callable[[], QWidget]:
    def make() -> QWidget:
        made = QWidget()
        row = QHBoxLayout(made)
        for name in some:
            row.addWidget(IconButton(name, name, side=36))
        return made

    return make


def _focus_segment(widget: QWidget) -> None:
    focus(widget.findChildren(QAbstractButton)[1])


def _drag_slider(widget: QWidget) -> None:
    assert isinstance(widget, ValueSlider)
    widget._dragging = True


def _err(widget: QWidget) -> None:
    widget.setProperty("state", "error")
    widget.style().polish(widget)


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
        Shown("effective sample size", sample_sizes, {"rest": rest}, "panel", (268, 100)),
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


def sample_sizes() -> QWidget:
    made = SampleSizeChart()
    sizes = np.array([[64.0, 60, 33, 20, 41, 12, 2.4, 1.2, 30, 52]])
    made.set_sizes(np.arange(10), sizes, 64, 3.2)
    return made


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


def manifest() -> Manifest:
    return Manifest(
        id="pixel_portraits-gated",
        title="Gated PixelCNN on portraits",
        family="autoregressive",
        architecture="Gated PixelCNN",
        data="pixel_portraits",
        data_title="Portraits",
        image=ImageSpec(height=16, width=16, channels=3, levels=64),
        graphs={},
        summary="Draws 16 by 16 portraits of 64 colours, pixel after pixel.",
        figures={"test_nll": {"value": 1.374, "unit": "bits/dim", "split": "test", "n": 1000}},
        licence="CC0",
        attribution="Portraits: made by their authors, given to everybody.",
    )


def model_card() -> QWidget:
    card = ModelCard()
    card.set_manifest(manifest())
    frames = []
    for index in range(12):
        faces = completions(16).reshape(4, 4, 16, 16, 3).transpose(0, 2, 1, 3, 4).reshape(64, 64, 3)
        noise = np.random.default_rng(index).integers(0, 255, faces.shape)
        share = index / 11
        frames.append(to_qimage((faces * share + noise * (1 - share)).astype(np.uint8)))
    steps = np.geomspace(100, 20000, 12)
    card.set_film(frames, [(float(s), 1.3 + 3 * float(s) ** -0.3) for s in steps], [float(s) for s in steps])
    return card


def score_card() -> QWidget:
    card = ScoreCard()
    values = np.sort(np.random.default_rng(0).normal(-82, 18, 4000))
    card.set_score(-73.4, 0.135, np.quantile(values, np.linspace(0, 1, 101)).tolist())
    return card


def score_message(widget: QWidget) -> None:
    assert isinstance(widget, ScoreCard)
    widget.set_message("A picture is scored when every pixel is known; 48 of this one are not.")


def panel(is_open: bool) -> Callable[[], QWidget]:
    def make() -> QWidget:
        made = ParameterPanel(controls(CompleteImage))
        made.set_choices("class_name", [("", "any class"), ("Trouser", "Trouser")])
        made.set_values({"temperature": 1.0, "seed": 42, "count": 8, "class_name": ""})
        made.set_more_open(is_open)
        return made

    return make


def _lock(widget: QWidget) -> None:
    assert isinstance(widget, ParameterPanel)
    widget.set_seed_locked(True)


def _some_enabled(widget: QWidget) -> None:
    assert isinstance(widget, ParameterPanel)
    widget.set_enabled_fields({"seed"})


def library(rail: bool) -> Callable[[], QWidget]:
    def make() -> QWidget:
        made = ModelLibrary()
        face, digit = (to_qimage(example(n)[0]) for n in ("pixel_portraits-eyes", "mnist-top_of_a_digit"))
        made.set_models(
            [
                LibraryEntry("p", "Gated PixelCNN on portraits", "Portraits", "Gated PixelCNN", preview=face),
                LibraryEntry("a", "PixelCNN on MNIST", "MNIST digits", "PixelCNN", preview=digit),
                LibraryEntry("b", "Gated PixelCNN on MNIST", "MNIST digits", "Gated PixelCNN", preview=digit),
                LibraryEntry("c", "VAE on MNIST", "MNIST digits", "VAE", fits=False, opens_in="Latent"),
                LibraryEntry("d", "Gated PixelCNN on Fashion", "Fashion-MNIST", "Gated PixelCNN"),
            ]
        )
        made.set_current("p")
        made.set_rail(rail)
        return made

    return make


def cards_page() -> list[Shown]:
    wide = 268
    return [
        Shown("parameters", panel(False), {"rest": rest, "locked": _lock, "disabled": _some_enabled}, size=(wide, 330)),
        Shown("parameters, more", panel(True), {"rest": rest}, size=(wide, 460)),
        Shown("model card", model_card, {"rest": rest}, size=(wide, 620)),
        Shown("score", score_card, {"rest": rest, "message": score_message}, size=(wide, 180)),
        Shown("library", library(False), {"rest": rest}, size=(240, 420)),
        Shown("library, rail", library(True), {"rest": rest}, size=(56, 420)),
        Shown("no models", ModelLibrary, {"empty": rest}, size=(240, 220)),
    ]


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


def plane(*layers: str) -> Callable[[], QWidget]:
    def make() -> QWidget:
        made = LatentPlane()
        made.set_chart(Chart(), ("principal axis 1", "principal axis 2"))
        if "pictures" in layers:
            made.set_tiles([_map_tile(x, y) for x in (-1, 0) for y in (-1, 0)])
        places = np.random.default_rng(2).normal(0, 0.7, (300, 2)) + np.repeat(
            [[-1.2, 0.6], [1, 1], [0.4, -1.4]], 100, 0
        )
        if "density" in layers:
            counts, _, _ = np.histogram2d(places[:, 1], places[:, 0], bins=24, range=[[-3, 3], [-3, 3]])
            made.set_density(DensityField((counts / counts.max()).astype(np.float32), (-3, -3, 3, 3)))
        if "codes" in layers:
            labels = np.repeat(np.arange(3), 100)
            means = np.stack([places[labels == label].mean(axis=0) for label in range(3)])
            made.set_codes(CodeDots(places, labels, means, ("boot", "bag", "shirt")))
        made.set_curves([*_curves("rings" in layers, "posterior" in layers)])
        made.set_pins([Pin(0.6, 0.5, "\u03bc", "mean"), Pin(1.5, 1.1, "", "grip")] if "posterior" in layers else [])
        made.set_point((0.6, -0.9))
        return made

    return make


def _map_tile(x: int, y: int) -> MapTile:
    faces = completions(64).reshape(8, 8, 16, 16, 3).transpose(0, 2, 1, 3, 4).reshape(128, 128, 3)
    return MapTile(3.0 * x, 3.0 * y, 3.0, np.ascontiguousarray(faces), 8)


def _curves(rings: bool, posterior: bool) -> Iterator[PlaneCurve]:
    angles = np.linspace(0, 2 * np.pi, 90)
    circle = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    if rings:
        yield from (PlaneCurve(circle * radius, "ring", f"{radius} sd") for radius in (1, 2))
    if posterior:
        yield from (PlaneCurve(circle * (0.9 * k, 0.5 * k) + (0.6, 0.5), "ellipse") for k in (1, 2))
        yield PlaneCurve(np.array([[0.6, 0.5], [1.5, 1.1]]), "arrow")
    if not rings and not posterior:
        yield PlaneCurve(np.array([[-2, -1], [-0.5, 1.5], [2, 0.5]]), "path")


def _hold(widget: QWidget) -> None:
    assert isinstance(widget, LatentPlane)
    widget._drag = "point"


def _stale(widget: QWidget) -> None:
    assert isinstance(widget, LatentPlane)
    widget.set_tiles([dataclasses.replace(_map_tile(x, 0), stale=x < 0) for x in (-1, 0)])


def sliders() -> QWidget:
    made = VectorSliders()
    made.set_count(3)
    rows = (("glasses", None, "", False), ("z\u2081", 1.0, "KL 2.41 nats", False), ("z\u2089", 0.0, "collapsed", True))
    for index, (name, bar, note, collapsed) in enumerate(rows):
        row = made.rows()[index]
        row.set_direction(name, 3.0, bar, note, collapsed)
        row.set_value(1.4 * index - 1.4)
        row.set_images(completions(7) if index < 2 else None)
    return made


def picture_button() -> QWidget:
    made = PictureButton("A", "Puts the present picture here.", 72)
    made.set_image(completions(1)[0])
    return made


def bound_chart() -> QWidget:
    made = BoundChart()
    ks = (1, 2, 5, 10, 20, 50, 100, 200)
    made.set_bounds(ks, [-130.1 - 0.4 / k for k in ks], -130.4)
    return made


def latent_page() -> list[Shown]:
    size, kept = (420, 420), "window"
    return [
        Shown("plane, pictures", plane("pictures", "rings"), {"rest": rest, "held": _hold, "focus": focus}, kept, size),
        Shown("plane, codes", plane("codes", "rings"), {"rest": rest}, kept, size),
        Shown("plane, density", plane("density", "rings"), {"rest": rest}, kept, size),
        Shown("plane, density over pictures", plane("pictures", "density"), {"rest": rest}, kept, size),
        Shown("plane, posterior", plane("pictures", "posterior"), {"rest": rest}, kept, size),
        Shown("plane, busy", plane(), {"busy": _stale, "empty": rest}, kept, size),
        Shown("directions", sliders, {"rest": rest, "disabled": disable}, size=(860, 112)),
        Shown("key picture", picture_button, CHECKED),
        Shown("key picture, empty", lambda: PictureButton("B", "Puts the present picture here.", 72), {"rest": rest}),
        Shown("bound against K", bound_chart, {"rest": rest}, size=(300, 140)),
        Shown("message, narrow", message(True), {"error": rest}, "window", (300, 150)),
    ]


PAGES: dict[str, Callable[[], list[Shown]]] = {
    "controls": controls_page,
    "tiles": tiles_page,
    "canvas": canvas_page,
    "cards": cards_page,
    "lines": lines_page,
    "latent": latent_page,
}


def photograph(shown: Shown, prepare: Prepare, palette: Palette) -> QImage:
    """One component in one state, with 8 px of its ground around it."""
    window = QWidget()
    window.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    window.setStyleSheet(f"#ground {{ background: {getattr(palette, shown.ground)}; }}")
    window.setObjectName("ground")
    layout = QVBoxLayout(window)
    layout.setContentsMargins(8, 8, 8, 8)
    widget = shown.make()
    layout.addWidget(widget, 0, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
    if shown.size:
        widget.setFixedSize(*shown.size)
    widget.show()
    window.move(300, 300)  # the pointer is at 0, 0
    window.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    window.show()
    window.activateWindow()
    window.setFocus()
    QApplication.processEvents()
    prepare(widget)
    widget.update()
    QApplication.processEvents()
    image = window.grab().toImage()
    window.close()
    window.deleteLater()
    return image


def rows(page: list[Shown], palette: Palette) -> Iterator[tuple[str, list[tuple[str, QImage]]]]:
    """Every component's pictures, by state."""
    for shown in page:
        yield shown.name, [(state, photograph(shown, prepare, palette)) for state, prepare in shown.states.items()]


def compose(page: list[Shown], palette: Palette, scale: float) -> QImage:
    """All of a page's components on one picture, in rows that wrap at 1400 px."""
    limit, x, y, line_height = 1400, 16, 16, 0
    places: list[tuple[str, QImage, QPoint]] = []
    for name, pictures in rows(page, palette):
        for state, image in pictures:
            width, height = round(image.width() / scale), round(image.height() / scale)
            if x > 16 and (x + max(width, 90) > limit or state == pictures[0][0]):
                x, y, line_height = 16, y + line_height + 12, 0
            places.append((f"{name}: {state}", image, QPoint(x, y)))
            x += max(width, 150) + 12
            line_height = max(line_height, height + 18)
    made = QImage(round(limit * scale), round((y + line_height + 16) * scale), QImage.Format.Format_RGB32)
    made.setDevicePixelRatio(scale)
    made.fill(QColor(palette.window))
    painter = QPainter(made)
    painter.setPen(QColor(palette.muted))
    font = painter.font()
    font.setPixelSize(10)
    painter.setFont(font)
    for text, image, place in places:
        painter.drawText(QRect(place.x(), place.y(), 400, 14), int(Qt.AlignmentFlag.AlignLeft), text)
        painter.drawImage(place + QPoint(0, 16), image)
    painter.end()
    return made


def draw(folder: Path, scale: float) -> None:
    """Write the sheets of the scale that Qt runs at."""
    qInstallMessageHandler(lambda _kind, _context, text: None if "propagateSizeHints" in text else print(text))
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    folder.mkdir(parents=True, exist_ok=True)
    for palette in PALETTES.values():
        stylesheet.apply(app, palette)
        for name, page in PAGES.items():
            target = folder / f"components-{name}-{palette.name}@{scale:g}.png"
            compose(page(), palette, scale).save(str(target))
            print(target)


def main() -> int:
    """Parse the arguments; one process a scale."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / ".screenshots")
    parser.add_argument("--scale", type=float)
    given = parser.parse_args()
    if given.scale is not None:
        draw(given.folder, given.scale)
        return 0
    for scale in ("1", "2"):
        command = [sys.executable, str(Path(__file__)), str(given.folder), "--scale", scale]
        subprocess.run(command, check=True, env=os.environ | {"QT_SCALE_FACTOR": scale})
    return 0


if __name__ == "__main__":
    sys.exit(main())
