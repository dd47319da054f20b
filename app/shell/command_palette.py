"""The palette: type a few letters, get the command."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.shell.commands import Command, matching
from app.theme.stylesheet import active
from app.theme.tokens import Radius, Space
from app.translation import tr

WIDTH, ROW, ROWS_SHOWN = 520, 36, 9
_COMMAND = Qt.ItemDataRole.UserRole


def key_text(command: Command) -> str:
    """The first key as the platform writes it, or nothing."""
    return QKeySequence(command.keys[0]).toString(QKeySequence.SequenceFormat.NativeText) if command.keys else ""


class _Row(QStyledItemDelegate):
    """Title at the left, key at the right, both in the theme's colours."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        palette, command, enabled = active(), index.data(_COMMAND), bool(index.flags() & Qt.ItemFlag.ItemIsEnabled)
        area: QRect = option.rect.adjusted(Space.XS, 1, -Space.XS, -1)
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(palette.selected))
            painter.drawRoundedRect(area, Radius.CONTROL, Radius.CONTROL)
        inner = area.adjusted(Space.M, 0, -Space.M, 0)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(QColor(palette.text if enabled else palette.disabled))
        painter.drawText(inner, middle | Qt.AlignmentFlag.AlignLeft, command.title)
        painter.setPen(QColor(palette.muted if enabled else palette.disabled))
        painter.drawText(inner, middle | Qt.AlignmentFlag.AlignRight, key_text(command))
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(0, ROW)


class CommandPalette(QFrame):
    """A card over the window; it goes away with Esc, a choice, or a click elsewhere.

    It offers what is ``handled`` now; of that what is not ``enabled`` can be read but not chosen.  ``workspace`` tells
    the id of the workspace in front, which has its own words for some commands.
    """

    chosen = Signal(str)

    def __init__(
        self,
        handled: Callable[[str], bool],
        enabled: Callable[[str], bool],
        parent: QWidget,
        workspace: Callable[[], str] = lambda: "",
    ) -> None:
        super().__init__(parent)
        self._workspace, self._more = workspace, tuple[Command, ...]()
        self.setProperty("role", "floating")
        self.setAccessibleName(tr("Search commands"))
        self._handled, self._enabled, self._over = handled, enabled, parent
        self.field = QLineEdit()
        self.field.setPlaceholderText(tr("What do you want to do?"))
        self.field.textChanged.connect(self._fill)
        self.field.installEventFilter(self)
        self.list = QListWidget()
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setItemDelegate(_Row(self.list))
        self.list.setMouseTracking(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemEntered.connect(self.list.setCurrentItem)
        self.list.itemClicked.connect(self._choose)
        self._help = QLabel()
        self._help.setProperty("role", "muted")
        self._help.setWordWrap(True)
        self._help.setContentsMargins(Space.M, Space.XS, Space.M, Space.XS)  # below the rows' words
        self.list.currentItemChanged.connect(self._explain)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.S, Space.S, Space.S, Space.S)
        for widget in (self.field, self.list, self._help):
            layout.addWidget(widget)
        self.hide()

    def set_more(self, commands: Sequence[Command]) -> None:
        """Offer these too, after the table's: they can always be chosen."""
        self._more = tuple(commands)

    def open(self) -> None:
        """Show all commands and wait for letters."""
        self.field.clear()
        self._fill("")
        self.place()
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def place(self) -> None:
        """Centre the card at the top of the window."""
        over = self._over
        width = min(WIDTH, over.width() - 2 * Space.L)
        height = min(ROWS_SHOWN * ROW + 116, over.height() - 96)
        self.setGeometry((over.width() - width) // 2, 64, width, height)

    def _fill(self, query: str) -> None:
        self.list.clear()
        more = {command.id for command in self._more}
        for command in matching(query, self._workspace(), self._more):
            if command.id not in more and not self._handled(command.id):
                continue
            item = QListWidgetItem(command.title)
            item.setData(_COMMAND, command)
            if command.id not in more and not self._enabled(command.id):
                item.setFlags(item.flags() & ~(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable))
            self.list.addItem(item)
        self._step(1, start=-1)
        if not self.list.count():
            self._help.setText(tr("No command has the words “{query}”. Try fewer letters.").format(query=query))

    def _explain(self, item: QListWidgetItem | None) -> None:
        self._help.setText(item.data(_COMMAND).help if item is not None else "")

    def _step(self, by: int, start: int | None = None) -> None:
        row = self.list.currentRow() if start is None else start
        for candidate in range(row + by, self.list.count() if by > 0 else -1, by):
            if self.list.item(candidate).flags() & Qt.ItemFlag.ItemIsEnabled:
                self.list.setCurrentRow(candidate)
                return

    def _choose(self, item: QListWidgetItem | None) -> None:
        if item is None or not item.flags() & Qt.ItemFlag.ItemIsEnabled:
            return
        self._leave()
        self.chosen.emit(item.data(_COMMAND).id)

    def _leave(self) -> None:
        self.hide()
        self._over.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut and self.isVisible():
            self.hide()
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # while it is open every key belongs to the palette
            return True
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._key(event.key())
        return False

    def _key(self, key: int) -> bool:
        if key == Qt.Key.Key_Escape:
            self._leave()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(self.list.currentItem())
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self._step(1 if key == Qt.Key.Key_Down else -1)
        else:
            return False
        return True
