"""From the presenter's parts to the state that the view shows.

What did not change keeps its identity: layers, names and choices are made once and handed out until they change.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from app.documents.latent_chart import Chart
from app.translation import tr
from app.widgets.plane_layers import Pin, PlaneCurve
from app.workspaces.latent import layers, words
from app.workspaces.latent.desk import Desk, Place, draws
from app.workspaces.latent.directions import Directions
from app.workspaces.latent.exporting import Exports
from app.workspaces.latent.following import Following, Shown
from app.workspaces.latent.map_tiles import Ground, MapTiles
from app.workspaces.latent.spans import Span, directions_of, has_prior, kinds_of, span_names
from app.workspaces.latent.state import LatentState, PathState
from app.workspaces.latent.thumbnails import Thumbnails
from app.workspaces.latent.yours import Yours
from engine.contracts.controls import controls
from engine.contracts.manifest import Manifest
from engine.contracts.requests import DecodeLatents

Pages = tuple[Directions, Yours, Thumbnails]
"""The drawer's pages that have answers of their own."""
_NOTHING: tuple[tuple[PlaneCurve, ...], tuple[Pin, ...]] = ((), ())


class Snapshot:
    """Makes a `LatentState` of a desk and of what happens to it."""

    def __init__(
        self, following: Following, exports: Exports, tiles: MapTiles, thumbnails: Thumbnails, pages: Pages
    ) -> None:
        self._following, self._exports, self._map, self._thumbnails = following, exports, tiles, thumbnails
        self._directions, self._yours, self._keys = pages
        self._kept: dict[str, tuple[tuple[Any, ...], Any]] = {}

    def ground(self, desk: Desk) -> Ground:
        """What the map is a map of; the same value as long as it is the same plane and layout."""
        found: Ground = self._keep("ground", (desk.manifest, desk.now.plane, desk.chart, desk.now.class_name), Ground)
        return found

    def take(self, models: tuple[Manifest, ...], desk: Desk | None, message: str, playing: bool = False) -> LatentState:
        """The present state."""
        following = self._following
        if desk is None:
            return LatentState(models=models, problem=words.no_models(), message=message, engine=following.engine)
        now, chart = desk.now, desk.chart
        return LatentState(
            models=models,
            manifest=desk.manifest,
            chart=chart,
            names=self._keep("names", (desk.arrays, now.span), lambda a, s: span_names(s, a)),
            point=_chart_point(chart, now),
            tiles=self._map.tiles if "pictures" in desk.layers else (),
            parameters=now.parameters,
            fields=self._keep("fields", (desk.manifest,), parameter_fields),
            seed_locked=desk.seed_locked,
            drawer=desk.drawer,
            directions=self._directions.view(desk) if desk.drawer == "directions" else None,
            yours=self._yours.view(desk) if desk.drawer == "yours" else None,
            path=self._path(desk, playing) if desk.drawer == "path" else None,
            walkable=now.path.legs > 0,
            view=desk.view,
            sight=desk.sight,
            busy=following.busy,
            writing=self._exports.fraction,
            map_busy=self._map.busy,
            problem=following.problem,
            message=message,
            hint=desk.hint,
            engine=following.engine,
            can_undo=desk.history.can_undo,
            can_redo=desk.history.can_redo,
            **self._layers(desk),
            **self._span(desk),
            **self._picture(desk),
        )

    def _layers(self, desk: Desk) -> dict[str, Any]:
        plane, chart, arrays, on = desk.now.plane, desk.chart, desk.arrays, desk.layers
        key = (chart, plane, arrays)
        prior = has_prior(desk.manifest)
        rings = self._keep("rings", (chart, prior and "prior" in on), _rings)
        anchors = self._keep("pins", (chart, plane, desk.now.anchors, desk.now.span), _anchor_pins)
        curves, pins = self._marks(desk)
        return {
            "layers": on,
            "possible_layers": self._keep("possible", (desk.manifest, arrays), lambda m, a: possible_layers(m, a)),
            "density": self._keep("density", key, layers.density_field) if "density" in on else None,
            "codes": self._keep("codes", key, layers.code_dots) if "codes" in on else None,
            "curves": self._keep("curves", (rings, curves), lambda a, b: (*a, *b)),
            "pins": self._keep("all pins", (anchors, pins), lambda a, b: (*a, *b)),
        }

    def _marks(self, desk: Desk) -> tuple[tuple[PlaneCurve, ...], tuple[Pin, ...]]:
        """What the open page of the drawer shows on the plane."""
        if desk.drawer == "path":
            made: tuple[tuple[PlaneCurve, ...], tuple[Pin, ...]] = self._keep(
                "path", (desk.chart, desk.now.plane, desk.now.path), _path_marks
            )
            return made
        if desk.drawer != "yours":
            return _NOTHING
        key = (desk.chart, desk.now.plane, self._yours.encoded(desk), desk.now.epsilon)
        found: tuple[tuple[PlaneCurve, ...], tuple[Pin, ...]] = self._keep(
            "marks", key, lambda chart, *_: self._yours.marks(desk, chart)
        )
        return found

    def _path(self, desk: Desk, playing: bool) -> PathState:
        path, walked = desk.now.path, desk.now.walked
        return PathState(self._keys.images, path.kind, path.loop, walked, playing, path.legs > 0)

    def _span(self, desk: Desk) -> dict[str, Any]:
        span, arrays, dim = desk.now.span, desk.arrays, desk.dim
        return {
            "span": span,
            "span_kinds": self._keep("kinds", (dim, arrays), kinds_of),
            "span_directions": self._keep("directions", (span.kind, dim, arrays), directions_of),
            "anchors": self._thumbnails.images,
            "third_name": "" if desk.now.plane.third is None else tr("third direction"),
        }

    def _picture(self, desk: Desk) -> dict[str, Any]:
        shown, now = desk.picture, desk.now
        return {
            "picture": None if shown is None else shown.seen,
            "picture_point": None if shown is None else self._keep("at", (desk.chart, shown.place), _chart_point),
            "picture_note": "" if shown is None else self._note(shown, now),
            "decode_ms": 0.0 if shown is None else shown.total_ms,
            **self._keep("words", (now, desk.arrays, desk.manifest), _place_words),
        }

    def _note(self, shown: Shown, now: Place) -> str:
        """What is wrong with the picture; one of elsewhere is right while the next one is on its way."""
        return shown.note if self._following.busy or shown.place.looks_like(now) else words.OF_ELSEWHERE

    def _keep(self, name: str, key: tuple[Any, ...], make: Any) -> Any:
        """What ``make(*key)`` gave for this key last time, as long as the key's parts are the very same."""
        kept = self._kept.get(name)
        if kept is None or not all(_same(a, b) for a, b in zip(kept[0], key, strict=True)):
            kept = (key, make(*key))
            self._kept[name] = kept
        return kept[1]


def _same(one: Any, other: Any) -> bool:
    """Values that are cheap to compare are compared, arrays and what holds them must be the very same."""
    return one is other or (isinstance(one, (str, int, float, Chart, Span)) and bool(one == other))


def parameter_fields(manifest: Manifest) -> frozenset[str]:
    """The parameters that mean anything for this model."""
    without = set() if manifest.class_names else {"class_name"}
    if not draws(manifest):
        without |= {"output", "seed"}
    return frozenset(controls(DecodeLatents)) - without


def possible_layers(manifest: Manifest, arrays: Any) -> frozenset[str]:
    """The layers that there are for this model."""
    without = set()
    if arrays.codes is None:
        without.add("codes")
        if arrays.density is None:
            without.add("density")
    if not has_prior(manifest):
        without.add("prior")
    return frozenset({"pictures", "codes", "density", "prior"} - without)


def _chart_point(chart: Chart, place: Place) -> tuple[float, float]:
    x, y = chart.to_chart(np.array(place.place))
    return float(x), float(y)


def _rings(chart: Any, shown: bool) -> tuple[PlaneCurve, ...]:
    return layers.prior_rings(chart) if shown else ()


def _anchor_pins(chart: Any, plane: Any, anchors: Any, span: Any) -> tuple[Pin, ...]:
    if span.kind != "pictures":
        return ()
    places = layers.charted(chart, plane.places(np.stack(anchors)))
    return tuple(Pin(float(x), float(y), name, "anchor") for (x, y), name in zip(places, "ABC", strict=True))


def _path_marks(chart: Any, plane: Any, path: Any) -> tuple[tuple[PlaneCurve, ...], tuple[Pin, ...]]:
    """The path's foot on the plane, and its key pictures' numbers."""
    if not path.keys:
        return _NOTHING
    places = layers.charted(chart, plane.places(np.stack(path.keys)))
    pins = tuple(Pin(float(x), float(y), str(number + 1), "key") for number, (x, y) in enumerate(places))
    if not path.legs:
        return (), pins
    way = np.stack([path.at(t) for t in np.linspace(0.0, 1.0, 24 * path.legs + 1)])
    return (PlaneCurve(layers.charted(chart, plane.places(way)), "path"),), pins


def _place_words(now: Any, arrays: Any, manifest: Manifest) -> dict[str, str]:
    z = now.z
    exact = np.asarray(z, np.float64)
    found = layers.nearest_code(exact, arrays)
    names = span_names(now.span, arrays)
    return {
        "place_text": words.place(z, names, now.place, 0.0),
        "prior_text": words.usual(layers.share_farther(exact)) if has_prior(manifest) else "",
        "code_text": words.nearest(*found) if found is not None else "",
    }
