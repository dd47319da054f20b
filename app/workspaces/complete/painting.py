"""The verbs of the hand: strokes, rectangles, fills, colours, tools."""

from __future__ import annotations

from app import messages
from app.documents.partial_image import UNKNOWN, Color, PartialImage
from app.workspaces.complete.colors import paper_color, snapped
from app.workspaces.complete.drawing import BRUSHES, Stroke
from app.workspaces.complete.state import TOOLS
from app.workspaces.complete.workbench import Workbench

BRUSH_RADII = (0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0)
"""The brush's sizes in image pixels, from one pixel on."""


class Painting(Workbench):
    """What a hand does to the picture."""

    def start_stroke(self) -> None:
        """The pen touches the canvas.  Segments follow."""
        desk = self._input()
        if desk is None or desk.tool not in BRUSHES:
            return
        source, drawn = self._preview()
        self._strokes += 1
        self._stroke = Stroke(
            number=self._strokes,
            tool=desk.tool,
            base=desk.document,
            radius_px=desk.brush_radius,
            color=desk.color,
            source=source,
            drawn=drawn,
            region=desk.document.state > 255,
        )
        self._completing.set_moving(True)
        self._comparing.set_moving(True)
        self._scoring.set_moving(True)

    def segment(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """The pen moved between two points of image pixels; either may lie outside."""
        if self._stroke is None:
            self.start_stroke()
        if self._stroke is not None:
            self._changed_to(self._stroke.extended((x0, y0), (x1, y1)), self._stroke.merge_key)

    def finish_stroke(self) -> None:
        """The pen leaves the canvas."""
        stroke, self._stroke = self._stroke, None
        if stroke is None or self._desk is None:
            return
        self._completing.set_moving(False)
        self._comparing.set_moving(False)
        self._scoring.set_moving(False)
        if stroke.tool == "adopt" and self._desk.document is stroke.base:
            self._message = messages.NOTHING_TO_KEEP
        self._publish()

    def rectangle(self, x0: int, y0: int, x1: int, y1: int, keep: bool) -> None:
        """Keep what a rectangle shows, the preview included, or forget it; ends are excluded."""
        desk = self._input()
        if desk is None:
            return
        source, drawn = self._preview()
        document = desk.document.with_rectangle(x0, y0, x1, y1, keep, source, drawn)
        if keep and document is desk.document and not document.is_whole:
            self._message = messages.NOTHING_TO_KEEP
        self._changed_to(document)

    def fill(self, x: int, y: int) -> None:
        """Fill the area of one colour, or the unknown area, around a pixel."""
        desk = self._input()
        if desk is not None:
            self._changed_to(desk.document.with_fill(x, y, desk.color))

    def rest_is(self, color: Color | None = None) -> None:
        """Give every unknown pixel this colour, or paper where pictures are of ink."""
        desk = self._input()
        if desk is None:
            return
        spec = desk.manifest.image
        if color is None and (spec.levels > 2 or spec.palette is not None):
            self._message = messages.REST_IS_OF_INK
            self._publish()
        else:
            self._changed_to(desk.document.with_rest(paper_color(spec) if color is None else snapped(color, spec)))

    def forget_everything(self) -> None:
        """Make every pixel unknown."""
        desk = self._input()
        if desk is not None:
            self._changed_to(PartialImage.blank(*desk.document.shape) if not desk.document.is_blank else desk.document)

    def preset(self, name: str) -> None:
        """Keep one half of the picture, or scattered pixels; what was rubbed out there comes back."""
        desk = self._input()
        if desk is not None:
            seed = int(desk.edit.parameters["seed"])
            self._changed_to(desk.document.with_preset(name, seed, desk.edit.memory))

    def pick(self, x: int, y: int) -> None:
        """Take the colour under the pointer, a preview's too, and go back to the pen."""
        desk = self._input()
        height, width = (0, 0) if desk is None else desk.document.shape[:2]
        if desk is None or not (0 <= x < width and 0 <= y < height):
            return
        image, drawn = desk.document.pixels, desk.document.observed
        if desk.document.state[y, x] == UNKNOWN:
            preview, preview_drawn = self._preview()
            if preview is not None and preview_drawn is not None:
                image, drawn = preview, preview_drawn
        if drawn[y, x]:
            desk.color, desk.tool = tuple(int(value) for value in image[y, x]), "pen"
        self._publish()

    # --- tools

    def choose_tool(self, tool: str) -> None:
        """Take another tool."""
        desk = self._input()
        if desk is not None and tool in TOOLS:
            self.finish_stroke()
            desk.tool = tool
        self._publish()

    def swap_tools(self) -> None:
        """From the pen to the forget brush and back."""
        if self._desk is not None:
            self.choose_tool("forget" if self._desk.tool == "pen" else "pen")

    def choose_color(self, color: Color | None) -> None:
        """Paint with this colour (the model's nearest); None is Unknown, which the forget brush paints."""
        desk = self._input()
        if desk is None:
            return
        if color is None:
            desk.tool = "forget"
        else:
            desk.color = snapped(color, desk.manifest.image)
            desk.tool = desk.tool if desk.tool in ("pen", "fill") else "pen"
        self._publish()

    def set_size(self, radius_px: float) -> None:
        """The brush's radius in image pixels."""
        desk = self._input()
        if desk is not None:
            desk.brush_radius = min(max(float(radius_px), BRUSH_RADII[0]), max(desk.document.shape[:2]) / 2)
        self._publish()

    def larger(self) -> None:
        """The next larger brush."""
        if self._desk is not None:
            now = self._desk.brush_radius
            self.set_size(next((radius for radius in BRUSH_RADII if radius > now), now))

    def smaller(self) -> None:
        """The next smaller brush."""
        if self._desk is not None:
            now = self._desk.brush_radius
            self.set_size(next((radius for radius in reversed(BRUSH_RADII) if radius < now), now))
