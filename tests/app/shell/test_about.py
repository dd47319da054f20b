"""The card about the program: whose data and whose code there is in it."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

import engine
from app import paths
from app.shell.about import show_about, text
from app.widgets.scrolled_page import ScrolledPage

MODELS = engine.installed_models((paths.shipped_models(),))


def test_every_source_of_data_is_thanked_and_every_licence_named() -> None:
    card = text(MODELS)
    for model in MODELS:
        assert model.attribution and model.licence
        count = sum(other.attribution == model.attribution for other in MODELS)
        plain = card.replace("&quot;", '"').replace("&amp;", "&").replace("&#x27;", "'")
        assert f"{model.attribution} ({count} model{'s' * (count > 1)})" in plain and model.licence in plain
    assert all(name in card for name in ("Qt", "PySide6", "ONNX Runtime", "NumPy", "Pillow"))


def test_without_models_it_still_says_what_it_is() -> None:
    assert engine.__version__ in text(())


@pytest.mark.parametrize("height", [640, 900])
def test_all_of_it_can_be_read_within_the_window(qtbot: QtBot, height: int) -> None:
    window = QWidget()
    window.resize(1024, height)
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    show_about(window, MODELS)
    (dialog,) = window.findChildren(QDialog)
    page, body = dialog.findChild(ScrolledPage), max(dialog.findChildren(QLabel), key=lambda label: len(label.text()))
    assert page is not None and dialog.height() <= height
    assert body.height() >= body.heightForWidth(body.width()), "no line is cut off"
    assert body.height() - page.viewport().height() <= page.verticalScrollBar().maximum()
    dialog.accept()
