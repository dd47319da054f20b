"""Ctrl-C in the terminal and a polite kill close the window, so that the work is kept."""

from __future__ import annotations

import signal
import socket

from PySide6.QtCore import QSocketNotifier
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
        signal.signal(number, lambda *_: window.close())
