"""A drawer below a stage: one page at a time, or folded to the row of its names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from app.theme.tokens import Size, Space


class Drawer(QFrame):
    """``tabs`` are (page, name, tooltip); ``pages`` their widgets."""

    page_chosen = Signal(str)

    def __init__(
        self, tabs: Sequence[tuple[str, str, str]], pages: Mapping[str, QWidget], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self._page = ""
        self._pages = dict(pages)
        self._tabs = {page: self._tab(page, title, help_text) for page, title, help_text in tabs}
        self._stack = QStackedWidget()
        for widget in self._pages.values():
            self._stack.addWidget(widget)
        self._lay_out()
        self.set_page("")

    def _lay_out(self) -> None:
        line = QFrame()
        line.setProperty("role", "line")
        line.setFixedHeight(1)
        row = QHBoxLayout()
        row.setContentsMargins(Space.M, Space.XS, Space.M, Space.XS)
        row.setSpacing(Space.XS)
        for tab in self._tabs.values():
            row.addWidget(tab)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(line)
        column.addLayout(row)
        column.addWidget(self._stack)

    def _tab(self, page: str, title: str, help_text: str) -> QPushButton:
        tab = QPushButton(title)
        tab.setProperty("kind", "pill")
        tab.setCheckable(True)
        tab.setToolTip(help_text)
        tab.setFixedHeight(Size.CONTROL)
        tab.clicked.connect(lambda: self._choose(page))
        return tab

    def _choose(self, page: str) -> None:
        self._mark()
        self.page_chosen.emit(page)

    def _mark(self) -> None:
        for name, tab in self._tabs.items():
            tab.setChecked(name == self._page)

    @property
    def page(self) -> str:
        """The unfolded page, empty while the drawer is folded."""
        return self._page

    def tab(self, page: str) -> QWidget:
        """The button that unfolds this page, or folds it."""
        return self._tabs[page]

    def set_page(self, page: str) -> None:
        """Unfold this page; empty folds the drawer."""
        self._page = page if page in self._pages else ""
        self._mark()
        if self._page:
            self._stack.setCurrentWidget(self._pages[self._page])
        self.fit()

    def page_height(self) -> int:
        """How high the open page is, device-independent px."""
        return max(self._stack.sizeHint().height(), 1)

    def fit(self) -> None:
        """Take the height that the page has now."""
        self._stack.setVisible(bool(self._page))
        self._stack.setFixedHeight(self.page_height())
