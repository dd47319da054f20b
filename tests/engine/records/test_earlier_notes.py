"""Pictures that earlier versions saved are still read, and say what makes them again.

The files were written by version 0.1.0 as it was before notes had digests of pixels.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.contracts.requests import CompleteImage, DecodeLatents
from engine.records import completion_note, latent_note, note_text, png_text
from engine.records.sheet_pictures import alone, on_sheet

GOLDEN = Path(__file__).parent / "golden"


def note_of(name: str) -> str:
    found = png_text.without_text((GOLDEN / name).read_bytes(), note_text.TEXT_KEY, note_text.MAX_CHARACTERS)
    assert found.note is not None
    return found.note


def pixels_of(name: str) -> np.ndarray:
    with Image.open(GOLDEN / name) as opened:
        return np.asarray(opened.convert("RGB"))


def test_a_completion_of_the_window() -> None:
    note = completion_note.from_text(note_of("completion.png"))
    assert (note.model, note.index, note.pixels.shape) == ("portraits-gated-pixelcnn", 2, (16, 16, 3))
    assert note.parameters["seed"] == 5 and note.parameters["count"] == 3
    assert (note.state[:8] == 1).all() and (note.state[8:] == 0).all() and not note.pixels[8:].any()
    assert note.resolved == {"orientation": "upright", "method": "raster"}
    assert (note.sha256, note.made_with) == ("", {})
    assert set(note.digests) == {"likelihood", "sampler_prime", "sampler_row"} and all(
        len(digest) == 64 for digest in note.digests.values()
    )
    shown = alone(pixels_of("completion.png"), (16, 16, 3))
    assert shown is not None and np.array_equal(shown[:8], note.pixels[:8])


def test_a_sample_of_the_command_line() -> None:
    note = completion_note.from_text(note_of("completion_of_nothing.png"))
    assert note.model == "mnist-gated-pixelcnn" and note.parameters["class_name"] == "3"
    assert note.parameters["seed"] == 7 and note.parameters["count"] == 1 and note.index is None
    assert not note.state.any()


def test_a_sheet_of_the_command_line() -> None:
    note = completion_note.from_text(note_of("palette_sheet.png"))
    assert note.parameters["count"] == 2 and note.parameters["temperature"] == 0.9
    (pictures,) = on_sheet(pixels_of("palette_sheet.png"), (16, 16, 3), 2)
    assert pictures.shape == (2, 16, 16, 3) and (pictures[0] != pictures[1]).any()


def test_a_picture_from_latent_space() -> None:
    note = latent_note.from_text(note_of("latent.png"))
    assert note.model == "mnist-vae-2d" and np.array_equal(note.z, np.array([[0.25, -1.3]], np.float32))
    assert note.parameters == {"output": "mean", "seed": 0, "class_name": ""}
    assert (note.sha256, note.made_with, note.map, note.path) == ("", {}, None, None)


def test_a_sheet_of_latent_samples() -> None:
    note = latent_note.from_text(note_of("latent_samples.png"))
    assert note.z.shape == (4, 2) and note.class_names == ()


@pytest.mark.parametrize(
    ("name", "kind"),
    [("completion.png", CompleteImage), ("latent.png", DecodeLatents)],
)
def test_the_kind_is_told_at_a_glance(name: str, kind: type) -> None:
    assert note_text.says(note_of(name), kind.__name__)
