"""The icons: one family, tinted by token, crisp at every scale."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.theme import icons
from app.theme.tokens import DARK, channels
from app.widgets.imaging import to_array

NAMES = icons.names()


def test_there_are_icons() -> None:
    assert {"pen", "forget", "keep", "fill", "pick", "pan", "dice", "lock", "stop", "sheet", "enlarge"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_an_icon_is_of_the_family(name: str) -> None:
    root = ET.parse(icons.ICON_FOLDER / f"{name}.svg").getroot()
    assert root.get("viewBox") == "0 0 20 20"
    assert root.get("stroke-width") == "1.5"
    assert root.get("stroke") == "currentColor"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_an_icon_is_tinted_and_fills_its_device_pixels(qtbot: QtBot, name: str, scale: float) -> None:
    made = icons.pixmap(name, "#ff8000", scale)
    assert made.width() == round(20 * scale)
    assert made.devicePixelRatio() == scale
    rgba = to_array(made.toImage())
    solid = rgba[rgba[..., 3] > 100]
    assert len(solid) > 10, "the icon is empty"
    assert np.abs(solid[:, :3].astype(int) - (255, 128, 0)).max() <= 4
    for side in (rgba[0], rgba[-1], rgba[:, 0], rgba[:, -1]):
        assert side[..., 3].max() < 200, "the icon is cut off at its rim"


def test_a_pixmap_is_rendered_once(qtbot: QtBot) -> None:
    assert icons.pixmap("pen", "#123456", 1.0) is icons.pixmap("pen", "#123456", 1.0)
    assert icons.pixmap("pen", "#123456", 1.0) is not icons.pixmap("pen", "#123456", 2.0)


def test_a_menu_icon_takes_the_theme_s_text_colour(qtbot: QtBot) -> None:
    rgba = to_array(icons.icon("stop", DARK).pixmap(20, 20).toImage())
    solid = rgba[rgba[..., 3] > 240]
    assert np.abs(solid[:, :3].astype(int) - channels(DARK.text)).max() <= 3
