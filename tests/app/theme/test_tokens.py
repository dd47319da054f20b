"""The tokens keep the contrasts that the look promises."""

from __future__ import annotations

import itertools

import pytest

from app.theme.tokens import DARK, LIGHT, PALETTES, Palette, channels, contrast, luminance, mix

BOTH = pytest.mark.parametrize("palette", list(PALETTES.values()), ids=list(PALETTES))
GROUNDS = ("window", "panel", "raised")


def test_contrast_of_known_pairs() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#777777") == 1
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)  # the well-known limit of grey on white
    assert luminance("#ffffff") == pytest.approx(1)


def test_mix_goes_from_one_colour_to_the_other() -> None:
    assert mix("#102030", "#ffffff", 0) == "#102030"
    assert mix("#102030", "#fefefe", 1) == "#fefefe"
    assert mix("#000000", "#ffffff", 0.5) == "#808080"
    assert channels("#0a10ff") == (10, 16, 255)


@BOTH
def test_words_can_be_read_on_every_ground(palette: Palette) -> None:
    words = ("text", "muted", "accent", "ok", "warn", "error")
    for word, ground in itertools.product(words, GROUNDS):
        assert contrast(getattr(palette, word), getattr(palette, ground)) >= 4.5, (word, ground)


@BOTH
def test_words_can_be_read_in_every_state(palette: Palette) -> None:
    for fill in ("hover", "pressed", "selected"):
        assert contrast(palette.text, getattr(palette, fill)) >= 4.5, fill
    assert contrast(palette.on_accent, palette.accent) >= 6


@BOTH
def test_controls_and_focus_are_seen(palette: Palette) -> None:
    for ground in GROUNDS:
        assert contrast(palette.control, getattr(palette, ground)) >= 3.2, ground
        assert contrast(palette.focus, getattr(palette, ground)) >= 3, ground


@BOTH
def test_the_picture_s_edge_is_seen_on_black_white_window_and_mat(palette: Palette) -> None:
    for other in ("#000000", "#ffffff", palette.window, palette.mat):
        assert contrast(palette.edge, other) >= 3, other


@BOTH
def test_the_contour_is_seen_on_every_grey(palette: Palette) -> None:
    """One of its halves is always at 1.7:1 or more, and the halves are told apart."""
    assert contrast(palette.given, palette.given_edge) >= 3
    for value in range(0, 256, 5):
        grey = f"#{value:02x}{value:02x}{value:02x}"
        assert max(contrast(palette.given, grey), contrast(palette.given_edge, grey)) >= 1.7, grey


@BOTH
def test_marks_are_seen_on_black_and_white(palette: Palette) -> None:
    for other in ("#000000", "#ffffff"):
        assert contrast(palette.raster_cursor, other) >= 3
        assert contrast(palette.given, other) >= 3


@BOTH
def test_disabled_words_recede_but_are_there(palette: Palette) -> None:
    shown = contrast(palette.disabled, palette.panel)
    assert 2.5 <= shown < contrast(palette.muted, palette.panel)


def test_the_themes_differ_in_lightness() -> None:
    assert luminance(DARK.window) < 0.05 < 0.8 < luminance(LIGHT.window)
    assert luminance(DARK.text) > 0.7 > 0.05 > luminance(LIGHT.text)
