"""What happens when the engine is away, dies, refuses, or when another workspace is in front."""

from __future__ import annotations

from typing import Any

from app.messages import RESTART_ENGINE
from engine.contracts.latents import LatentArrays
from engine.errors import FileError


def test_nothing_is_asked_before_the_engine_is_there(fresh: Any) -> None:
    bench = fresh(engine="starting", start="flat")
    bench.presenter.look((0.0, 0.0, 1.0, 1.0), 400.0)
    assert not bench.dispatcher.jobs
    bench.presenter.engine_changed("ready")
    assert [job.lane.name for job in bench.dispatcher.jobs][:1] == ["latent.point"]
    assert bench.dispatcher.of("latent.map")


def test_nothing_is_asked_while_another_workspace_is_in_front(flat: Any) -> None:
    flat.presenter.sleep()
    count = len(flat.dispatcher.jobs)
    flat.presenter.move(1.0, 1.0)
    flat.presenter.look((0.0, 0.0, 1.0, 1.0), 900.0)
    assert len(flat.dispatcher.jobs) == count
    flat.presenter.wake()
    assert len(flat.dispatcher.jobs) > count
    flat.answer()
    assert flat.state.picture[0, 0, 0] == 110


def test_a_death_is_said_and_the_point_decoded_again(flat: Any) -> None:
    flat.drag((1.0, 1.0))
    flat.presenter.engine_changed("died")
    flat.points[-1].fail("EngineDied")
    assert "stopped" in flat.state.problem.problem
    flat.presenter.engine_changed("starting")
    flat.presenter.engine_changed("ready")
    assert flat.points[-1].request.z[0, 0] == 1.0
    flat.answer()
    assert flat.state.problem is None and flat.state.picture[0, 0, 0] == 110


def test_who_kills_the_engine_three_times_is_not_asked_again(flat: Any) -> None:
    flat.drag((1.0, 1.0))
    for _ in range(3):
        flat.presenter.engine_changed("died")
        flat.points[-1].fail("EngineDied")
        flat.presenter.engine_changed("ready")
    count = len(flat.points)
    assert "several times" in flat.state.problem.problem and flat.points[-1].ended
    assert flat.presenter.act(flat.state.problem.action)
    assert len(flat.points) == count + 1
    flat.answer()
    assert flat.state.problem is None


def test_an_engine_that_gave_up_offers_its_restart(flat: Any) -> None:
    flat.presenter.engine_changed("failed")
    assert flat.state.problem.action == RESTART_ENGINE and not flat.presenter.act(RESTART_ENGINE)
    flat.presenter.engine_changed("ready")
    flat.answer()
    assert flat.state.problem is None


def test_a_refusal_is_said_with_its_remedy(flat: Any) -> None:
    flat.drag((1.0, 1.0))
    flat.points[-1].fail("RequestError", "z is too long.", "Shorten it.")
    assert str(flat.state.problem) == "z is too long. Shorten it."
    flat.presenter.reset_parameters()
    flat.answer()
    assert flat.state.problem is None


def test_an_overtaken_failure_is_not_said(flat: Any) -> None:
    flat.drag((1.0, 1.0), (2.0, 2.0))
    flat.points[-2].fail()
    assert flat.state.problem is None


def test_stop_drops_what_is_on_its_way(flat: Any) -> None:
    flat.drag((1.0, 1.0))
    flat.presenter.stop()
    assert flat.points[-1].cancelled and not flat.state.busy and "Stopped" in flat.state.message
    flat.points[-1].finish()
    assert flat.state.picture[0, 0, 0] == 102


def test_a_damaged_file_of_latents_is_said_and_the_decoder_works(fresh: Any) -> None:
    def broken(_: str) -> LatentArrays:
        raise FileError("latents.npz is broken.", "Get it anew.")

    bench = fresh(start="flat", read=broken)
    bench.answer()
    assert "latents.npz is broken" in bench.state.message and bench.state.picture is not None
    assert bench.state.possible_layers == {"pictures", "prior"}


def test_a_model_that_was_read_anew_begins_anew(flat: Any, models: Any) -> None:
    from dataclasses import replace

    flat.drag((1.0, 1.0))
    flat.presenter.set_models([replace(models["flat"], title="Other"), models["deep"]])
    assert flat.state.manifest.title == "Other" and not flat.state.can_undo
    flat.presenter.set_models([models["deep"]])
    assert flat.state.model == "deep"
