"""Every component in every state, in both themes, at scale 1 and 2, as PNGs to be looked at.

    ./run screenshots --components [--out FOLDER]
    python tests/tools/component_sheet.py [FOLDER] [--scale S]

FOLDER is ``.screenshots`` unless given.  Without ``--scale`` the script runs itself once a scale, since Qt takes the
scale from the environment when it starts.  A theme's pages are one picture, and one picture each.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QRect, Qt, qInstallMessageHandler
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from app.theme import stylesheet
from app.theme.tokens import PALETTES, Palette
from tests.tools.component_cards import cards_page
from tests.tools.component_charts import charts_page
from tests.tools.component_controls import controls_page
from tests.tools.component_latent import latent_page
from tests.tools.component_lines import lines_page
from tests.tools.component_pictures import canvas_page, tiles_page
from tests.tools.component_stages import stages_page
from tests.tools.component_states import Prepare, Shown

PAGES: dict[str, Callable[[], list[Shown]]] = {
    "controls": controls_page,
    "tiles": tiles_page,
    "canvas": canvas_page,
    "cards": cards_page,
    "lines": lines_page,
    "latent": latent_page,
    "charts": charts_page,
    "stages": stages_page,
}
WIDTH = 1400
"""Device-independent px at which rows of components wrap."""


def staged(shown: Shown, palette: Palette) -> tuple[QWidget, QWidget]:
    """The component in a window with 8 px of its ground around it, which has the focus; and that window."""
    window = QWidget()
    window.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    window.setStyleSheet(f"#ground {{ background: {getattr(palette, shown.ground)}; }}")
    window.setObjectName("ground")
    layout = QVBoxLayout(window)
    layout.setContentsMargins(8, 8, 8, 8)
    widget = shown.make()
    layout.addWidget(widget, 0, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
    if shown.size:
        widget.setFixedSize(*shown.size)
    widget.show()
    window.resize(layout.sizeHint())  # left to itself it would take two thirds of the screen at most
    window.move(300, 300)  # the pointer is at 0, 0
    window.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    window.show()
    window.activateWindow()
    window.setFocus()
    QApplication.processEvents()
    return widget, window


def photograph(shown: Shown, prepare: Prepare, palette: Palette) -> QImage:
    """One component in one state, with its ground around it."""
    widget, window = staged(shown, palette)
    prepare(widget)
    widget.update()
    QApplication.processEvents()
    image = window.grab().toImage()
    window.close()
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # or every theme dresses all that were
    return image


def rows(page: list[Shown], palette: Palette) -> Iterator[tuple[str, list[tuple[str, QImage]]]]:
    """Every component's pictures, by state."""
    for shown in page:
        yield shown.name, [(state, photograph(shown, prepare, palette)) for state, prepare in shown.states.items()]


def compose(page: list[Shown], palette: Palette, scale: float) -> QImage:
    """All of a page's components on one picture, in rows that wrap."""
    x, y, line_height = 16, 16, 0
    places: list[tuple[str, QImage, QPoint]] = []
    for name, pictures in rows(page, palette):
        for state, image in pictures:
            width, height = round(image.width() / scale), round(image.height() / scale)
            begins = state == pictures[0][0] and len(pictures) > 1
            if x > 16 and (x + max(width, 90) > WIDTH or begins):
                x, y, line_height = 16, y + line_height + 12, 0
            places.append((f"{name}: {state}", image, QPoint(x, y)))
            x += max(width, 150) + 12
            line_height = max(line_height, height + 18)
    made = QImage(round(WIDTH * scale), round((y + line_height + 16) * scale), QImage.Format.Format_RGB32)
    made.setDevicePixelRatio(scale)
    made.fill(QColor(palette.window))
    painter = QPainter(made)
    painter.setPen(QColor(palette.muted))
    font = painter.font()
    font.setPixelSize(10)
    painter.setFont(font)
    for text, image, place in places:
        painter.drawText(QRect(place.x(), place.y(), 400, 14), int(Qt.AlignmentFlag.AlignLeft), text)
        painter.drawImage(place + QPoint(0, 16), image)
    painter.end()
    return made


def stacked(sheets: list[QImage], palette: Palette) -> QImage:
    """Pages one below the other."""
    made = QImage(sheets[0].width(), sum(sheet.height() for sheet in sheets), QImage.Format.Format_RGB32)
    made.fill(QColor(palette.window))
    painter, y = QPainter(made), 0
    for sheet in sheets:
        flat = sheet.copy()
        flat.setDevicePixelRatio(1.0)
        painter.drawImage(0, y, flat)
        y += flat.height()
    painter.end()
    return made


def draw(folder: Path, scale: float) -> None:
    """Write the sheets of the scale that Qt runs at."""
    qInstallMessageHandler(lambda _kind, _context, text: None if "propagateSizeHints" in text else print(text))
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    folder.mkdir(parents=True, exist_ok=True)
    for palette in PALETTES.values():
        stylesheet.apply(app, palette)
        sheets = []
        for name, page in PAGES.items():
            sheets.append(compose(page(), palette, scale))
            sheets[-1].save(str(folder / f"components-{name}-{palette.name}@{scale:g}.png"))
        whole = folder / f"components-{palette.name}@{scale:g}.png"
        stacked(sheets, palette).save(str(whole))
        print(whole)


def main(arguments: list[str] | None = None) -> int:
    """Parse the arguments; one process a scale."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / ".screenshots")
    parser.add_argument("--scale", type=float)
    given = parser.parse_args(arguments)
    if given.scale is not None:
        draw(given.folder, given.scale)
        return 0
    for scale in ("1", "2"):
        command = [sys.executable, str(Path(__file__)), str(given.folder), "--scale", scale]
        subprocess.run(command, check=True, env=os.environ | {"QT_SCALE_FACTOR": scale})
    return 0


if __name__ == "__main__":
    sys.exit(main())
