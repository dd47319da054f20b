"""The drawer's pages: directions, one's own picture, the path."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.documents.picture_file import read_picture
from app.workspaces.latent import words
from app.workspaces.latent.directions import REST_MS, STOPS
from app.workspaces.latent.marking import marked
from app.workspaces.latent.yours import moved_epsilon
from engine.contracts.events import Decoded
from engine.contracts.requests import ScoreImages
from engine.records.latent_note import from_text
from tests.app.workspaces.latent.conftest import NORMAL


def sample(bench: Any) -> np.ndarray:
    """mu + sigma * epsilon of what the toy encoder says."""
    dim = bench.state.manifest.latent["dim"]
    mu = np.where(np.arange(dim) % 2, -1.0, 1.0)
    return mu + 0.5 * bench.presenter._yours.epsilon(bench.presenter._desk)


# --- directions


def test_the_coordinates_that_carry_most_come_first_and_collapsed_ones_are_flagged(deep: Any) -> None:
    deep.presenter.set_direction_kind("coordinates")
    view = deep.state.directions
    assert [row.name for row in view.rows] == ["z₃", "z₆", "z₄", "z₅", "z₈", "z₁"]
    assert view.count == 8 and not any(row.collapsed for row in view.rows) and view.rows[0].bar == 1.0
    deep.presenter.unfold_directions()
    rows = deep.state.directions.rows
    assert len(rows) == 8 and rows[-1].name == "z₂" and rows[-1].collapsed and "collapsed" in rows[-1].note


def test_a_slider_moves_its_direction_alone(deep: Any) -> None:
    assert deep.state.directions.kind == "attributes"
    start = np.asarray(deep.presenter._desk.now.z, np.float64)
    before = deep.state.directions.rows[0].value
    deep.presenter.set_direction(0, before + 1.0)
    np.testing.assert_allclose(deep.z - start, [3, 0, 0, 0, 0, 0, 0, 0], atol=1e-5)
    assert deep.state.directions.rows[0].value == pytest.approx(before + 1.0, abs=1e-5)
    deep.presenter.set_direction_kind("pca")
    deep.presenter.set_direction(0, 1.0)
    mean = deep.presenter._desk.arrays.code_mean[7]
    assert deep.z[7] == pytest.approx(mean + 2.0, abs=1e-4)


def test_a_drag_of_a_slider_is_one_step(deep: Any) -> None:
    start = deep.presenter._desk.now
    for value in (0.1, 0.2, 0.3):
        deep.presenter.set_direction(0, value, final=False)
    deep.presenter.set_direction(0, 0.4, final=True)
    deep.presenter.set_direction(0, 0.5, final=True)
    deep.presenter.undo()
    assert deep.state.directions.rows[0].value == pytest.approx(0.4, abs=1e-5)
    deep.presenter.undo()
    assert deep.presenter._desk.now is start


def test_strips_show_what_each_direction_does(deep: Any) -> None:
    deep.presenter.set_direction_kind("coordinates")
    deep.answer()
    strips = deep.state.directions.strips
    assert strips.shape == (6, STOPS, 4, 4, 1)
    flat = strips.reshape(6, STOPS, 16)
    assert list(flat[0, :, 2]) == [70, 80, 90, 100, 110, 120, 130]  # z3 from -3 to 3
    assert (flat[0, :, 5] == flat[0, 0, 5]).all(), "the other coordinates stay"


def test_strips_follow_without_queueing_up(deep: Any) -> None:
    deep.clock.advance(2 * REST_MS)
    count = len(deep.dispatcher.of("latent.strips"))
    deep.drag(*[(0.1 * step, 0.0) for step in range(20)])
    assert len(deep.dispatcher.of("latent.strips")) == count + 1
    deep.answer()
    deep.clock.advance(REST_MS - 1)
    assert len(deep.dispatcher.of("latent.strips")) == count + 1, "the picture at the point has the machine"
    deep.clock.advance(2)
    assert len(deep.dispatcher.of("latent.strips")) == count + 2, "the newest place is asked for after the first"
    first, last = (job.request.z for job in deep.dispatcher.of("latent.strips")[-2:])
    assert not np.array_equal(first, last)


def test_a_folded_drawer_asks_for_nothing(deep: Any) -> None:
    deep.presenter.open_drawer("directions")
    assert deep.state.drawer == "" and deep.state.directions is None
    count = len(deep.dispatcher.of("latent.strips"))
    deep.drag((1.0, 1.0))
    assert len(deep.dispatcher.of("latent.strips")) == count


# --- one's own picture


@pytest.fixture
def drawn(flat: Any) -> Any:
    """Two dimensions, a stroke drawn and encoded."""
    flat.presenter.open_drawer("yours")
    flat.presenter.start_stroke()
    flat.presenter.segment(0.5, 0.5, 3.5, 0.5)
    flat.presenter.segment(3.5, 0.5, 3.5, 3.5)
    flat.presenter.finish_stroke()
    flat.answer("latent.encode")
    return flat


def test_a_broken_reconstruction_is_crossed_out_and_said(flat: Any) -> None:
    flat.presenter.open_drawer("yours")
    flat.presenter.load_yours(np.full((28, 28, 4), 255, np.uint8))
    pixels = flat.state.yours.pixels
    grey = np.full((1, *pixels.shape), 128, np.uint8)
    flat.dispatcher.of("latent.encode")[-1].finish(reconstruction=grey, broken=np.array([True]))
    view = flat.state.yours
    assert view.broken and view.text == words.BROKEN
    assert set(np.unique(view.reconstruction)) == {0, 128} and view.reconstruction is flat.state.yours.reconstruction
    flat.presenter.load_yours(np.full((28, 28, 4), (90, 90, 90, 255), np.uint8))
    flat.dispatcher.of("latent.encode")[-1].finish()
    assert not flat.state.yours.broken and flat.state.yours.text != words.BROKEN


def test_a_stroke_is_encoded_as_it_is_drawn(drawn: Any) -> None:
    pixels = drawn.state.yours.pixels[..., 0]
    assert (pixels[0] == 255).all() and (pixels[:, 3] == 255).all() and pixels[2, 1] == 0
    asked = drawn.dispatcher.of("latent.encode")[-1].request
    np.testing.assert_array_equal(asked.pixels[0, ..., 0], pixels)
    assert drawn.state.yours.reconstruction is not None
    drawn.presenter.undo()
    assert (drawn.state.yours.pixels == 0).all(), "a stroke is one step"


def test_rubbing_out_clearing_and_taking(drawn: Any) -> None:
    drawn.presenter.use_tool("rub")
    drawn.presenter.start_stroke()
    drawn.presenter.segment(0.5, 0.5, 0.5, 0.5)
    drawn.presenter.finish_stroke()
    assert drawn.state.yours.pixels[0, 0, 0] == 0 and not drawn.state.yours.inked
    drawn.presenter.use_tool("clear")
    assert not drawn.state.yours.pixels.any()
    drawn.presenter.use_tool("take")
    np.testing.assert_array_equal(drawn.state.yours.pixels, np.where(drawn.state.picture > 127, 255, 0))


def test_the_posterior_is_seen_on_the_plane(drawn: Any) -> None:
    ellipses = [curve for curve in drawn.state.curves if curve.kind == "ellipse"]
    for curve, radius in zip(ellipses, (1, 2), strict=True):
        np.testing.assert_allclose(np.linalg.norm((curve.places - (1, -1)) / 0.5, axis=1), radius, atol=1e-6)
    arrow = next(curve for curve in drawn.state.curves if curve.kind == "arrow")
    np.testing.assert_allclose(arrow.places[0], (1, -1), atol=1e-6)
    np.testing.assert_allclose(arrow.places[1], sample(drawn), atol=1e-6)
    pins = {pin.kind: (pin.x, pin.y) for pin in drawn.state.pins}
    assert pins["mean"] == pytest.approx((1, -1)) and pins["grip"] == pytest.approx(tuple(arrow.places[1]))
    drawn.presenter.open_drawer("directions")
    assert not [curve for curve in drawn.state.curves if curve.kind != "ring"]


def test_the_tip_of_the_arrow_is_epsilon(drawn: Any) -> None:
    drawn.presenter.move_grip(0.5, -2.0)
    drawn.presenter.move_grip(0.25, -1.5)
    np.testing.assert_allclose(drawn.presenter._desk.now.epsilon, [-1.5, -1.0], atol=1e-6)
    np.testing.assert_allclose(drawn.z, [0.25, -1.5], atol=1e-6)
    drawn.presenter.release()
    drawn.presenter.undo()
    assert drawn.presenter._desk.now.epsilon is None, "a drag of the tip is one step"


def test_another_epsilon_and_the_way_to_mu(drawn: Any) -> None:
    drawn.presenter.redraw_epsilon()
    np.testing.assert_allclose(drawn.z, [1, -1] + 0.5 * np.random.default_rng(1000).standard_normal(2), atol=1e-6)
    drawn.presenter.go_to_yours()
    np.testing.assert_allclose(drawn.z, [1, -1], atol=1e-6)


def test_epsilon_changes_as_little_as_possible(deep: Any) -> None:
    plane = deep.presenter._desk.now.plane
    random = np.random.default_rng(5)
    mu, sigma, epsilon = random.standard_normal(8), random.uniform(0.2, 1, 8), random.standard_normal(8)
    moved = moved_epsilon(epsilon, sigma, plane, mu, (0.7, -0.3))
    np.testing.assert_allclose(plane.places(mu + sigma * moved), [0.7, -0.3], atol=1e-9)
    off_plane = np.ones(8, bool)
    off_plane[[2, 5]] = False
    np.testing.assert_allclose(moved[off_plane], epsilon[off_plane], atol=1e-9)


def test_the_bound_waits_until_the_hand_rests(drawn: Any) -> None:
    assert not drawn.dispatcher.of("latent.bound")
    drawn.clock.advance(260)
    job = drawn.dispatcher.of("latent.bound")[-1]
    assert job.request.samples == 200 and not job.lane.interactive
    job.finish()
    bounds = drawn.state.yours.bounds
    assert bounds.elbo[0] == pytest.approx(bounds.reconstruction[0] - bounds.kl[0])
    drawn.presenter.use_tool("clear")
    assert drawn.state.yours.bounds is None, "an older picture's bound is not shown beside a newer picture"


def test_an_autoencoder_has_a_code_and_no_bound(fresh: Any) -> None:
    bench = fresh(start="codes")
    bench.presenter.open_drawer("yours")
    bench.presenter.segment(0.5, 0.5, 2.5, 2.5)
    bench.dispatcher.of("latent.encode")[-1].finish(log_var=None, kl=None)
    bench.clock.advance(500)
    assert not bench.dispatcher.of("latent.bound") and not bench.state.yours.bounded
    assert [(pin.text, pin.kind) for pin in bench.state.pins] == [("code", "mean")] and bench.state.curves == ()


def test_nothing_is_asked_about_an_empty_picture(flat: Any) -> None:
    flat.presenter.open_drawer("yours")
    flat.clock.advance(500)
    assert flat.state.yours.empty and flat.state.yours.text.startswith(words.DRAW_ONE)
    assert not flat.dispatcher.of("latent.encode") and not flat.dispatcher.of("latent.bound")
    flat.presenter.segment(0.5, 0.5, 2.5, 2.5)
    assert not flat.state.yours.empty and flat.dispatcher.of("latent.encode")
    flat.answer("latent.encode")
    flat.presenter.use_tool("clear")
    assert flat.state.yours.empty and flat.state.yours.reconstruction is None and flat.state.pins == ()


def test_a_gaussian_is_scored_exactly_and_needs_no_encoder(fresh: Any) -> None:
    bench = fresh(NORMAL)
    bench.presenter.open_drawer("yours")
    assert bench.state.yours.encodes and not bench.state.yours.bounded
    bench.presenter.segment(0.5, 0.5, 2.5, 2.5)
    bench.dispatcher.of("latent.encode")[-1].finish(log_var=None, kl=None)
    bench.clock.advance(500)
    job = bench.dispatcher.of("latent.bound")[-1]
    assert isinstance(job.request, ScoreImages)
    job.finish()
    assert bench.state.yours.nats == -12.5 and bench.state.yours.bounds is None
    assert "Exact" in bench.state.yours.text


def test_hundreds_of_directions_unfold_by_and_by(fresh: Any) -> None:
    bench = fresh(NORMAL)
    assert len(bench.state.directions.rows) == 6 and bench.state.directions.count == 200
    for shown in (64, 128, 192, 200, 6):
        bench.presenter.unfold_directions()
        assert len(bench.state.directions.rows) == shown


def test_what_a_decoder_failed_to_make_is_marked() -> None:
    images = np.full((3, 4, 4, 1), 128, np.uint8)
    images[1] = 250
    images[2] = np.arange(16).reshape(4, 4, 1)
    whole, bad, flat_one = np.array([False] * 3), np.array([True, False, False]), np.array([True, True, False])
    untouched = Decoded(images=images, broken=whole, constant=whole, total_ms=0.0)
    assert marked(untouched) is images
    made = marked(Decoded(images=images, broken=bad, constant=flat_one, total_ms=0.0))
    falling = np.eye(4, dtype=bool)
    np.testing.assert_array_equal(made[0, ..., 0], np.where(falling | falling[::-1], 0, 128))
    np.testing.assert_array_equal(made[1, ..., 0], np.where(falling, 122, 250))
    np.testing.assert_array_equal(made[2], images[2])


def test_a_picture_of_any_size_becomes_one_s_own(flat: Any) -> None:
    rgba = np.zeros((300, 200, 4), np.uint8)
    rgba[..., 3] = 255
    rgba[:150, :, :3] = 250
    flat.presenter.open_picture(rgba, None)
    pixels = flat.state.yours.pixels[..., 0]
    assert flat.state.drawer == "yours" and set(np.unique(pixels)) <= {0, 255} and (pixels[0, 1:3] == 255).all()


def test_a_failure_of_the_encoder_is_said_on_its_page(flat: Any) -> None:
    flat.presenter.open_drawer("yours")
    flat.presenter.segment(0.5, 0.5, 2.5, 2.5)
    flat.dispatcher.of("latent.encode")[-1].fail()
    assert flat.state.yours.text == "It broke. Mend it."
    flat.presenter.go_to_yours()
    assert flat.state.message == words.NOT_ENCODED


# --- the path


@pytest.fixture
def path(flat: Any) -> Any:
    """Three keys: (1, 0), (0, 1), (-1, 0)."""
    flat.presenter.open_drawer("path")
    for place in ((1.0, 0.0), (0.0, 1.0), (-1.0, 0.0)):
        flat.drag(place)
        flat.presenter.add_key()
    flat.answer()
    return flat


def test_keys_stand_on_a_line_and_on_the_plane(path: Any) -> None:
    assert [image[0, 0, 0] for image in path.state.path.images] == [110, 100, 90]
    assert [(pin.text, pin.kind) for pin in path.state.pins] == [("1", "key"), ("2", "key"), ("3", "key")]
    way = next(curve for curve in path.state.curves if curve.kind == "path").places
    np.testing.assert_allclose(np.linalg.norm(way, axis=1), 1.0, atol=1e-6)
    path.presenter.set_path_kind("lerp")
    way = next(curve for curve in path.state.curves if curve.kind == "path").places
    assert np.linalg.norm(way, axis=1).min() < 0.75


def test_keys_can_be_moved_removed_and_gone_to(path: Any) -> None:
    path.presenter.shift_key(0, 1)
    path.answer()
    assert [image[0, 0, 0] for image in path.state.path.images] == [100, 110, 90]
    path.presenter.remove_key(1)
    assert [image[0, 0, 0] for image in path.state.path.images] == [100, 90]
    path.presenter.go_to_key(0)
    assert path.state.point == pytest.approx((0, 1))
    for _ in range(3):
        path.presenter.undo()
    path.answer()
    assert [image[0, 0, 0] for image in path.state.path.images] == [110, 100, 90]
    path.presenter.remove_key(99)
    path.presenter.shift_key(0, -1)


def test_one_scrubs_and_walks_along_the_path(path: Any) -> None:
    path.presenter.scrub(0.5)
    assert path.state.point == pytest.approx((0, 1), abs=1e-6)
    path.presenter.scrub(0.0)
    path.presenter.toggle_walk()
    assert path.state.path.playing
    path.clock.advance(800)
    assert 0.2 < path.state.path.position < 0.3
    x, y = path.state.point
    assert np.hypot(x, y) == pytest.approx(1.0, abs=1e-5) and y > 0.6
    path.clock.advance(4000)
    assert not path.state.path.playing and path.state.point == pytest.approx((-1, 0), abs=1e-6)
    path.presenter.undo()
    assert path.state.point == pytest.approx((1, 0), abs=1e-6), "a walk is one step"


def test_a_loop_goes_round_and_a_hand_stops_it(path: Any) -> None:
    path.presenter.set_path_loop(True)
    path.presenter.toggle_walk()
    path.clock.advance(20_000)
    assert path.state.path.playing
    path.presenter.grab()
    path.presenter.move(0.5, 0.5)
    point = path.state.point
    path.clock.advance(1000)
    assert not path.state.path.playing and path.state.point == point


def test_a_walk_ends_where_the_workspace_goes_to_sleep(path: Any) -> None:
    path.presenter.toggle_walk()
    path.presenter.sleep()
    count = len(path.shown)
    path.clock.advance(2000)
    assert len(path.shown) == count and not path.state.path.playing


def test_one_picture_is_no_path(flat: Any, tmp_path: Path) -> None:
    flat.presenter.open_drawer("path")
    flat.presenter.add_key()
    flat.presenter.toggle_walk()
    assert flat.state.message == words.NO_PATH and not flat.state.path.walkable
    flat.presenter.export("png", tmp_path / "x.png")
    assert not flat.dispatcher.of("latent.export")


def test_a_strip_carries_the_points_it_was_decoded_from(path: Any, tmp_path: Path) -> None:
    path.presenter.export("png", tmp_path / "strip")
    path.answer("latent.export")
    picture = read_picture(tmp_path / "strip.png")
    assert picture.rgba.shape == (4, 48, 4) and "Saved strip" in path.state.message
    record = from_text(str(picture.note))
    assert record.model == "flat" and record.z.shape == (12, 2)
    np.testing.assert_allclose(record.z[[0, -1]], [[1, 0], [-1, 0]], atol=1e-6)
    assert picture.rgba[0, 0, 0] == 110 and picture.rgba[0, 44, 0] == 90


def test_points_and_pictures_are_read_by_numpy(path: Any, tmp_path: Path) -> None:
    path.presenter.set_path_loop(True)
    path.presenter.export("npz", tmp_path / "walk.npz")
    path.answer("latent.export")
    with np.load(tmp_path / "walk.npz", allow_pickle=False) as file:
        assert file["z"].shape == (60, 2) and file["images"].shape == (60, 4, 4, 1)
        np.testing.assert_allclose(file["keys"], [[1, 0], [0, 1], [-1, 0]], atol=1e-6)
        np.testing.assert_array_equal(file["images"][:, 0, 0, 0], np.round(100 + 10 * file["z"][:, 0]))


def test_a_film_is_read_by_pillow(path: Any, tmp_path: Path) -> None:
    from PIL import Image

    path.presenter.export("gif", tmp_path / "film.gif")
    path.answer("latent.export")
    with Image.open(tmp_path / "film.gif") as film:
        assert film.size == (256, 256) and film.n_frames > 10 and film.info["loop"] == 0
        assert abs(film.convert("L").getpixel((0, 0)) - 110) <= 2


def test_an_export_that_fails_says_so(path: Any, tmp_path: Path) -> None:
    path.presenter.export("png", tmp_path / "nowhere" / "strip.png")
    path.answer("latent.export")
    assert "cannot be written" in path.state.message
    path.presenter.export("png", tmp_path / "strip.png")
    path.dispatcher.of("latent.export")[-1].fail()
    assert path.state.message == "It broke. Mend it." and not (tmp_path / "strip.png").exists()


def test_pages_survive_a_restart(path: Any, fresh: Any) -> None:
    path.presenter.open_drawer("yours")
    path.presenter.start_stroke()
    path.presenter.segment(1.5, 1.5, 1.5, 1.5)
    path.presenter.finish_stroke()
    path.presenter.open_drawer("path")
    again = fresh(start=None)
    again.presenter.restore(path.presenter.capture())
    again.answer()
    assert len(again.state.path.images) == 3 and again.state.path.kind == "slerp"
    again.presenter.open_drawer("yours")
    np.testing.assert_array_equal(again.state.yours.pixels, path.presenter._desk.now.pixels)
