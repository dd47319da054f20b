"""What `reverie bench` is told by the window, a process of its own, where there is nothing to measure."""

from __future__ import annotations

import pytest

from engine.cli.bench_processes import said_by_window
from engine.cli.bench_window import GALLERY, LATENT, LENSES

pytestmark = pytest.mark.journey


@pytest.mark.parametrize(
    ("arguments", "place"),
    [
        ((LATENT, "mnist-gated-pixelcnn", "1", "1"), "Latent workspace"),
        ((GALLERY, "mnist-classifier", "100", "1"), "Gallery"),
        ((LENSES, "mnist-vae-2d", "2", "2"), "Complete workspace"),
    ],
)
def test_a_model_that_has_no_place_there_is_said(arguments: tuple[str, ...], place: str) -> None:
    found = said_by_window(arguments, {"QT_QPA_PLATFORM": "offscreen"})
    assert found == {"problem": f"{arguments[1]} has no place in the {place}"}
