"""The scripted hand of `reverie bench` at the lenses of the real window: every map and pixel is painted; nothing is
timed."""

from __future__ import annotations

from typing import Any

import pytest

from app.shell.lens_pace import LensPace
from tests.journeys.conftest import DIGITS, Opens

pytestmark = pytest.mark.journey


def test_every_strokes_map_and_most_pixels_are_painted(opens: Opens) -> None:
    person = opens()
    person.session.window.choose_model(DIGITS)
    found: list[dict[str, Any]] = []
    LensPace(person.view, 3, 12, found.append).begin()
    person.sees(lambda: bool(found))
    assert "problem" not in found[0], found[0]
    assert {name: figures["n"] for name, figures in found[0].items() if name != "microscope"} == {
        "bits_map": 3,
        "bits_map_meanwhile": 3,
    }
    assert 6 <= found[0]["microscope"]["n"] <= 12
    assert all(0 < figures["median_ms"] <= figures["worst_ms"] for figures in found[0].values())
