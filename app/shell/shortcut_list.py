"""All keys on one card."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.shell.commands import ADOPTING, COMMANDS, MENUS, Command, worded
from app.theme.tokens import Space
from app.translation import tr

MOUSE = (
    (tr("Drag"), tr("Use the tool")),
    (tr("Right drag"), tr("Forget a rectangle")),
    (tr("Wheel, pinch"), tr("Zoom")),
    (tr("Two fingers, Space + drag"), tr("Move the view")),
    (tr("Hover"), tr("Preview a completion")),
    (tr("Click"), tr("Select a completion")),
    (tr("Double click"), tr("Adopt a completion")),
)
PLANE = (
    (tr("Drag"), tr("Pull the point")),
    (tr("Wheel, pinch"), tr("Zoom about the pointer")),
    ("Alt + wheel", tr("Along the third direction")),
    (tr("Two fingers, Space + drag"), tr("Move the map")),
    (tr("Arrows, Shift + arrows"), tr("Step, step far")),
    (tr("Page up, Page down"), tr("Along the third direction")),
)
HANDS = {"Tools": (tr("Mouse"), MOUSE), "Latent": (tr("On the plane"), PLANE)}
"""What the pointer does, by the menu beside which it stands."""
Handled = Callable[[str], bool]
Sections = list[tuple[str, list[tuple[str, str]]]]
"""A column: (title, rows of (keys, what they do))."""
AROUND = 80
"""Device-independent px that the dialog is wider than its columns."""
COLUMNS = (("File", "Edit", "Picture", "Help"), ("Completion", "View"), ("Tools", "Lens"), ("Latent",), ("Gallery",))


def _keys(command: Command) -> str:
    native = QKeySequence.SequenceFormat.NativeText
    return "  or  ".join(QKeySequence(key).toString(native) for key in command.keys)


def rows(menu: str, handled: Handled = lambda _: True, workspace: str = "") -> list[tuple[str, str]]:
    """(keys, what they do) of a menu's commands that are handled now, as this workspace words them; the nine adopting
    digits are one row."""
    commands = [
        worded(c, workspace) for c in COMMANDS if c.menu == menu and c.keys and c.id not in ADOPTING and handled(c.id)
    ]
    found = [(_keys(command), command.title.removesuffix("...")) for command in commands]
    adopts = menu == "Completion" and any(map(handled, ADOPTING))
    return [*found, (tr("1 to 9"), tr("Adopt that completion"))] if adopts else found


def sections(
    menus: tuple[str, ...], handled: Handled = lambda _: True, workspace: str = ""
) -> list[tuple[str, list[tuple[str, str]]]]:
    """(title, rows) of a column, without what has none; what the pointer does stands with the keys it goes with."""
    found = [(tr(menu), rows(menu, handled, workspace)) for menu in menus]
    hands = [(title, list(hand)) for menu, (title, hand) in HANDS.items() if menu in menus and rows(menu, handled)]
    return [section for section in found + hands if section[1]]


def _heading(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "section")
    return label


def _column(parts: list[tuple[str, list[tuple[str, str]]]]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(Space.L)
    grid.setVerticalSpacing(Space.XS)
    row = 0
    for title, entries in parts:
        grid.addWidget(_heading(title), row, 0, 1, 2)
        for keys, meaning in entries:
            row += 1
            key = QLabel(keys)
            key.setProperty("role", "muted")
            grid.addWidget(QLabel(meaning), row, 0)
            grid.addWidget(key, row, 1, Qt.AlignmentFlag.AlignRight)
        grid.setRowMinimumHeight(row + 1, Space.L)
        row += 2
    grid.setRowStretch(row, 1)
    return grid


def _body(columns: list[Sections]) -> QWidget:
    body = QWidget()
    body.setProperty("role", "scrolled")
    row = QHBoxLayout(body)
    row.setSpacing(Space.XXL)
    for parts in columns:
        row.addLayout(_column(parts))
    return body


def fitted(columns: list[Sections], width: int) -> list[Sections]:
    """The same in as few columns as are no wider than this, device-independent px: the last goes below the shortest."""
    columns = [list(parts) for parts in columns]
    while len(columns) > 1 and _body(columns).sizeHint().width() > width:
        last = columns.pop()
        min(columns, key=lambda parts: sum(len(entries) for _, entries in parts)).extend(last)
    return columns


class ShortcutList(QDialog):
    """A dialog of as many columns as there is something for and room for, of the commands that are ``handled`` now."""

    def __init__(self, handled: Handled, parent: QWidget, workspace: str = "") -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Keys"))
        columns = [parts for menus in COLUMNS if (parts := sections(menus, handled, workspace))]
        body = _body(fitted(columns, parent.width() - 32 - AROUND))
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(body)
        close = QPushButton(tr("Close"))
        close.setProperty("kind", "primary")
        close.clicked.connect(self.accept)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.L)
        layout.addWidget(scroll)
        layout.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        hint = body.sizeHint()
        limit = parent.size()
        self.resize(min(hint.width() + AROUND, limit.width() - 32), min(hint.height() + 110, limit.height() - 32))


assert {menu for column in COLUMNS for menu in column} == set(MENUS)
