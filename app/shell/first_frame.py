"""The window's first frame, drawn with Qt alone: library, tools and the picture, before anything heavy is imported.

NumPy, the engine's client and the real widgets take longer to import than Qt takes to show a window.  So the window
shows at once, draws this frame, and then the real widgets come to lie where their likenesses stood.  It draws what is
really there: the installed models, the chosen theme, the picture that will be on the canvas.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QByteArray, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPen
from PySide6.QtSvg import QSvgRenderer

from app.theme.tokens import Palette, Radius, Size, Space, Type, side_margin, strip_height
from app.translation import tr
from engine.contracts.manifest import with_names

TOOLS = ("pen", "forget", "adopt", "keep", "fill", "pick", "probe", "pan")
RAIL_BELOW = 1200
"""Under this width (device-independent px) the library is a rail."""
TIGHT_BELOW = Size.LIBRARY_RAIL + Size.LESSONS + 480 + Size.INSPECTOR
"""Under this width the lessons leave no room for the library."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A model as the library shows it."""

    id: str
    title: str
    data: str
    architecture: str


def chip_text(architecture: str, title: str, alone: bool) -> str:
    """A chip's words: the architecture, and what the title adds where another model of the data has the same."""
    addition = "" if alone else title.partition(", ")[2].removesuffix(" only")
    return f"{architecture}, {addition}" if addition else architecture


def chip_texts(models: Sequence[Shown]) -> dict[str, str]:
    """Every model's chip by its id, told apart by the ids where two of one data set would read the same."""
    texts: dict[str, str] = {}
    for data in dict.fromkeys(model.data for model in models):
        group = [model for model in models if model.data == data]
        kinds = [model.architecture for model in group]
        words = [chip_text(m.architecture, m.title, kinds.count(m.architecture) == 1) for m in group]
        for model, text in zip(group, words, strict=True):
            texts[model.id] = text if words.count(text) == 1 else f"{text}, {model.id}"
    return texts


@dataclass(frozen=True, slots=True)
class FirstFrame:
    """What the first frame shows: ``model`` is the chosen one, ``picture`` a PNG whose alpha 0 is unknown.

    ``canvas`` is False where another workspace than Complete opens: the centre then stays empty until it is there,
    rather than show for a moment what does not come.  ``lessons``: their column will stand beside the library.
    """

    palette: Palette
    icons: Path
    models: tuple[Shown, ...]
    model: Shown | None
    picture: Path | None
    canvas: bool = True
    lessons: bool = False


def installed(folders: Iterable[Path]) -> tuple[Shown, ...]:
    """What the manifests in these folders are called, by data set; what cannot be read is left to the catalogue."""
    found: dict[str, Shown] = {}
    for path in (path for folder in folders for path in sorted(folder.glob("*/manifest.json"))):
        try:
            manifest = with_names(json.loads(path.read_bytes()))
            shown = Shown(*(str(manifest[key]) for key in ("id", "title", "data_title", "architecture")))
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            continue
        found.setdefault(shown.id, shown)
    return tuple(sorted(found.values(), key=lambda model: (model.data, model.title)))


def left_columns(width: int, lessons: bool) -> tuple[int, int]:
    """How wide the library and the lessons are in a window of this width, where nobody has chosen otherwise; 0 where
    there is none; device-independent px."""
    beside = (Size.LESSONS_NARROW if width < TIGHT_BELOW else Size.LESSONS) if lessons else 0
    if lessons and width < TIGHT_BELOW:
        return 0, beside
    return Size.LIBRARY_RAIL if width - beside < RAIL_BELOW else Size.LIBRARY, beside


def paint(painter: QPainter, width: int, height: int, frame: FirstFrame, font: QFont) -> None:
    """Draw the frame on a window of ``width`` x ``height`` device-independent px."""
    _Painter(painter, frame, font).paint(width, height)


class _Painter:
    """The frame's parts, each at the place where its widget will lie."""

    def __init__(self, painter: QPainter, frame: FirstFrame, font: QFont) -> None:
        self._painter, self._frame, self._colors = painter, frame, frame.palette
        self._font = font

    def paint(self, width: int, height: int) -> None:
        library, lessons = left_columns(width, self._frame.lessons)
        left = library + lessons + (1 if library and lessons else 0)
        top, foot, right = Size.TOP_BAR + 1, height - Size.STATUS_LINE - 1, width - Size.INSPECTOR
        colors = self._colors
        self._painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._fill(0, 0, width, height, colors.panel)
        self._fill(left, top, right - left - 1, foot - top, colors.window)
        for x, y, w, h in (
            (0, Size.TOP_BAR, width, 1),
            (0, foot, width, 1),
            (library or left, top, 1, foot - top),
            (left, top, 1, foot - top),
            (right - 1, top, 1, foot - top),
        ):
            self._fill(x, y, w, h, colors.line)
        self._top_bar(width)
        if library == Size.LIBRARY:
            self._library(top)
        if self._frame.model is not None:
            title = QRectF(right + Space.L, top + Space.L, Size.INSPECTOR - 2 * Space.L, 60)
            self._words(title, self._frame.model.title, self._colors.text, Type.SECTION, bold=True, wrapped=True)
        if self._frame.canvas:
            below = Size.MACHINE + Size.VERDICT + strip_height(foot - top)
            self._fill(left + 1, foot - below, right - left - 2, below, colors.panel)
            stage = QRectF(left + 1, top + Size.HEADER, right - left - 2, foot - below - top - Size.HEADER)
            self._picture(stage)
            self._tools(stage)
        self._words(
            QRectF(Space.XL + Space.XS, foot + 1, 200, Size.STATUS_LINE), tr("engine starting"), colors.muted, 12
        )

    # -- parts -----------------------------------------------------------------------------------------------------

    def _top_bar(self, width: int) -> None:
        self._icon("menu", QRectF(Space.M, 10, Size.TOOL, Size.CONTROL))
        self._words(
            QRectF(Space.M + Size.TOOL + Space.S, 0, 100, Size.TOP_BAR), "Reverie", self._colors.text, 15, bold=True
        )

    def _library(self, top: int) -> None:
        y = float(top + Space.L)
        y = self._line(Space.L, y, tr("Models"), self._colors.text, Type.SECTION, bold=True) + Space.M
        for data in dict.fromkeys(model.data for model in self._frame.models):
            y = self._line(Space.L, y, data, self._colors.muted, Type.SECONDARY) + Space.S
            y = self._chips([m for m in self._frame.models if m.data == data], y) + Space.L

    def _chips(self, models: Sequence[Shown], y: float) -> float:
        """Chips in rows from ``y`` on; where they end."""
        x, gap = float(Space.L), Space.XS + 2
        metrics = QFontMetricsF(self._sized(Type.SECONDARY, bold=True))
        texts = chip_texts(models)
        for model in models:
            text = texts[model.id]
            width = min(metrics.horizontalAdvance(text), Size.LIBRARY - 2 * Space.L - 2 * Space.M) + 2 * Space.M
            if x > Space.L and x + width > Size.LIBRARY - Space.L:
                x, y = float(Space.L), y + Size.CHIP + gap
            area, chosen = QRectF(x, y, width, Size.CHIP), model is self._frame.model
            colors = self._colors
            border = colors.accent if chosen else colors.control
            self._box(area, colors.selected if chosen else colors.raised, border, Size.CHIP / 2)
            self._words(area, text, colors.text, Type.SECONDARY, bold=chosen, centred=True)
            x += width + gap
        return y + Size.CHIP

    def _tools(self, stage: QRectF) -> None:
        """The tools in one column, or in two where that would be higher than the stage."""
        step, alone = Size.TOOL + 2, (len(TOOLS) + 2) * (Size.TOOL + 2) + 36
        columns = 1 if stage.height() - 2 * Space.S >= alone else 2
        rows = -(-len(TOOLS) // columns)
        width, height = columns * step + 6, (rows + (2 if columns == 1 else 1)) * step + 36
        x = stage.x() + side_margin(stage.width(), stage.height())
        column = QRectF(x, stage.y() + max(Space.S, (stage.height() - height) // 2), width, height)
        self._box(column, self._colors.panel, self._colors.line, Radius.CARD)
        corner = column.topLeft() + QPointF(Space.XS, Space.XS)
        for index, name in enumerate(TOOLS):
            row, across = divmod(index, columns)
            self._icon(name, QRectF(corner.x() + across * step, corner.y() + row * step, Size.TOOL, Size.TOOL))
        below = corner.y() + rows * step + Space.S
        for name, dx, dy in (("plus", 0, 0), ("minus", step if columns > 1 else 0, 0 if columns > 1 else step + 22)):
            self._icon(name, QRectF(corner.x() + dx, below + dy, Size.TOOL, Size.TOOL))

    def _picture(self, stage: QRectF) -> None:
        """The picture as the canvas fits it: whole pixels, on a mat, unknown ones hatched."""
        image = QImage(str(self._frame.picture)) if self._frame.picture is not None else QImage()
        columns, rows = (image.width(), image.height()) if not image.isNull() else (16, 16)
        room = min(stage.width(), stage.height()) - 2 * Size.STAGE_MAT
        zoom = max(1, math.floor(room / max(columns, rows)))
        width, height = columns * zoom, rows * zoom
        x = stage.x() + math.floor((stage.width() - width) / 2)
        y = stage.y() + math.floor((stage.height() - height) / 2)
        area = QRectF(x, y, width, height)
        mat = area.adjusted(-Size.STAGE_MAT, -Size.STAGE_MAT, Size.STAGE_MAT, Size.STAGE_MAT)
        self._box(mat, self._colors.mat, None, Radius.CARD)
        self._hatch(area)
        if not image.isNull():
            self._painter.drawImage(area, image)
        self._painter.setPen(QPen(QColor(self._colors.edge), 1))
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        self._painter.drawRect(area.adjusted(-0.5, -0.5, 0.5, 0.5))

    def _hatch(self, area: QRectF) -> None:
        color = QColor(self._colors.hatch)
        color.setAlphaF(self._colors.hatch_alpha)
        self._painter.setPen(QPen(color, 1))
        self._painter.save()
        self._painter.setClipRect(area)
        for offset in range(0, round(area.width() + area.height()), 6):
            start = QPointF(area.x() + offset, area.y())
            self._painter.drawLine(start, QPointF(start.x() - area.height(), area.bottom()))
        self._painter.restore()

    # -- strokes ---------------------------------------------------------------------------------------------------

    def _fill(self, x: float, y: float, width: float, height: float, color: str) -> None:
        self._painter.fillRect(QRectF(x, y, width, height), QColor(color))

    def _box(self, area: QRectF, fill: str, border: str | None, radius: float) -> None:
        self._painter.setPen(QPen(QColor(border), 1) if border else QPen(Qt.PenStyle.NoPen))
        self._painter.setBrush(QColor(fill))
        self._painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)

    def _sized(self, pixels: int, bold: bool = False) -> QFont:
        font = QFont(self._font)
        font.setPixelSize(pixels)
        if bold:
            font.setWeight(QFont.Weight.DemiBold)
        return font

    def _words(
        self,
        area: QRectF,
        text: str,
        color: str,
        pixels: int,
        *,
        bold: bool = False,
        centred: bool = False,
        wrapped: bool = False,
    ) -> None:
        self._painter.setFont(self._sized(pixels, bold))
        self._painter.setPen(QColor(color))
        across = Qt.AlignmentFlag.AlignHCenter if centred else Qt.AlignmentFlag.AlignLeft
        flags = int(across | (Qt.AlignmentFlag.AlignTop if wrapped else Qt.AlignmentFlag.AlignVCenter))
        self._painter.drawText(area, flags | (int(Qt.TextFlag.TextWordWrap) if wrapped else 0), text)

    def _line(self, x: float, y: float, text: str, color: str, pixels: int, bold: bool = False) -> float:
        """A line of words from ``y`` on, as high as a label of them; where it ends."""
        height = math.ceil(QFontMetricsF(self._sized(pixels, bold)).height())
        self._words(QRectF(x, y, 208, height), text, color, pixels, bold=bold)
        return y + height

    def _icon(self, name: str, area: QRectF) -> None:
        try:
            source = (self._frame.icons / f"{name}.svg").read_bytes()
        except OSError:
            return
        drawing = QSvgRenderer(QByteArray(source.replace(b"currentColor", self._colors.text.encode())))
        side = float(Size.ICON)
        middle = area.center()
        drawing.render(self._painter, QRectF(middle.x() - side / 2, middle.y() - side / 2, side, side))
