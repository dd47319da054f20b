"""The Complete workspace's lenses (see `tests.tools.screenshots`)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from tests.tools.screenshots import Show

ROOT = Path(__file__).resolve().parents[2]
SIZE, LEAST = (1440, 900), (1024, 640)


def lenses(show: Show) -> None:
    """Every lens on a portrait and on digits, at both sizes."""
    portrait(show)
    digits(show)
    fashion(show)


def portrait(show: Show) -> None:
    """64 colours: bits, entropy, the microscope, what one prediction depends on."""
    show.session.window.choose_model("portraits-gated-pixelcnn")
    show.do("again")
    show.settle()
    for lens in ("bits", "entropy"):
        look(show, lens)
        show.grab(f"portrait-{lens}")
    point(show, 7, 6)
    show.grab("portrait-microscope")
    show.frame.resize(*LEAST)
    show.wait(300)
    show.grab("portrait-microscope-1024")
    show.frame.resize(*SIZE)
    show.do("tool-probe")
    show.view.presenter.probe(7, 6)
    show.wait(300)
    show.grab("portrait-pinned")
    show.do("lens-field")
    show.wait(lambda: show.state.look is not None and bool(show.state.look.fields))
    settled(show)
    show.grab("portrait-field")
    show.do("lens-class")
    settled(show)
    show.grab("portrait-evidence")
    show.do("escape")
    show.do("lens-none")
    show.do("tool-forget")


def digits(show: Show) -> None:
    """Ink: a whole digit, a digit of which half is missing, scattered pixels."""
    show.session.window.choose_model("mnist-gated-pixelcnn")
    show.settle()
    digit = np.load(ROOT / "assets" / "reference" / "mnist.npz")["images"][:, 3]
    whole = np.concatenate([np.repeat(digit, 3, axis=2), np.full_like(digit, 255)], axis=2)
    show.view.presenter.load_picture(whole)
    show.wait(200)
    for lens in ("bits", "entropy", "class"):
        look(show, lens)
        show.grab(f"digit-{lens}")
        show.frame.resize(*LEAST)
        show.wait(300)
        show.grab(f"digit-{lens}-1024")
        show.frame.resize(*SIZE)
    show.view.presenter.speak_for(show.state.manifest.class_names[3] if show.state.manifest else "")
    settled(show)
    show.grab("digit-speaks-for")
    show.view.presenter.speak_for("3")
    show.do("keep-top")
    show.settle()
    look(show, "bits")
    show.grab("half-bits")
    show.do("keep-scattered")
    show.settle()
    look(show, "class")
    show.grab("scattered-class")
    show.frame.resize(*LEAST)
    show.wait(300)
    show.grab("scattered-class-1024")
    show.frame.resize(*SIZE)
    show.view.presenter.load_picture(whole)
    show.do("lens-field")
    show.do("tool-probe")
    show.view.presenter.probe(14, 14)
    show.wait(600)
    show.grab("field-busy")
    show.wait(lambda: bool(show.view.inspector.lens.fields[1].isVisible()))
    settled(show)
    show.grab("field")
    show.frame.resize(*LEAST)
    show.wait(300)
    show.grab("field-1024")
    show.frame.resize(*SIZE)
    show.do("escape")
    show.do("tool-pen")
    show.do("clear")
    look(show, "class")
    show.grab("blank-class")
    look(show, "bits")
    show.grab("blank-bits")


def fashion(show: Show) -> None:
    """16 greys, and classes with long names."""
    show.session.window.choose_model("fashion-gated-pixelcnn")
    show.settle()
    boot = np.load(ROOT / "assets" / "reference" / "fashion_mnist.npz")["images"][:, 0]
    whole = np.concatenate([np.repeat(boot, 3, axis=2), np.full_like(boot, 255)], axis=2)
    show.view.presenter.load_picture(whole)
    look(show, "class")
    show.grab("fashion-class")
    look(show, "bits")
    point(show, 14, 12)
    show.grab("fashion-bits")
    show.do("lens-none")


def point(show: Show, column: int, row: int) -> None:
    """The pointer over a pixel."""
    show.view.center.floor.canvas.pixel_hovered.emit(column, row)
    show.wait(100)


def look(show: Show, lens: str) -> None:
    """Open a lens and wait for what it says."""
    show.do(f"lens-{lens}")
    settled(show)


def settled(show: Show) -> None:
    """All that is asked for is answered."""
    show.wait(800 if show.state.lens == "class" else 250)
    show.wait(lambda: show.state.look is None or not show.state.look.busy)
    show.wait(150)
