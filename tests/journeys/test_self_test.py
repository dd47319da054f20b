"""What `reverie --self-test` is told by the window, a process of its own that starts the engine as a person's does."""

from __future__ import annotations

import numpy as np
import pytest

from app.documents.partial_image import PartialImage
from app.shell.first_completion import drawn_part
from app.workspaces.complete.state import CompleteState
from engine.cli.bench_processes import said_by_window
from engine.cli.self_test import FIRST_COMPLETION
from engine.errors import EngineError

pytestmark = pytest.mark.journey


def test_a_new_window_paints_and_then_shows_a_completion() -> None:
    said = said_by_window([FIRST_COMPLETION], {"QT_QPA_PLATFORM": "offscreen"}, wanted="first_completion_ms")
    assert 0 < said["first_paint_ms"] < said["completion_begins_ms"] <= said["first_completion_ms"]


def test_a_window_that_cannot_open_is_one_sentence() -> None:
    with pytest.raises(EngineError, match="did not open"):
        said_by_window([FIRST_COMPLETION], {"QT_QPA_PLATFORM": "nothing"}, wanted="first_completion_ms")


def test_a_completion_is_whole_when_every_unknown_pixel_is_drawn() -> None:
    observed = np.array([[True, False], [False, False]])
    document = PartialImage.from_picture(np.zeros((2, 2, 1), np.uint8), observed)
    drawn = np.array([[[False, True], [True, False]]])
    assert drawn_part(None) == 0
    assert drawn_part(CompleteState(document=document)) == 0
    assert drawn_part(CompleteState(document=document, drawn=drawn)) == pytest.approx(2 / 3)
    assert drawn_part(CompleteState(document=document, drawn=~observed[None])) == 1
