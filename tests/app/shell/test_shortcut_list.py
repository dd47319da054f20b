"""The card of all keys: as many columns as the window has room for, and none of them cut off."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from app.shell.shortcut_list import COLUMNS, ShortcutList, fitted, sections
from app.theme import stylesheet
from app.theme.tokens import DARK


@pytest.mark.parametrize("size", [(1024, 640), (1440, 900), (3840, 2160)])
def test_no_column_is_cut_off(qtbot: QtBot, qapp: QApplication, size: tuple[int, int]) -> None:
    stylesheet.apply(qapp, DARK)
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(*size)
    card = ShortcutList(lambda _: True, window, "complete")
    card.open()
    QApplication.processEvents()
    scroll = card.findChild(QScrollArea)
    assert isinstance(scroll, QScrollArea)
    assert scroll.horizontalScrollBar().maximum() == 0 and card.width() <= size[0]
    card.close()


def test_columns_that_have_no_room_go_below_others_and_nothing_is_lost(qtbot: QtBot) -> None:
    whole = [sections(menus) for menus in COLUMNS]
    assert fitted(whole, 100_000) == whole
    narrow = fitted(whole, 900)
    assert 1 <= len(narrow) < len(whole)
    titles = sorted(title for parts in whole for title, _ in parts)
    assert sorted(title for parts in narrow for title, _ in parts) == titles
    assert len(fitted(whole, 1)) == 1
