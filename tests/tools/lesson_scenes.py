"""The scenes of the lessons beside the picture (see `tests.tools.screenshots`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.tools.screenshots import Show

SIZE, WIDE, LEAST = (1440, 900), (1700, 950), (1024, 640)


def lessons(show: Show) -> None:
    """The list, the first lesson and its buttons, a lens, at every size."""
    guide = show.session.lessons
    show.do("lessons")
    show.wait(200)
    show.grab("lessons")
    guide.open("scattered-pixels")
    show.wait(200)
    for name in ("raster", "beside"):
        guide.set_stage(name)
        show.settle()
        show.wait(lambda: show.state.comparison is None or not show.state.comparison.busy)
        show.grab(f"lesson-{name}")
    for size in (WIDE, LEAST):
        show.frame.resize(*size)
        show.wait(300)
        show.grab(f"lesson-beside-{size[0]}")
    guide.open("class-posterior")
    guide.set_stage("whole")
    show.wait(lambda: show.state.look is not None and show.state.look.bars is not None)
    show.wait(200)
    show.grab("lesson-class-1024")
    guide.panel.set_obstacles({"half": "The model mnist-gated-pixelcnn-upright is not installed."})
    show.wait(200)
    show.grab("lesson-without-its-model-1024")
    show.frame.resize(*SIZE)
    elsewhere(show)
    guide.close()
    show.session.window.show_workspace("complete")
    show.do("lens-none")


ELSEWHERE = (
    ("gated-pixelcnn", "rows"),
    ("gan", "game"),
    ("biggan", "walk"),
    ("nearest-neighbours", "vae"),
    ("sample-quality", "columns"),
    ("likelihood-score", "exact"),
    ("autoencoder", "hole"),
    ("vae", "ellipse"),
    ("latent-walk", "flat"),
    ("latent-arithmetic", "both"),
)
"""Lessons of the other workspaces, with the stage that is pressed."""


def elsewhere(show: Show) -> None:
    """Families and views, their drawn formulas and their stages, at both sizes."""
    guide = show.session.lessons
    for identity, name in ELSEWHERE:
        guide.open(identity)
        guide.set_stage(name)
        show.wait(2500)
        show.grab(f"lesson-{identity}")
    show.frame.resize(*LEAST)
    show.wait(500)
    show.grab("lesson-latent-arithmetic-1024")
    guide.open("gan")
    guide.set_stage("sorted")
    show.wait(2500)
    show.grab("lesson-gan-1024")
    show.frame.resize(*SIZE)
