"""The lenses through the real window, with the real engine and the shipped models."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.documents.partial_image import ADOPTED, GIVEN
from app.workspaces.complete.lens_state import LensView
from tests.journeys.conftest import DIGITS, PORTRAITS, Person


@pytest.fixture
def digits(person: Person) -> Person:
    """A person with a digit before them, all of it given."""
    person.session.window.choose_model(DIGITS)
    person.view.presenter.load_picture(digit())
    person.sees(lambda: person.state.document.is_whole)
    return person


def digit() -> np.ndarray:
    """A 4 of the test set, (28, 28, 4)."""
    from tests.tools.lens_scenes import ROOT

    ink = np.load(ROOT / "assets" / "reference" / "mnist.npz")["images"][:, 3]
    return np.concatenate([np.repeat(ink, 3, axis=2), np.full_like(ink, 255)], axis=2)


def look(person: Person) -> LensView:
    assert person.state.look is not None
    return person.state.look


def settled(person: Person) -> None:
    """The open lens has said what it has to say."""
    person.sees(lambda: person.state.look is not None and not person.state.look.busy and bool(look(person).facts))


def click(person: Person, column: int, row: int) -> None:
    at = person.point(column + 0.5, row + 0.5)
    QTest.mouseClick(person.canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)


def test_bits_follow_the_pen(digits: Person) -> None:
    digits.does("lens-bits")
    settled(digits)
    before = look(digits)
    assert before.map is not None and np.isfinite(before.map.values).all()
    digits.does("tool-pen")
    digits.drag((2.5, 24.5), (8.5, 24.5))
    settled(digits)
    digits.sees(lambda: look(digits).facts != before.facts)
    values = look(digits).map
    assert values is not None and values.values[24, 2] > 0.5, "ink where nobody expects it"
    assert float(dict(look(digits).facts)["Bits per dimension"]) > float(dict(before.facts)["Bits per dimension"])
    assert digits.view.center.floor.scale.isVisible()


def test_bits_of_a_whole_picture_are_its_likelihood(digits: Person) -> None:
    digits.session.window.choose_model("mnist-pixelcnn")
    digits.view.presenter.load_picture(digit())
    digits.does("lens-bits")
    digits.sees(lambda: digits.state.score is not None)
    settled(digits)
    assert digits.state.score is not None
    bits = float(dict(look(digits).facts)["Bits per dimension"])
    assert bits == pytest.approx(digits.state.score.bits_per_dim, abs=0.002)


def test_a_value_is_forced_into_a_portrait_and_the_rest_drawn_anew(person: Person) -> None:
    assert person.state.model == PORTRAITS
    document = person.state.document
    row, column = (int(value) for value in np.argwhere(~document.observed)[5])
    drawn = person.state.images
    assert drawn is not None
    first = drawn[0]
    person.does("tool-probe")
    person.sees(lambda: person.state.look is not None and not person.state.look.busy)
    click(person, column, row)
    assert look(person).pinned == (column, row)
    chart = person.view.inspector.lens.chart
    person.sees(chart.isVisible)
    QTest.mouseClick(chart, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, chart.bar(33).center().toPoint())
    state = person.state.document.state
    assert state[row, column] == GIVEN and (state == ADOPTED).any()
    assert person.state.document.pixels[row, column].tolist() == list(look(person).spot.colors[33])  # type: ignore[union-attr]
    kept = state == ADOPTED
    assert (person.state.document.pixels[kept] == first[kept]).all()
    person.sees_completions()
    person.does("undo")
    assert person.state.document.same_as(document)


def test_the_gated_models_field_stands_beside_the_blind_spot_and_measuring_can_be_stopped(digits: Person) -> None:
    digits.does("lens-field")
    digits.does("tool-probe")
    click(digits, 9, 6)
    digits.sees(lambda: len(look(digits).fields) == 2)
    gated, plain = look(digits).fields
    assert gated.title == "Gated PixelCNN" and plain.title == "PixelCNN"
    assert gated.map.blind is not None and plain.map.blind is not None
    assert plain.map.blind.sum() > gated.map.blind.sum(), "the blind spot"
    assert not look(digits).warning and digits.view.inspector.lens.fields[1].isVisible()

    click(digits, 20, 26)
    digits.sees(lambda: digits.state.working)
    digits.does("escape")
    assert not digits.state.working
    click(digits, 9, 2)
    digits.sees(lambda: bool(look(digits).fields))


def test_a_digit_is_recognised_exactly_and_scattered_pixels_are_an_estimate_with_its_spread(digits: Person) -> None:
    digits.does("lens-class")
    digits.sees(lambda: look(digits).bars is not None)
    bars = look(digits).bars
    assert bars is not None and bars.names[int(bars.values.argmax())] == "4" and bars.values.sum() == pytest.approx(1)
    assert not bars.spread.any() and "exact" in bars.title
    digits.view.presenter.speak_for("4")
    digits.sees(lambda: look(digits).map is not None)
    assert look(digits).map.diverging  # type: ignore[union-attr]

    digits.does("keep-scattered")
    digits.sees(lambda: look(digits).bars is not None and "estimate" in look(digits).bars.title)  # type: ignore[union-attr]
    assert any("±" in figure for _, figure in look(digits).facts)
    assert look(digits).bars.values.sum() == pytest.approx(1)  # type: ignore[union-attr]


def test_the_engine_dies_and_the_lens_comes_back(digits: Person) -> None:
    digits.does("lens-bits")
    settled(digits)
    digits.kills_the_engine()
    digits.sees(lambda: digits.state.engine != "ready")
    digits.does("tool-pen")
    digits.drag((2.5, 24.5), (8.5, 24.5))
    before = look(digits).facts
    digits.sees(lambda: look(digits).facts != before and look(digits).problem is None)


def test_the_microscope_is_under_the_pointer_and_the_next_start_opens_with_the_lens(
    digits: Person, opens: object
) -> None:
    digits.does("lens-entropy")
    settled(digits)
    QTest.mouseMove(digits.canvas, digits.point(14.5, 14.5))
    QApplication.processEvents()
    spot = look(digits).spot
    assert spot is not None and (spot.column, spot.row) == (14, 14) and spot.distribution is not None
    assert spot.distribution.sum() == pytest.approx(1, abs=0.01) and digits.view.inspector.lens.chart.isVisible()
    digits.closes()
    again = opens()  # type: ignore[operator]
    again.sees(lambda: again.state.look is not None and again.state.look.map is not None)
    assert again.state.lens == "entropy"
