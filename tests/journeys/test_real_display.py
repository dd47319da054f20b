"""The program as it is started, on a real X display, under a hand that moves a real pointer."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import engine
from app import preflight, settings
from app.documents.packing import unpack_image

pytestmark = [
    pytest.mark.journey,
    pytest.mark.xvfb,
    pytest.mark.skipif(
        not shutil.which("Xvfb") or not shutil.which("xdotool"), reason="Xvfb and xdotool are not installed"
    ),
    pytest.mark.skipif(
        sys.platform != "linux" or bool(preflight.missing(preflight.X11)), reason="Qt's X11 libraries are not installed"
    ),
]
PATIENCE_SECONDS = 60


def wait(until: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not until():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


@pytest.fixture
def display() -> Iterator[str]:
    reader, writer = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writer), "-screen", "0", "1600x1000x24", "-noreset", "-nolisten", "tcp"],
        pass_fds=[writer],
        stderr=subprocess.DEVNULL,
    )
    os.close(writer)
    with os.fdopen(reader) as told:
        number = told.readline().strip()
    assert number, "Xvfb did not start"
    yield f":{number}"
    server.terminate()
    server.wait(10)


class Program:
    """The program as it is started, with a home of its own, and the hand that a display gives it."""

    def __init__(self, display: str, home: Path, project: Path) -> None:
        self.home, self._project = home, project
        self._environment = {
            **{k: v for k, v in os.environ.items() if k not in ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY")},
            "DISPLAY": display,
            "QT_QPA_PLATFORM": "xcb",
            "REVERIE_HOME": str(home),
        }

    def hand(self, *words: str) -> str:
        done = subprocess.run(["xdotool", *words], env=self._environment, capture_output=True, text=True, check=False)
        return done.stdout.strip()

    def at(self, x: int, y: int, *words: str) -> None:
        """Move the pointer to a place in the window, and do this there."""
        window = self.hand("search", "--onlyvisible", "--name", "Reverie").splitlines()[-1]
        self.hand("mousemove", "--window", window, str(x), str(y), *words)

    def run(self, act: Callable[[], None]) -> None:
        """From its start until it is told to end."""
        mark = self.home / "state/recovery/running"
        mark.unlink(missing_ok=True)
        program = subprocess.Popen([sys.executable, "-m", "app"], cwd=self._project, env=self._environment)
        try:
            wait(lambda: bool(self.hand("search", "--onlyvisible", "--name", "Reverie")) and program.poll() is None)
            # Two seconds after the widgets have come to lie where the first frame drew them, the mark says so.
            wait(lambda: mark.exists() and mark.read_text().strip() == "0")
            act()
        finally:
            program.send_signal(signal.SIGTERM)
            assert program.wait(30) == 0

    def scene(self, workspace: str) -> dict[str, Any]:
        """What the workspace kept of the model that was open."""
        whole = json.loads((self.home / "state/recovery/last.reverie").read_text())
        kept: dict[str, Any] = whole["workspaces"][workspace]
        desk: dict[str, Any] = kept["desks"][kept["model"]]
        return desk


def test_a_real_stroke_is_kept_when_the_window_is_told_to_end(display: str, tmp_path: Path, project: Path) -> None:
    program = Program(display, tmp_path, project)

    def unknown() -> int:
        return int((~unpack_image(program.scene("complete")["document"]).observed).sum())

    program.run(lambda: None)
    before = unknown()

    def rub() -> None:
        program.at(500, 160, "click", "2")  # the keys go where the hand is
        program.hand("key", "e")  # the forget brush
        program.at(500, 160, "mousedown", "1")
        for step in range(20):
            program.at(500 + step * 10, 160)
        program.hand("mouseup", "1")
        time.sleep(0.5)

    program.run(rub)
    assert unknown() > before


def test_a_real_hand_pulls_zooms_and_steps_through_latent_space(display: str, tmp_path: Path, project: Path) -> None:
    """Where the point is on the map by the prior follows from the pointer: z = inverse normal CDF of the place."""
    remembered = settings.Settings(workspace="latent", models={"latent": "mnist-vae-2d"})
    settings.save(remembered, tmp_path / "config" / "settings.json")
    program = Program(display, tmp_path, project)

    def after(*acts: Callable[[], None]) -> np.ndarray:
        def act() -> None:
            for one in acts:
                one()
                time.sleep(0.3)

        program.run(act)
        return np.asarray(engine.normal_cdf(np.array(program.scene("latent")["z"])))

    def pull() -> None:
        program.at(420, 300, "mousedown", "1")
        for step in range(11):
            program.at(420 + 10 * step, 300)
        program.hand("mouseup", "1")

    def zoom() -> None:
        program.at(420, 300, *["click", "4"] * 5)

    one = after(lambda: program.at(420, 300, "click", "1"))
    other = after(pull)
    assert other[0] > one[0] + 0.1 and other[1] == pytest.approx(one[1], abs=0.01)
    np.testing.assert_allclose(after(pull, lambda: program.hand("key", "ctrl+z")), other, atol=0.01)
    near = after(zoom, lambda: program.at(520, 300, "click", "1"))
    assert near[0] - one[0] == pytest.approx((other[0] - one[0]) / 1.25**5, rel=0.1)
    stepped = after(lambda: program.hand("key", "shift+Up"))
    # a tenth of what is in view, and the view is as near as it was left
    assert stepped[1] == pytest.approx(near[1] + 0.1 / 1.25**5, abs=0.005)
    assert stepped[0] == pytest.approx(near[0], abs=0.005)
