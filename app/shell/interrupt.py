"""Ctrl-C in the terminal and a polite kill close the window, so that the work is kept."""

from __future__ import annotations

import signal
import socket

from PySide6.QtCore import QSocketNotifier, QTimer
from PySide6.QtWidgets import QApplication, QWidget


def end_on_interrupt(application: QApplication, window: QWidget) -> None:
    """From now on SIGINT and SIGTERM close this window."""
    reader, writer = socket.socketpair()
    writer.setblocking(False)
    signal.set_wakeup_fd(writer.fileno())  # Qt wakes up, and so Python runs the handler
    notifier = QSocketNotifier(reader.fileno(), QSocketNotifier.Type.Read, application)
    notifier.activated.connect(lambda: reader.recv(16))
    application.destroyed.connect(lambda: writer.close())
    for number in (signal.SIGINT, signal.SIGTERM):
        # the handler runs between any two lines of Python, also in the midst of a paintEvent: there nothing may close
        signal.signal(number, lambda *_: QTimer.singleShot(0, window.close))
