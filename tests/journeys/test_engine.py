"""Stopping, and an engine process that is killed: the window lives and nothing is lost."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from app.widgets.message_card import MessageCard
from tests.journeys.conftest import Person

pytestmark = pytest.mark.journey


def test_escape_deselects_when_nothing_runs_and_stops_what_runs_at_once(person: Person) -> None:
    assert person.state.selected >= 0
    person.press(Qt.Key.Key_Escape)
    assert person.state.selected == -1 and person.state.preview is None

    person.does("clear")
    person.view.inspector.parameters.value_changed.emit("count", 64, True)
    person.sees(lambda: person.state.busy and person.state.progress is not None)
    person.press(Qt.Key.Key_Escape)
    assert not person.state.busy
    person.view.inspector.parameters.value_changed.emit("count", 1, True)
    person.sees_completions(1)


def test_a_killed_engine_is_said_and_replaced_with_the_work_intact(person: Person) -> None:
    person.does("tool-forget")
    person.drag((1.5, 1.5), (4.5, 1.5))
    document, first = person.state.document, person.session.engine.pid
    states, shown = list[str](), list[str]()
    person.session.dispatcher.state_changed.connect(states.append)
    person.session.dispatcher.state_changed.connect(lambda _: shown.append(person.state.engine))
    person.view.inspector.parameters.value_changed.emit("count", 64, True)
    person.sees(lambda: person.state.busy)
    person.kills_the_engine()
    person.sees(lambda: "died" in states)
    person.sees_completions(64)
    assert "ready" in shown and ("died" in shown or "starting" in shown), "the window says so"
    assert person.session.engine.pid != first
    assert person.state.engine == "ready"
    np.testing.assert_array_equal(person.state.document.state, document.state)
    person.does("undo")
    person.does("undo")
    assert not person.state.document.same_as(document), "the history is there too"
    person.does("again")
    person.sees_completions()


def test_an_engine_that_gave_up_is_restarted_by_the_button_that_says_so_and_any_by_hand(person: Person) -> None:
    first = person.session.engine.pid
    person.session.dispatcher.on_state("failed")
    person.sees(lambda: person.state.engine == "failed")
    card = person.view.center.strip.findChild(MessageCard)
    assert card.isVisible()
    button = next(b for b in card.findChildren(QPushButton) if b.text() == "Restart the engine")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    person.sees(lambda: person.session.engine.pid not in (None, first) and person.state.engine == "ready")
    assert person.state.problem is None and not card.isVisible()
    person.does("again")
    person.sees_completions()

    second = person.session.engine.pid
    person.does("restart-engine")
    person.sees(lambda: person.session.engine.pid not in (None, second) and person.state.engine == "ready")
    person.does("again")
    person.sees_completions()
