"""The sheet's charts, lenses and scales: what figures are drawn as."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtWidgets import QWidget

from app.widgets.bound_chart import BoundChart
from app.widgets.class_bars import ClassBars
from app.widgets.distribution_chart import DistributionChart
from app.widgets.histogram_chart import HistogramChart, Spread
from app.widgets.lens_bar import LensBar, LensScale
from app.widgets.lens_card import LensCard
from app.widgets.lens_layers import Overlay
from app.widgets.lens_map import LensMapView
from app.widgets.sample_size_chart import SampleSizeChart
from app.widgets.score_scale import ScoreScale
from app.widgets.step_chart import Series, StepChart
from tests.tools.component_states import Shown, disable, focus, hover, pick, rest

LENSES = (("", "None", "The picture."), ("bits", "Bits", "Surprise."), ("entropy", "Entropy", "Doubt."))
KEYED = {"rest": rest, "hover": hover, "focus": focus}


def lens_bar() -> QWidget:
    made = LensBar()
    made.set_lenses(LENSES)
    made.set_lens("bits")
    return made


def lens_scale(differences: bool) -> Callable[[], QWidget]:
    def make() -> QWidget:
        made = LensScale()
        made.set_scale("-3" if differences else "0", "3" if differences else "7.2", "bits", differences)
        return made

    return make


def overlay(differences: bool = False) -> Overlay:
    down, across = np.mgrid[0:16, 0:16] / 15.0
    values = (across * down if not differences else across - down).astype(np.float32)
    values[:3, :3] = np.nan
    blind = np.zeros((16, 16), bool)
    blind[4:9, 10:] = True
    later = np.zeros((16, 16), bool)
    later[12:] = True
    return Overlay(values, None if differences else blind, None if differences else later, differences)


def lens_map(differences: bool) -> Callable[[], QWidget]:
    def make() -> QWidget:
        made = LensMapView()
        made.set_map(overlay(differences), 9, 7, "receptive field")
        return made

    return make


def _spread_out(widget: QWidget) -> None:
    assert isinstance(widget, DistributionChart)
    p = np.exp(-0.5 * ((np.arange(16) - 9) / 2.5) ** 2)
    colors = np.linspace(0, 255, 16).astype(np.uint8)[:, None]
    widget.set_distribution((p / p.sum()).astype(np.float32), colors, tuple(f"grey {n}" for n in range(16)), 7, True)


def distribution() -> QWidget:
    made = DistributionChart()
    _spread_out(made)
    return made


def class_bars(stale: bool) -> Callable[[], QWidget]:
    def make() -> QWidget:
        made = ClassBars()
        values = np.array([0.72, 0.2, 0.06, 0.02])
        made.set_bars(("boot", "bag", "sneaker", "shirt"), values, values * 0.2, "bag", stale)
        return made

    return make


def lens_card(problem: bool) -> Callable[[], QWidget]:
    def make() -> QWidget:
        made = LensCard()
        made.set_words("Where the model is surprised (bits)", "How much each given pixel surprised it.", "", "")
        made.facts.set_facts((("All bits", "812.4 bits"), ("Bits per dimension", "1.374")))
        if problem:
            made.set_problem("The engine stopped. It is starting again.", "Try again")
        else:
            made.set_problem("", "")
            made.set_fields(())
            made.set_bars_title("")
            made.set_spot("Row 7, column 9", (("p of grey 7", "0.16"), ("Its surprise", "2.64 bits")), True)
            _spread_out(made.chart)
        return made

    return make


def step_chart() -> QWidget:
    made = StepChart("Losses")
    steps = np.geomspace(10, 20_000, 40)
    made.set_series(steps, (Series("generator", 1 / np.log(steps)), Series("discriminator", 0.6 - 0.2 / np.log(steps))))
    return made


def _at(widget: QWidget) -> None:
    assert isinstance(widget, StepChart)
    widget.set_at(900.0)


def score_scale() -> QWidget:
    made = ScoreScale()
    made.set_marks((("generated", -1.0), ("real", 1.5)))
    return made


def _scored(widget: QWidget) -> None:
    assert isinstance(widget, ScoreScale)
    widget.set_score(0.4, (("cat", -0.5), ("owl", 0.9)), "owl")


def histogram() -> QWidget:
    made, rng = HistogramChart(), np.random.default_rng(2)
    made.set_spreads(
        (Spread("real", rng.normal(6, 1, 900)), Spread("held out", rng.normal(7, 1, 900), False)), "pixels"
    )
    return made


def _marked(alarming: bool) -> Callable[[QWidget], None]:
    def prepare(widget: QWidget) -> None:
        assert isinstance(widget, HistogramChart)
        widget.set_mark(2.5 if alarming else 6.4, "this one", alarming)

    return prepare


def sample_sizes() -> QWidget:
    made = SampleSizeChart()
    sizes = np.array([[64.0, 60, 33, 20, 41, 12, 2.4, 1.2, 30, 52]])
    made.set_sizes(np.arange(10), sizes, 64, 3.2)
    return made


def bound_chart() -> QWidget:
    made = BoundChart()
    ks = (1, 2, 5, 10, 20, 50, 100, 200)
    made.set_bounds(ks, [-130.1 - 0.4 / k for k in ks], -130.4)
    return made


def charts_page() -> list[Shown]:
    """Every chart and lens, with what it says where there is nothing yet."""
    card = (268, 340)
    return [
        Shown("lens bar", lens_bar, {"rest": rest, "focus": pick(2), "disabled": disable}),
        Shown("lens scale", lens_scale(False), {"rest": rest}, "window"),
        Shown("lens scale, differences", lens_scale(True), {"rest": rest}, "window"),
        Shown("lens map", lens_map(False), {"rest": rest}, size=(150, 150)),
        Shown("lens map, differences", lens_map(True), {"rest": rest}, size=(150, 150)),
        Shown("distribution", distribution, KEYED | {"disabled": disable}, size=(268, 90)),
        Shown("distribution, of nothing", DistributionChart, {"empty": rest}, size=(268, 90)),
        Shown("classes", class_bars(False), KEYED | {"disabled": disable}, size=(268, 100)),
        Shown("classes, of the picture before", class_bars(True), {"stale": rest}, size=(268, 100)),
        Shown("lens card", lens_card(False), {"rest": rest}, size=card),
        Shown("lens card, error", lens_card(True), {"error": rest}, size=card),
        Shown("curves", step_chart, KEYED | {"at a step": _at}, size=(420, 160)),
        Shown("score", score_scale, {"empty": rest, "scored": _scored}, size=(260, 110)),
        Shown(
            "distances",
            histogram,
            {"rest": rest, "marked": _marked(False), "alarming": _marked(True)},
            size=(300, 110),
        ),
        Shown("effective sample size", sample_sizes, {"rest": rest}, "panel", (268, 100)),
        Shown("bound against K", bound_chart, {"rest": rest}, size=(300, 140)),
    ]
