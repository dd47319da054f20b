"""The sheet's planes, directions and key pictures: the Latent workspace's parts."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator

import numpy as np
from PySide6.QtWidgets import QWidget

from app.documents.latent_chart import Chart
from app.widgets.latent_plane import LatentPlane
from app.widgets.picture_button import PictureButton
from app.widgets.plane_layers import CodeDots, DensityField, MapTile, Pin, PlaneCurve
from app.widgets.vector_sliders import VectorSliders
from tests.tools.component_lines import message
from tests.tools.component_states import CHECKED, Shown, completions, disable, focus, rest


def plane(*layers: str) -> Callable[[], QWidget]:
    def make() -> QWidget:
        made = LatentPlane()
        made.set_chart(Chart(), ("principal axis 1", "principal axis 2"))
        if "pictures" in layers:
            made.set_tiles([_map_tile(x, y) for x in (-1, 0) for y in (-1, 0)])
        places = np.random.default_rng(2).normal(0, 0.7, (300, 2)) + np.repeat(
            [[-1.2, 0.6], [1, 1], [0.4, -1.4]], 100, 0
        )
        if "density" in layers:
            counts, _, _ = np.histogram2d(places[:, 1], places[:, 0], bins=24, range=[[-3, 3], [-3, 3]])
            made.set_density(DensityField((counts / counts.max()).astype(np.float32), (-3, -3, 3, 3)))
        if "codes" in layers:
            labels = np.repeat(np.arange(3), 100)
            means = np.stack([places[labels == label].mean(axis=0) for label in range(3)])
            made.set_codes(CodeDots(places, labels, means, ("boot", "bag", "shirt")))
        made.set_curves([*_curves("rings" in layers, "posterior" in layers)])
        made.set_pins([Pin(0.6, 0.5, "\u03bc", "mean"), Pin(1.5, 1.1, "", "grip")] if "posterior" in layers else [])
        made.set_point((0.6, -0.9))
        return made

    return make


def _map_tile(x: int, y: int) -> MapTile:
    faces = completions(64).reshape(8, 8, 16, 16, 3).transpose(0, 2, 1, 3, 4).reshape(128, 128, 3)
    return MapTile(3.0 * x, 3.0 * y, 3.0, np.ascontiguousarray(faces), 8)


def _curves(rings: bool, posterior: bool) -> Iterator[PlaneCurve]:
    angles = np.linspace(0, 2 * np.pi, 90)
    circle = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    if rings:
        yield from (PlaneCurve(circle * radius, "ring", f"{radius} sd") for radius in (1, 2))
    if posterior:
        yield from (PlaneCurve(circle * (0.9 * k, 0.5 * k) + (0.6, 0.5), "ellipse") for k in (1, 2))
        yield PlaneCurve(np.array([[0.6, 0.5], [1.5, 1.1]]), "arrow")
    if not rings and not posterior:
        yield PlaneCurve(np.array([[-2, -1], [-0.5, 1.5], [2, 0.5]]), "path")


def _hold(widget: QWidget) -> None:
    assert isinstance(widget, LatentPlane)
    widget._drag = "point"


def _stale(widget: QWidget) -> None:
    assert isinstance(widget, LatentPlane)
    widget.set_tiles([dataclasses.replace(_map_tile(x, 0), stale=x < 0) for x in (-1, 0)])


def sliders() -> QWidget:
    made = VectorSliders()
    made.set_count(3)
    rows = (("glasses", None, "", False), ("z\u2081", 1.0, "KL 2.41 nats", False), ("z\u2089", 0.0, "collapsed", True))
    for index, (name, bar, note, collapsed) in enumerate(rows):
        row = made.rows()[index]
        row.set_direction(name, 3.0, bar, note, collapsed)
        row.set_value(1.4 * index - 1.4)
        row.set_images(completions(7) if index < 2 else None)
    return made


def picture_button() -> QWidget:
    made = PictureButton("A", "Puts the present picture here.", 72)
    made.set_image(completions(1)[0])
    return made


def latent_page() -> list[Shown]:
    size, kept = (420, 420), "window"
    return [
        Shown("plane, pictures", plane("pictures", "rings"), {"rest": rest, "held": _hold, "focus": focus}, kept, size),
        Shown("plane, codes", plane("codes", "rings"), {"rest": rest}, kept, size),
        Shown("plane, density", plane("density", "rings"), {"rest": rest}, kept, size),
        Shown("plane, density over pictures", plane("pictures", "density"), {"rest": rest}, kept, size),
        Shown("plane, posterior", plane("pictures", "posterior"), {"rest": rest}, kept, size),
        Shown("plane, busy", plane(), {"busy": _stale, "empty": rest}, kept, size),
        Shown("directions", sliders, {"rest": rest, "disabled": disable}, size=(860, 112)),
        Shown("key picture", picture_button, CHECKED),
        Shown("key picture, empty", lambda: PictureButton("B", "Puts the present picture here.", 72), {"rest": rest}),
        Shown("message, narrow", message(True), {"error": rest}, "window", (300, 150)),
    ]
