"""Pixels stay whole at every scale of the screen: Qt takes it from the environment, so each is a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import json, sys
import numpy as np
from PySide6.QtWidgets import QApplication, QWidget
from app.theme import stylesheet
from app.theme.tokens import DARK
from app.widgets.imaging import to_array
from app.widgets.pixel_canvas import PixelCanvas
from app.widgets.tile import Tile

app = QApplication([])
stylesheet.apply(app, DARK)
pixels = np.random.default_rng(0).integers(0, 256, (28, 28, 3), dtype=np.uint8)
window = QWidget()
window.resize(620, 420)
canvas, tile = PixelCanvas(window), Tile(0, parent=window)
canvas.setGeometry(7, 3, 391, 401)  # at a fraction of a device px on fractional scales
tile.move(415, 11)
canvas.set_document(pixels, np.ones((28, 28), np.uint8))
tile.set_image(pixels)
window.show()
app.processEvents()
shot = to_array(window.grab().toImage())[..., :3]


def found(zoom):
    # where the picture lies whole, magnified by `zoom`
    wanted = np.repeat(np.repeat(pixels, zoom, 0), zoom, 1)
    for y, x in np.argwhere((shot == pixels[0, 0]).all(axis=2)):
        part = shot[y : y + wanted.shape[0], x : x + wanted.shape[1]]
        if part.shape == wanted.shape and np.array_equal(part, wanted):
            return [int(x), int(y)]
    return None


print(json.dumps({"dpr": window.devicePixelRatioF(), "canvas_zoom": canvas.zoom(), "tile_zoom": tile.zoom(),
                  "canvas": found(int(canvas.zoom())), "tile": found(tile.zoom()),
                  "tile_px": tile.picture_rect().width()}))
"""


@pytest.mark.parametrize("scale", [1, 1.25, 1.5, 2])
def test_pictures_are_exact_at_this_scale(project: Path, scale: float) -> None:
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=project,
        env=os.environ | {"QT_SCALE_FACTOR": str(scale), "PYTHONPATH": str(project)},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    said = json.loads(run.stdout.splitlines()[-1])
    assert said["dpr"] == scale
    assert said["canvas_zoom"] == int(said["canvas_zoom"]) == (391 * scale - 2 * round(24 * scale)) // 28
    assert said["canvas"] is not None, "the big picture is not exact"
    assert said["tile"] is not None, "the tile is not exact"
    assert said["tile_zoom"] == int(104 * scale) // 28
    assert said["tile_px"] == 28 * said["tile_zoom"]
