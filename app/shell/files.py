"""Pictures in and out of the window: dialogs, dropped files, the clipboard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import cast

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QWidget

from app.documents.picture_file import Picture, encode_png, read_picture, write_png
from app.shell.actions import Handlers
from app.shell.own_models import is_model
from app.widgets.imaging import to_array
from app.workspaces.registry import Saved, WorkspaceView
from engine.errors import EngineError

OPEN_FILTER = "Pictures (*.png *.jpg *.jpeg *.bmp *.gif *.webp *.tif *.tiff *.ppm *.pgm);;All files (*)"
SAVE_FILTER = "PNG picture (*.png)"
ENLARGED_SIDE = 1024
"""About how many pixels the longer side of an enlarged picture has."""
NOTHING_TO_PASTE = "There is no picture on the clipboard. Copy one first, or drop a file on the window."


class Files:
    """What the file and clipboard commands do; ``say`` shows a sentence, ``folder`` is where the dialogs begin."""

    def __init__(
        self,
        window: QWidget,
        view: Callable[[], WorkspaceView],
        say: Callable[[str, str], None],
        opened: Callable[[str], None],
        add_model: Callable[[Path], None],
        go_home: Callable[[str], None],
    ) -> None:
        self._window, self._view, self._say = window, view, say
        self._opened, self._add_model, self._go_home = opened, add_model, go_home
        self.folder = Path.home()

    def handlers(self) -> Handlers:
        """By command id."""
        return {
            "open": self.open_dialog,
            "open-model": self.open_model_dialog,
            "save-picture": lambda: self._save(self._view().picture(), enlarged=False),
            "save-enlarged": lambda: self._save(self._view().picture(), enlarged=True),
            "save-sheet": lambda: self._save(self._view().sheet(), enlarged=False),
            "copy": self.copy,
            "paste": self.paste,
        }

    def open_dialog(self) -> None:
        """Ask for a picture and open it."""
        path, _ = QFileDialog.getOpenFileName(self._window, "Open a picture", str(self.folder), OPEN_FILTER)
        if path:
            self.open_path(path)

    def open_model_dialog(self) -> None:
        """Ask for a model folder and open it."""
        path = QFileDialog.getExistingDirectory(self._window, "Open a model folder", str(self.folder))
        if path:
            self.open_path(path)

    def open_path(self, path: str) -> None:
        """Open a picture file or a model; what is wrong with it is said, and nothing is lost."""
        try:
            if is_model(Path(path)):
                self._add_model(Path(path))
            else:
                self._open_picture(read_picture(path))
        except EngineError as error:
            self._say(str(error), "warn")
            return
        self.folder = Path(path).parent
        self._opened(path)

    def _open_picture(self, picture: Picture) -> None:
        """In the workspace that made it, where its note names one; else here."""
        self._go_home(picture.note or "")
        self._view().open_picture(picture)

    def _save(self, saved: Saved | None, enlarged: bool) -> None:
        if saved is None:
            self._say("There is nothing to save yet. Wait for a completion, or paint something.", "info")
            return
        suggested = self.folder / (Path(saved.name).stem + ("-enlarged" if enlarged else "") + ".png")
        path, _ = QFileDialog.getSaveFileName(self._window, "Save as PNG", str(suggested), SAVE_FILTER)
        if path:
            self.save_to(Path(path), saved, enlarged)

    def save_to(self, path: Path, saved: Saved, enlarged: bool = False) -> None:
        """Write a picture with the request that made it."""
        target = path if path.suffix.lower() == ".png" else path.with_name(path.name + ".png")
        magnification = max(1, ENLARGED_SIDE // max(saved.pixels.shape[:2])) if enlarged else 1
        try:
            write_png(target, saved.pixels, saved.note, magnification)
        except EngineError as error:
            self._say(str(error), "warn")
            return
        self.folder = target.parent
        self._say(f"Saved {target.name}. Drop it on the window to come back to this state.", "ok")

    def copy(self) -> None:
        """The picture to the clipboard, as pixels and as a PNG with its request."""
        saved = self._view().picture()
        if saved is None:
            self._say("There is nothing to copy yet.", "info")
            return
        png = encode_png(saved.pixels, saved.note)
        content = QMimeData()
        content.setImageData(QImage.fromData(png))
        content.setData("image/png", png)
        QGuiApplication.clipboard().setMimeData(content)
        self._say("Copied the picture.", "ok")

    def paste(self) -> None:
        """The clipboard's picture or picture file; PNG data first, since it keeps what is transparent."""
        found = cast("QMimeData | None", QGuiApplication.clipboard().mimeData())  # None where nothing was ever copied
        content = QMimeData() if found is None else found
        if paths := [url.toLocalFile() for url in content.urls() if url.isLocalFile()]:
            self.open_path(paths[0])
            return
        image = QImage.fromData(content.data("image/png").data())
        if image.isNull():
            image = QGuiApplication.clipboard().image()
        if image.isNull():
            self._say(NOTHING_TO_PASTE, "info")
            return
        try:
            self._view().open_picture(Picture(to_array(image)))
        except EngineError as error:
            self._say(str(error), "warn")
