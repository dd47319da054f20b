"""Files that wait in the workspace: for an engine that is away, for a wall out of sight, for a wall that is another."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.workspaces.gallery.feed import DEATHS_BEFORE_GIVING_UP
from tests.app.workspaces.gallery.conftest import GAN, VAE, Bench, make_bench, pictures, retrained


@pytest.fixture
def begun() -> Bench:
    """A wall of which the first piece is drawn."""
    bench = make_bench()
    bench.answer(most=1)
    return bench


def lanes(bench: Bench) -> set[str]:
    """Where pictures are being drawn."""
    return {job.lane.name for job in bench.dispatcher.open("SampleImages")}


def images_of(path: Path) -> np.ndarray[Any, Any]:
    with np.load(path, allow_pickle=False) as file:
        return np.asarray(file["images"])


# ------------------------------------------------------------------------------------------- an engine that is away


@pytest.mark.parametrize("states", [("ready",), ("starting", "ready")])
def test_a_wall_that_went_while_the_engine_was_away_is_drawn_when_it_is_there(
    begun: Bench, tmp_path: Path, states: tuple[str, ...]
) -> None:
    begun.presenter.engine_changed("died")
    begun.presenter.export("npz", tmp_path / "a")
    begun.presenter.set_parameter("seed", 9)
    assert not begun.dispatcher.open() and begun.state.export is not None
    for state in states:
        begun.presenter.engine_changed(state)
    begun.answer()
    assert begun.state.export is None and begun.state.message == "Saved a.npz: 256 pictures."
    np.testing.assert_array_equal(images_of(tmp_path / "a.npz"), pictures(0, range(256), ""))
    assert begun.state.plan.seed == 9 and begun.places() == list(range(256))


def test_a_file_goes_on_over_a_death_of_the_engine(begun: Bench, tmp_path: Path) -> None:
    begun.presenter.export("npz", tmp_path / "a")
    begun.presenter.set_parameter("seed", 9)
    begun.answer(most=2)
    flying = begun.dispatcher.open()
    assert "gallery.export" in lanes(begun)
    begun.presenter.engine_changed("died")
    for job in flying:
        job.fail("EngineDied")
    assert not begun.dispatcher.open()
    begun.presenter.engine_changed("ready")
    begun.answer()
    assert begun.state.message == "Saved a.npz: 256 pictures."


def test_a_file_whose_wall_kills_every_engine_ends_in_a_sentence(begun: Bench, tmp_path: Path) -> None:
    begun.presenter.export("npz", tmp_path / "a")
    begun.presenter.set_parameter("seed", 9)
    for _ in range(DEATHS_BEFORE_GIVING_UP):
        for job in [job for job in begun.dispatcher.open() if job.lane.name == "gallery.wall"]:
            job.finish()
        (flying,) = [job for job in begun.dispatcher.open() if job.lane.name == "gallery.export"]
        begun.presenter.engine_changed("died")
        flying.fail("EngineDied")
        begun.presenter.engine_changed("ready")
    assert begun.state.export is None and begun.state.message_kind == "warn"
    assert begun.state.message.startswith("a.npz is not written: The engine stopped several times while it drew")
    assert not list(tmp_path.iterdir())


# ------------------------------------------------------------------------------------------------ a wall out of sight


@pytest.mark.parametrize("hide", ["page", "workspace"])
def test_a_wall_out_of_sight_is_drawn_as_long_as_a_file_waits_for_it(begun: Bench, tmp_path: Path, hide: str) -> None:
    begun.presenter.export("npz", tmp_path / "a")
    begun.presenter.open_page("kept") if hide == "page" else begun.presenter.sleep()
    assert lanes(begun) == {"gallery.wall"}
    begun.presenter.stop()
    assert not begun.dispatcher.open(), "nobody waits for it any more"
    assert begun.state.export is None and not list(tmp_path.iterdir())
    begun.presenter.wake()
    begun.presenter.open_page("wall")
    begun.answer()
    assert begun.places() == list(range(256)), "in sight it goes on"


def test_a_wall_out_of_sight_is_drawn_no_further_when_the_file_leaves_out_the_rest(
    begun: Bench, tmp_path: Path
) -> None:
    begun.presenter.export("npz", tmp_path / "a")
    begun.presenter.open_page("kept")
    begun.presenter.leave_out()
    assert not begun.dispatcher.open()
    begun.answer()
    assert begun.state.message == "Saved a.npz: 16 pictures. Without 240 that were not drawn."


def test_a_file_that_is_begun_out_of_sight_is_drawn_too(begun: Bench, tmp_path: Path) -> None:
    begun.presenter.open_page("kept")
    assert not begun.dispatcher.open()
    begun.presenter.export("npz", tmp_path / "a")
    begun.answer()
    assert len(images_of(tmp_path / "a.npz")) == 256


@pytest.mark.parametrize("order", ["own feed, then failed", "failed, then own feed", "wall on show"])
def test_a_file_ends_in_a_sentence_when_the_engine_failed_for_good(begun: Bench, tmp_path: Path, order: str) -> None:
    begun.presenter.export("npz", tmp_path / "a")
    begun.presenter.engine_changed("died")
    steps = {"own": ("seed", "failed"), "fai": ("failed", "seed"), "wal": ("failed",)}[order[:3]]
    for step in steps:
        begun.presenter.set_parameter("seed", 9) if step == "seed" else begun.presenter.engine_changed("failed")
    assert begun.state.export is None
    said = [state.message for state in begun.shown if state.message_kind == "warn"]
    assert any(text.startswith("a.npz is not written: The engine stopped too often") for text in said)


def test_a_file_never_notes_other_weights_than_drew_its_pictures(begun: Bench, tmp_path: Path) -> None:
    """The engine that is started again has the new weights under the same id: the file is given up."""
    begun.presenter.export("zip", tmp_path / "a")
    begun.presenter.engine_changed("starting")
    begun.presenter.set_models([retrained(VAE), GAN])
    begun.presenter.engine_changed("ready")
    begun.answer()
    assert begun.state.export is None and not (tmp_path / "a.zip").exists()
    said = [state.message for state in begun.shown if state.message_kind == "warn"]
    assert "a.zip is not written: its model was replaced or removed. Save it again." in said


def test_that_a_file_was_stopped_stays_said(begun: Bench, tmp_path: Path) -> None:
    begun.presenter.export("npz", tmp_path / "a")
    begun.presenter.stop()
    assert begun.state.message == "Stopped. a.npz is not written."
