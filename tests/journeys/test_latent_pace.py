"""The scripted hand of `reverie bench` in the real window: order, the memory's bound and no hole; nothing is timed."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from app import paths
from app.shell.latent_pace import Pace
from app.workspaces.latent import map_tiles
from app.workspaces.latent.view import LatentView
from tests.journeys.conftest import Opens

pytestmark = pytest.mark.journey
SMALL_CACHE = 2**17


def test_the_picture_follows_in_order_and_the_map_is_whole_at_rest(
    tmp_path: Path, project: Path, monkeypatch: pytest.MonkeyPatch, opens: Opens
) -> None:
    monkeypatch.setenv("REVERIE_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(map_tiles, "CACHE_BYTES", SMALL_CACHE)
    shutil.copytree(project / "tests" / "engine" / "latent_models" / "linear", paths.own_models() / "linear")
    person = opens()
    person.session.window.choose_model("linear")
    view = person.session.window.view
    assert isinstance(view, LatentView)
    found: list[dict[str, Any]] = []
    pace = Pace(view, 0.4, 8.0, found.append)
    pace.begin()
    person.sees(lambda: bool(found))
    assert "problem" not in found[0], found[0]
    drag, tour = found[0]["drag"], found[0]["map"]
    assert drag["backwards"] == 0 and drag["moves"] == 50 and 1 <= drag["pictures"] <= 50
    assert tour["missing_at_rest"] == 0 and tour["rests"] == 4
    assert 0 < tour["cache_mb"] * 2**20 <= SMALL_CACHE
