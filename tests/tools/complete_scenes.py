"""The Complete workspace's scenes of how far completions can be relied on (see `tests.tools.screenshots`)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from tests.tools.screenshots import Show

ROOT = Path(__file__).resolve().parents[2]
SIZE, NARROW, LEAST = (1440, 900), (1100, 720), (1024, 640)


def reliability(show: Show) -> None:
    """Every word on completions, and the figures behind it; raster order beside particles."""
    before = show.state.model
    show.session.window.choose_model("mnist-gated-pixelcnn")
    show.settle()
    digit = np.load(ROOT / "assets" / "reference" / "mnist.npz")["images"][:, 3]
    whole = np.concatenate([np.repeat(digit, 3, axis=2), np.full_like(digit, 255)], axis=2)
    show.view.presenter.load_picture(whole)
    show.do("keep-scattered")
    show.wait(lambda: bool(show.state.status))
    show.wait(200)
    show.grab("weighing")
    show.settle()
    show.grab("reliable")
    comparison(show)
    words(show)
    show.session.window.choose_model("mnist-gated-pixelcnn-upright")  # it cannot turn, so a half comes late at once
    show.view.presenter.load_picture(whole)
    show.do("keep-bottom")
    show.settle()
    show.grab("few")
    show.view.inspector.parameters.set_more_open(False)
    show.view.center.verdict.more_requested.emit()
    show.session.window.choose_model(before)
    show.settle()


def comparison(show: Show) -> None:
    """Raster order below particles, at every size."""

    def there() -> bool:
        beside = show.state.comparison
        return show.idle() and beside is not None and beside.images is not None and not beside.busy

    show.do("compare-raster")
    show.wait(there)
    show.grab("compared")
    show.view.presenter.hover_beside(2)
    show.wait(200)
    show.grab("compared-hover")
    show.view.presenter.hover_beside(-1)
    for size in (NARROW, LEAST):
        show.frame.resize(*size)
        show.wait(300)
        show.grab(f"compared-{size[0]}")
    show.frame.resize(*SIZE)
    show.set("count", 16)
    show.wait(there)
    show.grab("compared-16")
    show.do("undo")
    show.do("compare-raster")
    show.settle()


def time_machine(show: Show) -> None:
    """Going back in a drawing, a branch and what was there before, rows drawn anew; at every size."""
    show.do("example")
    show.settle()
    machine = show.view.presenter
    show.grab("machine-at-rest")
    unknown = show.state.timeline.of
    machine.scrub(unknown * 2 // 5)
    show.wait(200)
    show.grab("machine-rewound")
    for size in (NARROW, LEAST):
        show.frame.resize(*size)
        show.wait(300)
        show.grab(f"machine-rewound-{size[0]}")
    show.do("branch")
    show.settle()
    show.grab("machine-branched-1024")
    show.frame.resize(*SIZE)
    show.wait(4500)  # the notice goes
    show.grab("machine-branched")
    machine.hover_beside(4)
    show.wait(200)
    show.grab("machine-branched-hover")
    machine.hover_beside(-1)
    show.do("go-back")
    show.settle()
    particles_rewound(show)


def particles_rewound(show: Show) -> None:
    """What a particle drew, marked where others were chosen; then a stroke low down, which leaves rows as they are."""
    before = show.state.model
    show.session.window.choose_model("mnist-gated-pixelcnn")
    show.settle()
    digit = np.load(ROOT / "assets" / "reference" / "mnist.npz")["images"][:, 3]
    show.view.presenter.load_picture(np.concatenate([np.repeat(digit, 3, axis=2), np.full_like(digit, 255)], axis=2))
    show.do("keep-scattered")
    show.settle()
    show.view.presenter.scrub(231)
    show.wait(200)
    show.grab("machine-particles")
    show.do("to-the-end")
    show.do("tool-pen")
    show.view.presenter.segment(12.5, 22.5, 15.5, 22.5)
    show.view.presenter.finish_stroke()
    show.settle()
    show.grab("machine-rows-anew")
    show.frame.resize(*LEAST)
    show.wait(300)
    show.grab("machine-rows-anew-1024")
    show.frame.resize(*SIZE)
    show.session.window.choose_model(before)
    show.settle()


def words(show: Show) -> None:
    """The figures unfolded under More, too few particles, several runs, raster order by choice."""
    show.view.inspector.parameters.set_more_open(True)
    show.view.center.verdict.more_requested.emit()
    show.settle()
    show.grab("figures")
    for name, field, value in (("poor", "particles", 2), ("runs", "runs", 4)):
        show.set(field, value)
        show.settle()
        show.grab(name)
        show.do("undo")
    show.set("method", "raster")
    show.settle()
    show.grab("raster-late")
    show.frame.resize(*LEAST)
    show.wait(300)
    show.grab("raster-late-1024")
    show.set("method", "auto")
    show.settle()
    show.grab("reliable-1024")
    show.frame.resize(*SIZE)
