"""What a desktop wants to know of the packaged app: entry, metainfo, the type of its files, icons in every size."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

from bundle.identity import APP_ID, FOLDER, ROOT, SCENE_ICON, SCENE_TYPE, VERSION

SIZES = (16, 24, 32, 48, 64, 128, 256, 512)
DRAWING = ROOT / "assets" / "icons" / "app" / "reverie.svg"
SCENE_DRAWING = FOLDER / "share" / "scene.svg"
_TEMPLATES = {
    "app.desktop": Path("applications", f"{APP_ID}.desktop"),
    "app.metainfo.xml": Path("metainfo", f"{APP_ID}.metainfo.xml"),
    "app.mime.xml": Path("mime", "packages", f"{APP_ID}.xml"),
}
"""Where the files of bundle/share lie below ``/usr/share``."""


def write_share(folder: Path, date: str) -> None:
    """The files as they are installed below ``/usr/share``; ``date`` (YYYY-MM-DD) is this version's."""
    for template, place in _TEMPLATES.items():
        written = folder / place
        written.parent.mkdir(parents=True)
        written.write_text(filled(template, date), encoding="utf-8")
    icons = folder / "icons" / "hicolor"
    for drawing, kind, name in ((DRAWING, "apps", APP_ID), (SCENE_DRAWING, "mimetypes", SCENE_ICON)):
        scalable = icons / "scalable" / kind / f"{name}.svg"
        scalable.parent.mkdir(parents=True)
        shutil.copy(drawing, scalable)
        for size in SIZES:
            written = icons / f"{size}x{size}" / kind / f"{name}.png"
            written.parent.mkdir(parents=True)
            draw_icon(written, size, drawing)


def filled(template: str, date: str) -> str:
    """A file of bundle/share with the app's id, version, date and type of scenes in it."""
    text = (FOLDER / "share" / template).read_text(encoding="utf-8")
    values = {"APP_ID": APP_ID, "VERSION": VERSION, "DATE": date, "SCENE_TYPE": SCENE_TYPE, "SCENE_ICON": SCENE_ICON}
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    return text


def release_date() -> str:
    """Today, or what SOURCE_DATE_EPOCH says."""
    return time.strftime("%Y-%m-%d", time.gmtime(int(os.environ.get("SOURCE_DATE_EPOCH", time.time()))))


def draw_icon(target: Path, size: int, drawing: Path = DRAWING) -> None:
    """The icon as a PNG, ``size`` px wide."""
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(str(drawing)).render(painter)
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
