"""The sheet's panels and cards: what stands beside a picture."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtWidgets import QWidget

from app.widgets.imaging import to_qimage
from app.widgets.model_card import ModelCard
from app.widgets.model_library import LibraryEntry, ModelLibrary
from app.widgets.parameter_panel import ParameterPanel
from app.widgets.score_card import ScoreCard
from engine.contracts.controls import controls
from engine.contracts.manifest import ImageSpec, Manifest
from engine.contracts.requests import CompleteImage
from tests.tools.component_states import Shown, completions, example, rest


def manifest() -> Manifest:
    return Manifest(
        id="pixel_portraits-gated",
        title="Gated PixelCNN on portraits",
        family="autoregressive",
        architecture="Gated PixelCNN",
        data="pixel_portraits",
        data_title="Portraits",
        image=ImageSpec(height=16, width=16, channels=3, levels=64),
        graphs={},
        summary="Draws 16 by 16 portraits of 64 colours, pixel after pixel.",
        figures={"test_nll": {"value": 1.374, "unit": "bits/dim", "split": "test", "n": 1000}},
        licence="CC0",
        attribution="Portraits: made by their authors, given to everybody.",
    )


def model_card() -> QWidget:
    card = ModelCard()
    card.set_manifest(manifest())
    frames = []
    for index in range(12):
        faces = completions(16).reshape(4, 4, 16, 16, 3).transpose(0, 2, 1, 3, 4).reshape(64, 64, 3)
        noise = np.random.default_rng(index).integers(0, 255, faces.shape)
        share = index / 11
        frames.append(to_qimage((faces * share + noise * (1 - share)).astype(np.uint8)))
    steps = np.geomspace(100, 20000, 12)
    card.set_film(frames, [(float(s), 1.3 + 3 * float(s) ** -0.3) for s in steps], [float(s) for s in steps])
    return card


def score_card() -> QWidget:
    card = ScoreCard()
    values = np.sort(np.random.default_rng(0).normal(-82, 18, 4000))
    card.set_score(-73.4, 0.135, np.quantile(values, np.linspace(0, 1, 101)).tolist())
    return card


def score_message(widget: QWidget) -> None:
    assert isinstance(widget, ScoreCard)
    widget.set_message("A picture is scored when every pixel is known; 48 of this one are not.")


def panel(is_open: bool) -> Callable[[], QWidget]:
    def make() -> QWidget:
        made = ParameterPanel(controls(CompleteImage))
        made.set_choices("class_name", [("", "any class"), ("Trouser", "Trouser")])
        made.set_values({"temperature": 1.0, "seed": 42, "count": 8, "class_name": ""})
        made.set_more_open(is_open)
        return made

    return make


def _lock(widget: QWidget) -> None:
    assert isinstance(widget, ParameterPanel)
    widget.set_seed_locked(True)


def _some_enabled(widget: QWidget) -> None:
    assert isinstance(widget, ParameterPanel)
    widget.set_enabled_fields({"seed"})


def library(rail: bool) -> Callable[[], QWidget]:
    def make() -> QWidget:
        made = ModelLibrary()
        face, digit = (to_qimage(example(n)[0]) for n in ("pixel_portraits-eyes", "mnist-top_of_a_digit"))
        made.set_models(
            [
                LibraryEntry("p", "Gated PixelCNN on portraits", "Portraits", "Gated PixelCNN", preview=face),
                LibraryEntry("a", "PixelCNN on MNIST", "MNIST digits", "PixelCNN", preview=digit),
                LibraryEntry("b", "Gated PixelCNN on MNIST", "MNIST digits", "Gated PixelCNN", preview=digit),
                LibraryEntry("c", "VAE on MNIST", "MNIST digits", "VAE", fits=False, opens_in="Latent"),
                LibraryEntry("d", "Gated PixelCNN on Fashion", "Fashion-MNIST", "Gated PixelCNN"),
            ]
        )
        made.set_current("p")
        made.set_rail(rail)
        return made

    return make


def cards_page() -> list[Shown]:
    wide = 268
    return [
        Shown("parameters", panel(False), {"rest": rest, "locked": _lock, "disabled": _some_enabled}, size=(wide, 330)),
        Shown("parameters, more", panel(True), {"rest": rest}, size=(wide, 680)),
        Shown("model card", model_card, {"rest": rest}, size=(wide, 620)),
        Shown("score", score_card, {"rest": rest, "message": score_message}, size=(wide, 180)),
        Shown("library", library(False), {"rest": rest}, size=(240, 420)),
        Shown("library, rail", library(True), {"rest": rest}, size=(56, 420)),
        Shown("no models", ModelLibrary, {"empty": rest}, size=(240, 220)),
    ]
