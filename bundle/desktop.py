"""What a desktop wants to know of the packaged app: its entry, its metainfo, its icon in every size."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

from bundle.identity import APP_ID, FOLDER, ROOT, VERSION

SIZES = (16, 24, 32, 48, 64, 128, 256, 512)
DRAWING = ROOT / "assets" / "icons" / "app" / "reverie.svg"


def write_share(folder: Path, date: str) -> None:
    """The files as they are installed below ``/usr/share``; ``date`` (YYYY-MM-DD) is this version's."""
    for kind, template in (("applications", "app.desktop"), ("metainfo", "app.metainfo.xml")):
        written = folder / kind / template.replace("app", APP_ID, 1)
        written.parent.mkdir(parents=True)
        written.write_text(filled(template, date), encoding="utf-8")
    icons = folder / "icons" / "hicolor"
    scalable = icons / "scalable" / "apps" / f"{APP_ID}.svg"
    scalable.parent.mkdir(parents=True)
    shutil.copy(DRAWING, scalable)
    for size in SIZES:
        place = icons / f"{size}x{size}" / "apps" / f"{APP_ID}.png"
        place.parent.mkdir(parents=True)
        draw_icon(place, size)


def filled(template: str, date: str) -> str:
    """A file of bundle/share with the app's id, version and date in it."""
    text = (FOLDER / "share" / template).read_text(encoding="utf-8")
    return text.replace("@APP_ID@", APP_ID).replace("@VERSION@", VERSION).replace("@DATE@", date)


def release_date() -> str:
    """Today, or what SOURCE_DATE_EPOCH says."""
    return time.strftime("%Y-%m-%d", time.gmtime(int(os.environ.get("SOURCE_DATE_EPOCH", time.time()))))


def draw_icon(target: Path, size: int) -> None:
    """The icon as a PNG, ``size`` px wide."""
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(str(DRAWING)).render(painter)
    painter.end()
    image.save(str(target))


def write_icon_files(folder: Path) -> None:
    """The icon as Windows and macOS want it in an executable."""
    from PIL import Image

    folder.mkdir(parents=True, exist_ok=True)
    drawn = folder / "reverie.png"
    draw_icon(drawn, 1024)
    with Image.open(drawn) as image:
        image.save(folder / "reverie.ico", sizes=[(size, size) for size in SIZES if size <= 256])
        image.save(folder / "reverie.icns")
