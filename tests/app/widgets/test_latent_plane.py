"""The plane under the hand: what it says, where it draws things, and that its view stays sane."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.documents.latent_chart import Chart
from app.theme.colormaps import LABELS, label_color, viridis
from app.theme.tokens import DARK, channels
from app.widgets.latent_plane import LatentPlane
from app.widgets.plane_layers import CodeDots, DensityField, MapTile, Pin, PlaneCurve
from app.widgets.plane_viewport import PlaneViewport

Photograph = Callable[[QWidget], NDArray[np.uint8]]
NONE, LEFT = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton


@pytest.fixture
def plane(shown: Callable[..., QWidget]) -> LatentPlane:
    made = LatentPlane()
    made.set_chart(Chart("plain", 3.0), ("across", "up"))
    made.set_point((0.0, 0.0))
    shown(made, 460, 442)  # 400 x 400 inside
    return made


def quadrants() -> MapTile:
    """Four pictures of one grey each over the square from -4 to 4: top left 10, top right 20, then 30 and 40."""
    picture = np.repeat(np.repeat(np.array([[10, 20], [30, 40]], np.uint8), 8, 0), 8, 1)
    return MapTile(-4.0, -4.0, 8.0, picture[..., None], 2)


def at(plane: LatentPlane, photo: NDArray[np.uint8], x: float, y: float) -> tuple[int, ...]:
    place = plane.place_of(x, y)
    return tuple(int(v) for v in photo[place.y(), place.x()])


def wheel(plane: LatentPlane, at: QPoint, turns: int, modifier: Qt.KeyboardModifier = NONE) -> None:
    delta = QPoint(120 * turns, 0) if modifier == Qt.KeyboardModifier.AltModifier else QPoint(0, 120 * turns)
    event = QWheelEvent(
        QPointF(at), QPointF(plane.mapToGlobal(at)), QPoint(), delta, Qt.MouseButton.NoButton, modifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(plane, event)


def test_one_looks_closely_at_a_part(plane: LatentPlane) -> None:
    plane.look_at((0.9, -0.1, 1.1, 0.1))
    seen = plane._view.visible()
    np.testing.assert_allclose(seen, (0.8, -0.2, 1.2, 0.2), atol=1e-6)
    plane.fit()
    np.testing.assert_allclose(plane._view.visible(), (-3, -3, 3, 3), atol=1e-6)


@given(st.floats(-20, 20), st.floats(-20, 20), st.floats(0, 10), st.sampled_from([None, (0.0, 0.0, 1.0, 1.0)]))
def test_looking_at_anything_keeps_the_view_sane(x: float, y: float, side: float, bounds: object) -> None:
    view = PlaneViewport()
    view.resize(400, 300)
    view.set_chart((0.0, 0.0, 1.0, 1.0), bounds)  # type: ignore[arg-type]
    view.look_at((x, y, x + side, y + side), 0.5)
    x0, y0, x1, y1 = view.visible()
    assert np.isfinite([x0, y0, x1, y1, view.unit]).all() and x1 > x0 and y1 > y0
    if bounds is not None:
        assert x0 >= 0 and y0 >= 0 and x1 <= 1 and y1 <= 1


def test_a_drag_says_where_the_hand_is(plane: LatentPlane) -> None:
    said: list[object] = []
    plane.point_grabbed.connect(lambda: said.append("grabbed"))
    plane.point_moved.connect(lambda x, y: said.append((round(x, 2), round(y, 2))))
    plane.point_released.connect(lambda: said.append("released"))
    QTest.mousePress(plane, LEFT, NONE, plane.place_of(1.5, 1.5))
    QTest.mouseMove(plane, plane.place_of(-1.5, 0.75))
    QTest.mouseRelease(plane, LEFT, NONE, plane.place_of(-1.5, 0.75))
    QTest.mouseMove(plane, plane.place_of(0, 0))
    assert said == ["grabbed", (1.5, 1.5), (-1.5, 0.75), "released"]


def test_arrows_step_and_shift_steps_far(plane: LatentPlane) -> None:
    steps: list[tuple[int, int]] = []
    plane.point_stepped.connect(lambda across, up: steps.append((across, up)))
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down):
        QTest.keyClick(plane, key)
    QTest.keyClick(plane, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert steps == [(-1, 0), (1, 0), (0, 1), (0, -1), (0, 10)]


def test_alt_and_wheel_and_page_keys_leave_the_plane(plane: LatentPlane) -> None:
    steps: list[float] = []
    plane.third_moved.connect(steps.append)
    zoom = plane.zoom()
    wheel(plane, plane.place_of(0, 0), 2, Qt.KeyboardModifier.AltModifier)
    QTest.keyClick(plane, Qt.Key.Key_PageUp)
    QTest.keyClick(plane, Qt.Key.Key_PageDown, Qt.KeyboardModifier.ShiftModifier)
    assert steps == [2.0, 1.0, -10.0] and plane.zoom() == zoom


def test_the_wheel_zooms_about_the_pointer(plane: LatentPlane) -> None:
    views: list[tuple[float, ...]] = []
    plane.view_changed.connect(lambda view, unit: views.append((*view, unit)))
    place = plane.place_of(2.0, -1.0)
    wheel(plane, place, 3)
    assert (plane.place_of(2.0, -1.0) - place).manhattanLength() <= 2  # the place itself is whole px
    x0, y0, x1, y1, unit = views[-1]
    assert x1 - x0 == pytest.approx(6 / 1.25**3) and unit == pytest.approx(400 / (x1 - x0))
    assert y1 - y0 == pytest.approx(x1 - x0)
    plane.fit()
    assert views[-1][:4] == pytest.approx((-3, -3, 3, 3))


def test_space_and_the_middle_button_pan(plane: LatentPlane) -> None:
    moved: list[object] = []
    plane.point_moved.connect(lambda *place: moved.append(place))
    start = plane.place_of(0, 0)
    QTest.mousePress(plane, Qt.MouseButton.MiddleButton, NONE, start)
    QTest.mouseMove(plane, start + QPoint(40, 20))
    QTest.mouseRelease(plane, Qt.MouseButton.MiddleButton, NONE, start + QPoint(40, 20))
    assert plane.place_of(0, 0) == start + QPoint(40, 20)
    QTest.keyPress(plane, Qt.Key.Key_Space)
    QTest.mousePress(plane, LEFT, NONE, start)
    QTest.mouseMove(plane, start - QPoint(40, 20))
    QTest.mouseRelease(plane, LEFT, NONE, start - QPoint(40, 20))
    QTest.keyRelease(plane, Qt.Key.Key_Space)
    assert plane.place_of(0, 0) == start and not moved


def test_a_grip_goes_before_the_point(plane: LatentPlane) -> None:
    plane.set_pins([Pin(1.0, 1.0, "", "grip"), Pin(-1.0, -1.0, "A", "anchor")])
    grips: list[tuple[float, float]] = []
    points: list[object] = []
    plane.grip_moved.connect(lambda x, y: grips.append((round(x, 2), round(y, 2))))
    plane.point_moved.connect(lambda *place: points.append(place))
    QTest.mousePress(plane, LEFT, NONE, plane.place_of(1.0, 1.0))
    QTest.mouseMove(plane, plane.place_of(1.5, 0.0))
    QTest.mouseRelease(plane, LEFT, NONE, plane.place_of(1.5, 0.0))
    assert grips == [(1.5, 0.0)] and not points
    QTest.mouseClick(plane, LEFT, NONE, plane.place_of(-1.0, -1.0))
    assert len(points) == 1


def test_the_map_lies_where_its_chart_says(plane: LatentPlane, photograph: Photograph) -> None:
    plane.set_point(None)
    plane.set_tiles([quadrants()])
    photo = photograph(plane)
    assert at(plane, photo, -1.5, 1.5) == (10, 10, 10) and at(plane, photo, 1.5, 1.5) == (20, 20, 20)
    assert at(plane, photo, -1.5, -1.5) == (30, 30, 30) and at(plane, photo, 1.5, -1.5) == (40, 40, 40)


def test_finer_squares_cover_coarser_ones_and_stale_ones_are_faint(plane: LatentPlane, photograph: Photograph) -> None:
    fine = MapTile(0.0, 0.0, 2.0, np.full((4, 4, 3), 200, np.uint8), 1)
    plane.set_point(None)
    plane.set_tiles([quadrants(), fine])
    photo = photograph(plane)
    assert at(plane, photo, 1.0, 1.0) == (200, 200, 200) and at(plane, photo, 2.5, 1.0) == (20, 20, 20)
    bright = MapTile(-4.0, -4.0, 8.0, np.full((4, 4, 1), 255, np.uint8), 1, stale=True)
    plane.set_tiles([bright])
    assert max(at(plane, photograph(plane), 1.3, 1.3)) < 160


def test_the_density_veils_what_is_uncharted(plane: LatentPlane, photograph: Photograph) -> None:
    white = MapTile(-4.0, -4.0, 8.0, np.full((4, 4, 1), 255, np.uint8), 1)
    values = np.zeros((8, 8), np.float32)
    values[4:, 4:] = 1.0  # the upper right quarter
    plane.set_point(None)
    plane.set_tiles([white])
    plane.set_density(DensityField(values, (-2.0, -2.0, 2.0, 2.0)))
    photo = photograph(plane)
    assert at(plane, photo, 1.2, 1.2) == (255, 255, 255)
    mat = np.array(channels(DARK.mat))
    for place in ((-1.2, -1.2), (-2.7, 2.7), (2.7, -2.7)):
        assert np.abs(np.array(at(plane, photo, *place)) - (mat * 0.86 + 255 * 0.14)).max() < 6
    plane.set_tiles([])
    photo = photograph(plane)
    assert np.abs(np.array(at(plane, photo, 1.2, 1.2)) - viridis(np.ones(1))[0]).max() < 6
    assert np.abs(np.array(at(plane, photo, -1.2, -1.2)) - viridis(np.zeros(1))[0].astype(int)).max() < 6


def test_codes_wear_their_labels_colour(plane: LatentPlane, photograph: Photograph) -> None:
    places = np.array([[-2.0, -2.0], [2.0, 2.0], [50.0, 50.0]])
    plane.set_point(None)
    plane.set_codes(CodeDots(places, np.array([0, 3, 1]), np.array([[-2.0, 2.0]]), ("cat",)))
    photo = photograph(plane)
    assert at(plane, photo, -2.0, -2.0) == channels(label_color(0))
    assert at(plane, photo, 2.0, 2.0) == channels(label_color(3))
    assert len(set(LABELS)) == 10 and label_color(13) == label_color(3)


def test_the_point_is_seen_on_black_and_on_white(plane: LatentPlane, photograph: Photograph) -> None:
    for value in (0, 255):
        plane.set_tiles([MapTile(-4.0, -4.0, 8.0, np.full((4, 4, 1), value, np.uint8), 1)])
        plane.set_point(None)
        without = photograph(plane).astype(int)
        plane.set_point((0.5, -0.5))
        changed = np.abs(photograph(plane).astype(int) - without).max(axis=2) > 80
        rows, columns = np.nonzero(changed[: plane.place_of(0, -3).y(), plane.place_of(-3, 0).x() :])
        middle = plane.place_of(0.5, -0.5)
        assert abs(rows.mean() - middle.y()) < 1.5
        assert abs(columns.mean() + plane.place_of(-3, 0).x() - middle.x()) < 1.5


def test_curves_and_pins_are_drawn(plane: LatentPlane, photograph: Photograph) -> None:
    plane.set_point(None)
    empty = photograph(plane)
    line = np.array([[-2.0, 1.0], [2.0, 1.0]])
    for kind in ("ring", "path", "ellipse", "arrow"):
        plane.set_curves([PlaneCurve(line, kind, "word")])
        photo = photograph(plane)
        assert (photo != empty).any(axis=2)[plane.place_of(0, 1).y()].sum() > 60
    plane.set_curves([PlaneCurve(line[:1], "path")])
    assert (photograph(plane) == empty).all()
    plane.set_pins([Pin(-9.0, 0.0, "A", "anchor"), Pin(1.0, -1.0, "B", "key"), Pin(0.0, -2.0, "\u03bc", "mean")])
    photo = photograph(plane)
    assert (photo != empty).any(axis=2)[plane.place_of(0, -1).y()].sum() > 8


@pytest.mark.parametrize("layout", ["normal", "plain"])
def test_an_unchanged_view_is_not_painted_anew(plane: LatentPlane, layout: str) -> None:
    plane.set_chart(Chart(layout, 3.0), ("a", "b"))
    plane.set_tiles([quadrants()])
    plane.grab()
    before = plane._back
    plane.set_point((0.5, 0.5))
    plane.grab()
    assert before is not None and plane._back is before, "a drag repaints the point alone"


@given(
    st.booleans(),
    st.lists(
        st.one_of(
            st.tuples(st.just("zoom"), st.floats(0.05, 20), st.floats(0, 400), st.floats(0, 400)),
            st.tuples(st.just("pan"), st.floats(-900, 900), st.floats(-900, 900), st.just(0.0)),
            st.tuples(st.just("size"), st.floats(1, 900), st.floats(1, 900), st.just(0.0)),
        ),
        max_size=30,
    ),
)
def test_the_view_stays_sane(bounded: bool, moves: list[tuple[str, float, float, float]]) -> None:
    view = PlaneViewport(400, 400)
    view.set_chart((0.0, 0.0, 1.0, 1.0) if bounded else (-3, -3, 3, 3), (0.0, 0.0, 1.0, 1.0) if bounded else None)
    for kind, a, b, c in moves:
        if kind == "zoom":
            view.zoom_by(a, b, c)
        elif kind == "pan":
            view.pan(a, b)
        else:
            view.resize(a, b)
        x0, y0, x1, y1 = view.visible()
        assert np.isfinite([x0, y0, x1, y1, view.unit]).all() and x1 > x0 and y1 > y0
        if bounded:
            assert min(x0, y0) >= 0 and max(x1, y1) <= 1
        px, py = view.to_device(*view.to_chart(17.0, 31.0))
        assert (px, py) == pytest.approx((17.0, 31.0), abs=1e-3)
