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

import pytest

from app import preflight
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


def test_a_real_stroke_is_kept_when_the_window_is_told_to_end(display: str, tmp_path: Path, project: Path) -> None:
    environment = {
        **{k: v for k, v in os.environ.items() if k not in ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY")},
        "DISPLAY": display,
        "QT_QPA_PLATFORM": "xcb",
        "REVERIE_HOME": str(tmp_path),
    }

    def hand(*words: str) -> str:
        done = subprocess.run(["xdotool", *words], env=environment, capture_output=True, text=True, check=False)
        return done.stdout.strip()

    def unknown() -> int:
        scene: dict[str, Any] = json.loads((tmp_path / "state/recovery/complete.json").read_text())["scene"]
        return int((~unpack_image(scene["desks"][scene["model"]]["document"]).observed).sum())

    def run(act: Callable[[], None]) -> None:
        program = subprocess.Popen([sys.executable, "-m", "app"], cwd=project, env=environment)
        try:
            wait(lambda: bool(hand("search", "--onlyvisible", "--name", "Reverie")) and program.poll() is None)
            wait(lambda: (tmp_path / "log/engine.log").exists())
            time.sleep(3)  # the widgets come to lie where the first frame drew them
            act()
        finally:
            program.send_signal(signal.SIGTERM)
            assert program.wait(30) == 0

    run(lambda: None)
    before = unknown()

    def rub() -> None:
        window = hand("search", "--onlyvisible", "--name", "Reverie").splitlines()[-1]
        move = ("mousemove", "--window", window)
        hand(*move, "275", "308", "click", "1")  # the forget brush
        hand(*move, "500", "160", "mousedown", "1")
        for step in range(20):
            hand(*move, str(500 + step * 10), "160")
        hand("mouseup", "1")
        time.sleep(0.5)

    run(rub)
    assert unknown() > before
