"""The scripted hand of `reverie bench` over a wall in the real window: all is drawn and scrolled; nothing is timed."""

from __future__ import annotations

import math
import shutil
from pathlib import Path
from typing import Any

import pytest

from app import paths
from app.shell.gallery_pace import Pace
from app.workspaces.gallery.view import GalleryView
from tests.journeys.conftest import Opens

pytestmark = pytest.mark.journey


def test_a_wall_hangs_is_scrolled_while_it_is_drawn_and_after(
    tmp_path: Path, project: Path, monkeypatch: pytest.MonkeyPatch, opens: Opens
) -> None:
    monkeypatch.setenv("REVERIE_HOME", str(tmp_path / "home"))
    shutil.copytree(project / "tests" / "engine" / "sample_models" / "told", paths.own_models() / "told")
    person = opens()
    person.session.window.show_workspace("gallery")
    person.session.window.choose_model("told")
    view = person.session.window.view
    assert isinstance(view, GalleryView)
    found: list[dict[str, Any]] = []
    Pace(view, 1000, 3.0, found.append).begin()
    person.sees(lambda: bool(found))
    assert "problem" not in found[0], found[0]
    said, state = found[0], view.state
    assert said["count"] == 1000 and said["first_ms"] > 0 and said["drawn_s"] > 0
    assert said["hanging"]["frames"] > 10 and said["hanging"]["worst_ms"] >= said["hanging"]["median_ms"] > 0
    assert not math.isinf(said["growth_mb"])
    assert state is not None and state.tiles is not None and state.tiles.drawn.all() and len(state.tiles.images) == 1000
    assert view.center.wall_page.wall.verticalScrollBar().value() > 0


def test_what_draws_nothing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, opens: Opens) -> None:
    monkeypatch.setenv("REVERIE_HOME", str(tmp_path / "home"))
    person = opens()
    person.session.window.show_workspace("gallery")
    view = person.session.window.view
    assert isinstance(view, GalleryView)
    found: list[dict[str, Any]] = []
    pace = Pace(view, 100, 1.0, found.append)
    monkeypatch.setattr("app.shell.gallery_pace.PATIENCE_S", 0.0)
    view.presenter.stop()
    monkeypatch.setattr(Pace, "_is_drawn", lambda _: False)
    pace.begin()
    person.sees(lambda: bool(found))
    assert found == [{"problem": "the wall is not drawn in the end"}]
