"""A window that copied something ends well: in a process of its own, since what went wrong was its very end."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

COPIED = """
import sys
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from app.shell.start import leave_clipboard
application = QApplication([])
image = QImage(4, 4, QImage.Format.Format_RGB32)
image.fill(0x336699)
content = QMimeData()
content.setImageData(image)
content.setData("image/png", b"with a note")
application.clipboard().setMimeData(content)
leave_clipboard()
left = application.clipboard().image()
print(left.width(), hex(left.pixel(0, 0)))
"""


def test_the_process_ends_and_the_picture_stays(project: Path) -> None:
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", COPIED], cwd=project, env=environment, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["4", "0xff336699"]
