"""The plane: what spans it, what lies on it, how it is laid out, and the map."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from app.documents.latent_chart import Chart
from app.workspaces.latent import map_tiles, words
from app.workspaces.latent.layers import density_field, prior_rings, share_farther
from app.workspaces.latent.map_tiles import keys_in, latents_of, level_of, tile_of
from engine import normal_grid
from engine.contracts.lanes import Policy
from engine.errors import FileError
from engine.records.latent_note import from_text


def value_at(tile: Any, x: float, y: float, side: int = 4) -> tuple[int, int]:
    """The first two pixels of the map's picture at a chart point: what its z was."""
    pitch = tile.side / tile.cells
    column, row = int((x - tile.x) / pitch), int((tile.y + tile.side - y) / pitch)
    return int(tile.picture[row * side, column * side, 0]), int(tile.picture[row * side, column * side + 1, 0])


def under(state: Any, x: float, y: float) -> Any:
    """The square that is painted last at a chart point."""
    found = [t for t in state.tiles if t.x <= x < t.x + t.side and t.y <= y < t.y + t.side]
    return found[-1] if found else None


# --- spans


def test_two_dimensions_span_the_plane_as_they_are(flat: Any) -> None:
    assert flat.state.span_kinds == ("coordinates",) and flat.state.names == ("z₁", "z₂")
    flat.presenter.move_third(1)
    assert flat.state.message == words.NO_THIRD


def test_a_deep_space_begins_with_the_two_dimensions_that_carry_most(deep: Any) -> None:
    assert deep.state.names == ("z₃", "z₆")
    assert [index for index, _ in deep.state.span_directions][:4] == [2, 5, 3, 4]
    deep.drag((1.5, -0.5))
    assert deep.z[2] == pytest.approx(1.5) and deep.z[5] == pytest.approx(-0.5)
    np.testing.assert_allclose(deep.z[[0, 1, 3, 4]], [0.25, -0.5, 0, 0], atol=1e-6)


@pytest.mark.parametrize("kind", ["coordinates", "pca", "attributes", "pictures"])
def test_the_point_stays_when_the_plane_turns(deep: Any, kind: str) -> None:
    deep.drag((1.5, -0.5))
    z = deep.z.copy()
    deep.presenter.set_span_kind(kind)
    now = deep.presenter._desk.now
    np.testing.assert_allclose(now.z, z, atol=1e-5)
    assert deep.state.span.kind == kind
    x, y = deep.state.point
    np.testing.assert_allclose(now.plane.points([x, y]), z, atol=1e-5)
    deep.presenter.undo()
    assert deep.state.names == ("z₃", "z₆")


def test_an_attribute_plane_moves_the_attributes(deep: Any) -> None:
    deep.presenter.set_span_kind("attributes")
    assert deep.state.names == ("hat", "smile")
    x, y = deep.state.point
    before = np.asarray(deep.presenter._desk.now.z, np.float64)
    deep.drag((x + 2, y))
    np.testing.assert_allclose(deep.z - before, [2, 0, 0, 0, 0, 0, 0, 0], atol=1e-5)
    deep.drag((x, y + 2))
    np.testing.assert_allclose(deep.z - before, [0, 2, 0, 0, 0, 0, 0, 0], atol=1e-5)


def test_directions_change_places_when_one_is_chosen_twice(deep: Any) -> None:
    deep.presenter.set_span(5, 5)
    assert deep.state.names == ("z₆", "z₃")
    deep.presenter.set_span(0, 3)
    assert deep.state.names == ("z₁", "z₄")
    deep.presenter.set_span(0, 99)
    assert deep.state.names == ("z₁", "z₄") and deep.state.message == words.NO_PLANE


def test_three_pictures_lie_on_their_plane(deep: Any) -> None:
    deep.drag((1.0, 1.0))
    deep.presenter.set_span_kind("pictures")
    deep.answer()
    assert [image is not None for image in deep.state.anchors] == [True] * 3
    now = deep.presenter._desk.now
    np.testing.assert_allclose(now.plane.distances(np.stack(now.anchors)), 0.0, atol=1e-4)
    np.testing.assert_allclose(now.anchors[0], now.z, atol=1e-6)
    assert [pin.text for pin in deep.state.pins] == ["A", "B", "C"]
    assert (deep.state.pins[0].x, deep.state.pins[0].y) == pytest.approx(deep.state.point)


def test_the_present_picture_becomes_an_anchor(deep: Any) -> None:
    deep.presenter.set_span_kind("pictures")
    deep.presenter.move_third(3)
    deep.presenter.set_anchor(1)
    now = deep.presenter._desk.now
    np.testing.assert_allclose(now.anchors[1], now.z, atol=1e-6)
    np.testing.assert_allclose(now.plane.distances(np.stack(now.anchors)), 0.0, atol=1e-4)
    deep.presenter.set_anchor(0)
    assert deep.state.message == words.NO_PLANE, "two of three pictures are the same"


def test_the_third_direction_leaves_the_plane_and_comes_back(deep: Any) -> None:
    start = np.asarray(deep.presenter._desk.now.z)
    deep.presenter.move_third(5)
    deep.presenter.move_third(-2)
    moved = deep.z - start
    assert moved[3] == pytest.approx(0.3) and np.abs(np.delete(moved, 3)).max() < 1e-6
    flying = deep.points[-1]
    deep.presenter.undo()
    np.testing.assert_allclose(deep.presenter._desk.now.z, start, atol=1e-6)
    picture = deep.state.picture
    flying.finish()
    assert deep.state.picture is picture, "what was asked for elsewhere is not shown here"


# --- layers


def test_layers_show_what_there_is(flat: Any, fresh: Any) -> None:
    assert flat.state.layers == {"pictures", "prior"} and len(flat.state.curves) == 3
    flat.presenter.toggle_layer("prior")
    flat.presenter.toggle_layer("codes")
    flat.presenter.toggle_layer("density")
    assert flat.state.curves == () and flat.state.density is not None
    assert len(flat.state.codes.places) == 90 and flat.state.codes.names == ("cat", "dog", "owl")
    np.testing.assert_allclose(flat.state.codes.means, [[0.25, -0.5], [2, 1], [-2, 1]], atol=1e-6)
    bare = fresh(start="bare")
    bare.presenter.toggle_layer("codes")
    assert bare.state.possible_layers == {"pictures", "prior"} and bare.state.codes is None


def test_layers_keep_their_identity_under_a_drag(flat: Any) -> None:
    flat.presenter.toggle_layer("codes")
    flat.presenter.toggle_layer("density")
    before = flat.state
    flat.drag((1.0, 1.0), (1.1, 1.0))
    for name in ("codes", "density", "curves", "tiles", "pins", "chart"):
        assert getattr(flat.state, name) is getattr(before, name) or getattr(flat.state, name) == getattr(before, name)
    assert flat.state.codes is before.codes and flat.state.tiles is before.tiles


def test_codes_follow_the_layout(flat: Any) -> None:
    flat.presenter.toggle_layer("codes")
    flat.presenter.set_layout("normal")
    middle = flat.state.codes.means
    np.testing.assert_allclose(middle[1], [0.97725, 0.84134], atol=1e-4)  # the normal's share below 2 and 1
    assert ((flat.state.codes.places > 0) & (flat.state.codes.places < 1)).all()


def test_the_density_of_a_deep_space_is_that_of_the_codes(deep: Any) -> None:
    deep.presenter.set_span(0, 1)
    deep.presenter.toggle_layer("density")
    field = deep.state.density
    x0, y0, x1, y1 = field.rect
    row, column = np.unravel_index(field.values.argmax(), field.values.shape)
    x = x0 + (column + 0.5) / field.values.shape[1] * (x1 - x0)
    y = y0 + (row + 0.5) / field.values.shape[0] * (y1 - y0)
    means = np.array([[0.25, -0.5], [2, 1], [-2, 1]])
    assert np.linalg.norm(means - (x, y), axis=1).min() < 0.35
    assert field.values.max() == pytest.approx(1.0)


def test_the_density_is_laid_out_by_the_prior_too(flat: Any) -> None:
    desk = flat.presenter._desk
    field = density_field(Chart("normal"), desk.now.plane, desk.arrays)
    middles = Chart("normal").to_plane((np.arange(96) + 0.5) / 96)
    inside = (middles > -3.9) & (middles < -1.6)
    above = (middles > 3.1) & (middles < 5.9)
    assert field.rect == (0, 0, 1, 1)
    assert (field.values[np.ix_(middles < 2.9, inside)] < 1e-6).all(), "nothing lies below the codes"
    assert not above.any() or (field.values[np.ix_(above, inside)] > 0.99).all()


def test_rings_lie_at_their_radius() -> None:
    for curve, radius in zip(prior_rings(Chart("plain")), (1, 2, 3), strict=True):
        np.testing.assert_allclose(np.linalg.norm(curve.places, axis=1), radius)
    for curve, radius in zip(prior_rings(Chart("normal")), (1, 2, 3), strict=True):
        back = Chart("normal").to_plane(curve.places)
        np.testing.assert_allclose(np.linalg.norm(back, axis=1), radius, atol=1e-6)


@pytest.mark.parametrize("dim", [1, 2, 3, 5, 8, 32])
def test_the_share_farther_out_is_that_of_draws(dim: int) -> None:
    draws = np.linalg.norm(np.random.default_rng(dim).standard_normal((200_000, dim)), axis=1)
    for radius in (0.3, 1.0, np.sqrt(dim), np.sqrt(dim) + 1.5):
        z = np.full(dim, radius / np.sqrt(dim))
        assert share_farther(z) == pytest.approx(float((draws > radius).mean()), abs=0.005)
    assert share_farther(np.zeros(dim)) == pytest.approx(1.0)


# --- the map


def test_coarse_squares_come_first_then_those_near_the_middle(flat: Any) -> None:
    flat.presenter.look((-8.0, -8.0, 8.0, 8.0), 30.0)
    asked = [len(job.request.z) for job in flat.dispatcher.open("latent.map")]
    assert asked == [64, 64], "two are on their way at once"
    levels: list[float] = []
    while jobs := flat.dispatcher.open("latent.map"):
        z = jobs[0].request.z
        levels.append(float(z[1, 0] - z[0, 0]))
        jobs[0].finish()
    assert levels == sorted(levels, reverse=True) and len(set(levels)) == 2
    assert {job.lane.policy for job in flat.dispatcher.of("latent.map")} == {Policy.QUEUE}
    assert not any(job.lane.interactive for job in flat.dispatcher.of("latent.map")), "the hand goes before the map"


def test_no_square_is_missing_at_rest(flat: Any) -> None:
    random = np.random.default_rng(3)
    for _ in range(20):
        x, y = random.uniform(-20, 20, 2)
        half = 10 ** random.uniform(-3, 1.2)
        view = (x - half, y - half, x + half, y + half)
        flat.presenter.look(view, 480 / (2 * half))
        flat.answer("latent.map")
        assert not flat.state.map_busy
        for at in random.uniform((view[0], view[1]), (view[2], view[3]), (40, 2)):
            tile = under(flat.state, *at)
            assert tile is not None and not tile.stale
            assert 22 <= tile.side / tile.cells * 480 / (2 * half) <= 44.01


def test_the_map_shows_what_the_decoder_gives_at_each_place(flat: Any) -> None:
    flat.presenter.look((-3.0, -3.0, 3.0, 3.0), 80.0)
    flat.answer("latent.map")
    for x, y in [(-2.9, -2.9), (0.01, 0.01), (1.7, -0.3), (2.9, 2.9)]:
        tile = under(flat.state, x, y)
        pitch = tile.side / tile.cells
        there = [(np.floor(v / pitch) + 0.5) * pitch for v in (x, y)]
        assert value_at(tile, x, y) == tuple(int(v) for v in np.round(100 + 10 * np.array(there, np.float32)))


def test_the_normal_map_is_the_inverse_cdf_grid(flat: Any) -> None:
    ground = map_tiles.Ground(flat.state.manifest, flat.presenter._desk.now.plane, Chart("normal"))
    z = latents_of(ground, (3, 0, 0))
    np.testing.assert_allclose(z, normal_grid(8), atol=1e-5)


def test_the_normal_map_ends_at_its_bounds() -> None:
    chart = Chart("normal")
    for level in range(7):
        for _, column, row in keys_in((0.0, 0.0, 1.0, 1.0), level, chart):
            cells = map_tiles.cells_of(level, chart)
            assert 0 <= column * cells < 2**level and 0 <= row * cells < 2**level
    assert level_of(1.0, 28.0, chart) == 0


def test_a_square_has_its_top_row_on_top() -> None:
    images = np.arange(64, dtype=np.uint8)[:, None, None, None]
    tile = tile_of(Chart("plain"), (0, 2, -1), images)
    assert (tile.x, tile.y, tile.side, tile.cells) == (16.0, -8.0, 8.0, 8)
    np.testing.assert_array_equal(tile.picture[..., 0], np.arange(64).reshape(8, 8))


def test_a_hidden_map_is_not_decoded(flat: Any) -> None:
    flat.presenter.set_layer("pictures", False)
    count = len(flat.dispatcher.of("latent.map"))
    flat.presenter.look((5.0, 5.0, 6.0, 6.0), 480.0)
    assert len(flat.dispatcher.of("latent.map")) == count and flat.state.tiles == () and not flat.state.map_busy
    flat.presenter.set_layer("pictures", True)
    assert len(flat.dispatcher.of("latent.map")) > count


def test_what_left_the_view_is_not_waited_for(flat: Any) -> None:
    flat.presenter.look((-8.0, -8.0, 8.0, 8.0), 30.0)
    flat.presenter.look((100.0, 100.0, 101.0, 101.0), 480.0)
    before = len(flat.dispatcher.of("latent.map"))
    for job in flat.dispatcher.open("latent.map"):
        job.finish()
    for job in flat.dispatcher.of("latent.map")[before:]:
        assert (job.request.z > 90).all()
    flat.answer("latent.map")
    assert under(flat.state, 100.5, 100.5) is not None


def test_memory_is_bounded(flat: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    square = 64 * 16
    monkeypatch.setattr(map_tiles, "CACHE_BYTES", 20 * square)
    for step in range(60):
        flat.presenter.look((step * 4.0, 0.0, step * 4.0 + 6.0, 6.0), 80.0)
        flat.answer("latent.map")
        assert flat.presenter._map.bytes <= 20 * square
        assert under(flat.state, step * 4.0 + 3.0, 3.0) is not None
    assert flat.presenter._map.bytes == sum(t.picture.nbytes for t in flat.presenter._map._cache.values())


def test_what_is_in_view_is_kept_beyond_the_bound_and_not_asked_for_twice(
    flat: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(map_tiles, "CACHE_BYTES", 3 * 64 * 16)
    flat.presenter.look((50.1, 0.1, 65.8, 15.8), 80.0)
    flat.answer("latent.map")
    assert not flat.state.map_busy and len(flat.state.tiles) > 3
    count = len(flat.dispatcher.of("latent.map"))
    flat.presenter.look((50.1, 0.1, 65.8, 15.9), 80.0)
    assert len(flat.dispatcher.of("latent.map")) == count
    flat.presenter.look((500.0, 0.0, 501.0, 1.0), 80.0)
    flat.answer("latent.map")
    assert flat.presenter._map.bytes <= 3 * 64 * 16, "what has left the view is given up"


def test_another_plane_shows_the_old_one_faintly_until_it_is_covered(deep: Any) -> None:
    deep.presenter.look((-3.0, -3.0, 3.0, 3.0), 80.0)
    deep.answer()
    assert not any(tile.stale for tile in deep.state.tiles)
    deep.presenter.move_third(2)
    assert deep.state.tiles and all(tile.stale for tile in deep.state.tiles)
    deep.answer()
    assert deep.state.tiles and not any(tile.stale for tile in deep.state.tiles)
    deep.presenter.undo()
    deep.answer("latent.point")
    assert deep.state.tiles and not any(tile.stale for tile in deep.state.tiles), "an undone plane is still cached"


def test_a_map_that_fails_says_so_once_and_stops(flat: Any) -> None:
    flat.presenter.look((50.0, 50.0, 53.0, 53.0), 160.0)
    flat.dispatcher.open("latent.map")[0].fail()
    assert "It broke." in flat.state.message and not flat.state.map_busy
    count = len(flat.dispatcher.of("latent.map"))
    flat.presenter.look((60.0, 50.0, 63.0, 53.0), 160.0)
    assert len(flat.dispatcher.of("latent.map")) == count
    flat.presenter.engine_changed("ready")
    assert len(flat.dispatcher.of("latent.map")) > count


def test_the_map_in_view_can_be_saved(flat: Any) -> None:
    flat.presenter.look((0.0, 0.0, 1.0, 1.0), 480.0)
    flat.answer()
    sheet = flat.presenter.sheet()
    assert sheet.pixels.shape[0] % 32 == 0 and '"DecodeLatents"' in sheet.note
    flat.presenter.set_layer("pictures", False)
    with pytest.raises(FileError, match=r"hidden.*Show the layer"):
        flat.presenter.sheet()


def test_a_map_that_is_not_all_there_is_not_saved(flat: Any) -> None:
    flat.presenter.look((-8.0, -8.0, 8.0, 8.0), 30.0)
    saved = 0
    while jobs := flat.dispatcher.open("latent.map"):
        with pytest.raises(FileError, match=r"still being decoded.*Save it when"):
            flat.presenter.sheet()
        saved += 1
        jobs[0].finish()
    assert saved > 4 and not flat.state.map_busy
    noted = from_text(flat.presenter.sheet().note).map
    x0, y0, x1, y1 = noted["rect"]
    assert x0 <= -8 and y0 <= -8 and x1 >= 8 and y1 >= 8, "all that is in view"
    pitch = (x1 - x0) / noted["columns"]
    assert pitch == 2.0 ** -level_of(30.0, 22.0, flat.state.chart)


def test_a_map_is_of_means_whatever_is_drawn_at_the_point(flat: Any) -> None:
    flat.presenter.toggle_output()
    flat.presenter.set_parameter("seed", 7)
    flat.presenter.look((0.0, 0.0, 1.0, 1.0), 480.0)
    flat.answer()
    assert dict(from_text(flat.presenter.sheet().note).parameters) == {"output": "mean"}
    assert dict(from_text(flat.presenter.picture().note).parameters) == {"output": "draw", "seed": 7}


def resaved(bench: Any, **changes: Any) -> str:
    """The note of the map in view, with other things noted on it; None takes one away."""
    note = json.loads(bench.presenter.sheet().note)
    note["map"] = {k: v for k, v in (note["map"] | changes).items() if v is not None}
    return json.dumps(note, separators=(",", ":"))


@pytest.mark.parametrize("kind", ["coordinates", "pca", "attributes", "pictures", "pictures of old"])
def test_a_map_brings_back_its_plane_and_what_was_in_view(deep: Any, fresh: Any, kind: str) -> None:
    deep.drag((1.5, -0.5))
    deep.presenter.set_span_kind(kind.split()[0])
    if kind.startswith("pictures"):
        deep.presenter.move_third(3)
        deep.presenter.set_anchor(1)
    deep.presenter.look((0.5, 0.5, 1.5, 1.5), 480.0)
    deep.answer()
    there = deep.presenter._desk.now
    note = resaved(deep, anchors=None) if kind == "pictures of old" else resaved(deep)
    again = fresh(start="deep")
    again.answer()
    again.presenter.open_picture(np.zeros((4, 4, 4), np.uint8), note)
    now = again.presenter._desk.now
    np.testing.assert_allclose(now.z, there.z, atol=1e-5)
    np.testing.assert_allclose(now.plane.axes, there.plane.axes, atol=1e-5)
    np.testing.assert_allclose(now.plane.places(there.z), there.place, atol=1e-4)
    assert now.span == there.span and now.layout == "plain"
    x0, y0, x1, y1 = again.state.sight
    assert x0 <= 0.5 and y0 <= 0.5 and x1 >= 1.5 and y1 >= 1.5 and x1 - x0 < 3
    assert again.state.view == again.state.sight and again.state.message == words.RESTORED_MAP
    if kind == "pictures":
        np.testing.assert_allclose(np.stack(now.anchors), np.stack(there.anchors), atol=1e-9)
    again.presenter.undo()
    assert again.state.chart.layout == "normal"


@pytest.mark.parametrize(
    "changes",
    [
        {"span": ["coordinates", 0, 99]},
        {"span": None},
        {"axes": [[0.6, 0.8, 0, 0, 0, 0, 0, 0], [0.8, -0.6, 0, 0, 0, 0, 0, 0]]},
        {"axes": None},
        {"rect": [1.0, 1.0, 0.0, 0.0]},
        {"layout": "polar"},
        {"span": ["pictures", 0, 1], "anchors": [[0.0] * 8] * 3},
        {"span": ["pictures", 0, 1], "anchors": 3, "pivot": 4},
    ],
)
def test_a_map_of_a_plane_that_is_not_there_brings_its_point_and_says_so(deep: Any, changes: dict[str, Any]) -> None:
    deep.drag((1.5, -0.5))
    deep.presenter.look((0.0, 0.0, 1.0, 1.0), 480.0)
    deep.answer()
    z, note = deep.z.copy(), resaved(deep, **changes)
    deep.presenter.go_home()
    before = deep.presenter._desk.now
    deep.presenter.open_picture(np.zeros((4, 4, 4), np.uint8), note)
    np.testing.assert_allclose(deep.presenter._desk.now.z, z, atol=1e-5)
    assert deep.state.message == words.RESTORED_POINT_OF_MAP and deep.state.sight is None
    assert deep.state.span == before.span and deep.state.chart.layout == before.layout
