"""The sheet's walls, comparisons, walks, lessons and cards over the window: whatever is larger than a control."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QLabel, QWidget

from app.documents.lessons import read_lessons
from app.shell.command_palette import CommandPalette
from app.widgets.compare_pair import Pair, Side
from app.widgets.compare_view import CompareView
from app.widgets.drawer import Drawer
from app.widgets.elided_label import ElidedLabel
from app.widgets.film_frame import FilmFrame
from app.widgets.formula_view import FormulaView
from app.widgets.halo import Halo
from app.widgets.imaging import to_qimage
from app.widgets.lesson_panel import LessonPanel, LessonRow
from app.widgets.neighbour_row import NeighbourRow
from app.widgets.picture_view import PictureView
from app.widgets.sample_grid import SampleGrid
from app.widgets.scrolled_page import ScrolledPage
from app.widgets.stop_slider import StopSlider
from app.widgets.tile_wall import NO_MARKS, Marks, TileWall
from app.widgets.walk_strip import WalkStrip
from app.widgets.zoomed_tile import ZoomedTile
from tests.tools.component_states import ROOT, Prepare, Shown, completions, disable, focus, hover, pick, rest


def _over_tile(widget: QWidget) -> None:
    assert isinstance(widget, TileWall)
    hover(widget.viewport(), widget.tile_rect(2).center())


@dataclass
class Pictures:
    """What a wall shows: ``images (N, H, W, C) uint8``, all of them drawn."""

    images: np.ndarray
    order: np.ndarray | None = None
    columns: int | None = None
    row_titles: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.drawn = np.ones(len(self.images), bool)
        self.drawn[-5:] = False

    @property
    def count(self) -> int:
        """How many."""
        return len(self.images)

    def captions(self, index: int) -> str:
        """The words of one."""
        return f"Picture {index + 1}"

    def marks(self, index: int) -> Marks:
        """Its star and label."""
        return NO_MARKS


def wall() -> QWidget:
    made = TileWall()
    made.set_source(Pictures(completions(60)))
    made.set_tile_size(40)
    return made


def _select(widget: QWidget) -> None:
    assert isinstance(widget, TileWall)
    widget.select([1, 2, 3])


def _current(widget: QWidget) -> None:
    assert isinstance(widget, TileWall)
    focus(widget)
    widget.set_current(2)


def _no_wall(widget: QWidget) -> None:
    assert isinstance(widget, TileWall)
    widget.set_source(Pictures(completions(60)[:0]))
    widget.set_empty("Nothing is kept yet.", "Choose pictures and press S.", "Go to the wall")


def _wall_failed(widget: QWidget) -> None:
    assert isinstance(widget, TileWall)
    widget.set_problem("The engine stopped.", "It is starting again.", "Try again")


def _wall_busy(widget: QWidget) -> None:
    assert isinstance(widget, TileWall)
    widget.set_busy(True)
    widget._busy._appear()
    widget._busy._phase = 15


def zoomed() -> QWidget:
    page = QWidget()
    inside = TileWall(page)
    inside.setGeometry(0, 0, 420, 300)
    inside.set_source(Pictures(completions(60)))
    ZoomedTile(inside).setObjectName("zoomed")
    return page


def _zoom(widget: QWidget) -> None:
    large = widget.findChild(ZoomedTile)
    assert large is not None
    large.open(3)
    large.set_details("seed 3, place 3")


def comparison(mode: str) -> Callable[[], QWidget]:
    def make() -> QWidget:
        page = QWidget()
        view = CompareView(page)
        view.setProperty("mode", mode)
        return page

    return make


def _compare(widget: QWidget) -> None:
    view = widget.findChild(CompareView)
    assert view is not None
    first, second = completions(2)
    view.open(Pair(Side(first, "PixelCNN, picture 3"), Side(second[::-1].copy(), "VAE, picture 3")))
    view.set_mode(str(view.property("mode")))


def walk(table: bool) -> Callable[[], QWidget]:
    def make() -> QWidget:
        made = WalkStrip()
        images = completions(10).reshape(2, 5, 16, 16, 3)
        made.set_walk(images, np.ones((2, 5), bool), ("0.2", "0.5", "1", "2", "uncut"), 1)
        if table:
            made.set_table([("precision", ["0.91", "0.88", "0.8", "0.7", "0.61"])])
        return made

    return make


def _cursor(widget: QWidget) -> None:
    assert isinstance(widget, WalkStrip)
    focus(widget)
    widget.set_cursor(1, 2)


def drawer() -> QWidget:
    tabs = (("a", "Neighbours", "Near ones."), ("b", "Walks", "One thing changes."))
    made = Drawer(tabs, {"a": QLabel("The nearest training pictures stand here."), "b": QLabel("A walk.")})
    made.set_page("a")
    return made


def lessons() -> QWidget:
    made = LessonPanel(read_lessons(ROOT / "assets" / "lessons")[0])
    made.set_obstacles({})
    return made


def _first_row(widget: QWidget) -> None:
    widget.findChildren(LessonRow)[0].click()


def halo() -> QWidget:
    page = QWidget()
    Halo(page).setObjectName("halo")
    return page


def _point(widget: QWidget) -> None:
    found = widget.findChild(Halo)
    assert found is not None
    found.follow(QPoint(60, 60))


def palette() -> QWidget:
    page = QWidget()
    CommandPalette(lambda _: True, lambda command: command != "undo", page).setObjectName("commands")
    return page


def _open_palette(widget: QWidget) -> None:
    found = widget.findChild(CommandPalette)
    assert found is not None
    found.open()


def drawn_formula() -> QWidget:
    return FormulaView(
        (ROOT / "assets/lessons/formulas/arithmetic.svg").read_text(encoding="utf-8"), "a formula of the lessons"
    )


def elided() -> QWidget:
    return ElidedLabel("A line of words that is longer than there is room for it")


def picture_view() -> QWidget:
    made = PictureView(96)
    made.set_image(completions(1)[0])
    return made


def film_frame() -> QWidget:
    made = FilmFrame()
    made.set_side(96)
    made.set_frame(to_qimage(completions(1)[0]))
    return made


def samples() -> QWidget:
    made = SampleGrid(16)
    flags = np.zeros(16, bool)
    broken, constant = flags.copy(), flags.copy()
    broken[3] = constant[9] = True
    made.set_samples(completions(16), broken, constant, tuple(f"class {n % 4}" for n in range(16)))
    return made


def neighbours() -> QWidget:
    made = NeighbourRow()
    made.set_neighbours(completions(5), tuple(f"distance {n}.2" for n in range(5)), ("",) * 5)
    return made


def stops() -> QWidget:
    made = StopSlider((1, 4, 16, 64), "particles")
    made.set_stop(2)
    return made


def stages_page() -> list[Shown]:
    """Walls, comparisons, walks, lessons, drawers."""
    states: dict[str, Prepare] = {"rest": rest, "hover": _over_tile, "focus": focus}
    states |= {"selected": _select, "current": _current, "busy": _wall_busy, "empty": _no_wall}
    return [
        Shown("wall", wall, states | {"error": _wall_failed}, "window", (420, 240)),
        Shown("picture over the wall", zoomed, {"open": _zoom}, "window", (420, 300)),
        *(
            Shown(f"comparison, {mode}", comparison(mode), {"open": _compare}, "window", (560, 360))
            for mode in ("slider", "beside", "difference")
        ),
        Shown("walk", walk(False), {"rest": rest, "focus": focus, "current": _cursor}, size=(420, 190)),
        Shown("walk, with measures", walk(True), {"rest": rest}, size=(420, 210)),
        Shown("drawer", drawer, {"rest": rest, "focus": pick(1)}, size=(420, 120)),
        Shown("lessons", lessons, {"rest": rest, "open": _first_row}, size=(360, 520)),
        Shown("commands", palette, {"open": _open_palette}, "window", (760, 480)),
        Shown("halo", halo, {"rest": rest, "there": _point}, "window", (120, 120)),
        Shown("formula", drawn_formula, {"rest": rest}, size=(300, 60)),
        Shown("elided words", elided, {"rest": rest}, size=(160, 20)),
        Shown("scrolled page", lambda: ScrolledPage(QLabel("Words. " * 8)), {"rest": rest}, size=(160, 60)),
        Shown("picture", picture_view, {"rest": rest}),
        Shown("frame of a film", film_frame, {"rest": rest}),
        Shown("no frame", FilmFrame, {"empty": rest}, size=(96, 96)),
        Shown("samples", samples, {"rest": rest}, size=(300, 320)),
        Shown("neighbours", neighbours, {"rest": rest}, size=(420, 110)),
        Shown("stops", stops, {"rest": rest, "focus": focus, "disabled": disable}, size=(220, 44)),
    ]
