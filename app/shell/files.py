"""Pictures in and out of the window: dialogs, dropped files, the clipboard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import cast

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from app import messages
from app.documents.picture_file import Picture, read_picture, write_png
from app.shell.actions import Handlers
from app.shell.own_models import is_bare, is_model, model_folder_of
from app.shell.scenes import is_scene
from app.translation import tr
from app.widgets.imaging import to_array
from app.workspaces.registry import Saved, WorkspaceView
from engine.errors import EngineError
from engine.records.png_file import encode_png

OPEN_FILTER = tr("Pictures (*.png *.jpg *.jpeg *.bmp *.gif *.webp *.tif *.tiff *.ppm *.pgm);;All files (*)")
MODEL_FILTER = tr("Models (manifest.json *.onnx)")
SAVE_FILTER = tr("PNG picture (*.png)")
ENLARGED_SIDE = 1024
"""About how many pixels the longer side of an enlarged picture has."""
NOTHING_TO_PASTE = tr("There is no picture on the clipboard. Copy one first, or drop a file on the window.")


def as_png(path: Path) -> Path:
    """The name with its ending, where none was typed."""
    return path if path.suffix.lower() == ".png" else path.with_name(path.name + ".png")


class Files:
    """What the file and clipboard commands do; ``say`` shows a sentence, ``folder`` is where the dialogs begin."""

    def __init__(
        self,
        window: QWidget,
        view: Callable[[], WorkspaceView],
        say: Callable[[str, str], None],
        opened: Callable[[str], None],
        add_model: Callable[[Path], None],
        go_home: Callable[[str], bool],
        open_scene: Callable[[Path], None],
    ) -> None:
        self._window, self._view, self._say = window, view, say
        self._opened, self._add_model, self._go_home, self._open_scene = opened, add_model, go_home, open_scene
        self.folder = Path.home()

    def handlers(self) -> Handlers:
        """By command id."""
        return {
            "open": self.open_dialog,
            "open-model": self.open_model_dialog,
            "save-picture": lambda: self._save(self._view().picture(), enlarged=False),
            "save-enlarged": lambda: self._save(self._view().picture(), enlarged=True),
            "save-sheet": self.save_sheet,
            "copy": self.copy,
            "paste": self.paste,
        }

    def open_dialog(self) -> None:
        """Ask for a picture and open it."""
        path, _ = QFileDialog.getOpenFileName(self._window, tr("Open a picture"), str(self.folder), OPEN_FILTER)
        if path:
            self.open_path(path)

    def open_model_dialog(self) -> None:
        """Ask for a model, by its manifest or one of its graphs, or for a bare decoder."""
        title = tr("Open a model: its manifest.json or an .onnx file")
        path, _ = QFileDialog.getOpenFileName(self._window, title, str(self.folder), MODEL_FILTER)
        if path:
            self.open_path(path)

    def open_path(self, path: str) -> None:
        """Open a picture file, a model or a scene; what is wrong with it is said, and nothing is lost."""
        try:
            if is_scene(Path(path)):
                self._open_scene(Path(path))
                return
            if is_bare(Path(path)):
                self._add_model(Path(path))  # asked about first: what is found again is the model that it becomes
                self.folder = Path(path).parent
                return
            if is_model(Path(path)):
                path = str(model_folder_of(Path(path)))  # which is what a person finds again by its name
                self._add_model(Path(path))
            else:
                self._open_picture(read_picture(path))
        except EngineError as error:
            self._say(str(error), "warn")
            return
        self.folder = Path(path).parent
        self._opened(path)

    def _open_picture(self, picture: Picture) -> None:
        """In the workspace that made it, where its note names one; else here, as a plain picture."""
        at_home = self._go_home(picture.note or "")
        self._view().open_picture(picture if at_home else Picture(picture.rgba))
        if problem := picture.problem or ("" if at_home or picture.note is None else messages.NOTE_UNKNOWN):
            self._say(messages.opened_plain(problem), "warn")

    def save_sheet(self) -> None:
        """Save the sheet or the map; why there is none yet is the workspace's to say."""
        try:
            self._save(self._view().sheet(), enlarged=False)
        except EngineError as error:
            self._say(str(error), "info")

    def _save(self, saved: Saved | None, enlarged: bool) -> None:
        if saved is None:
            self._say(tr("There is nothing to save yet. Wait for a completion, or paint something."), "info")
            return
        suggested = self.folder / (Path(saved.name).stem + ("-enlarged" if enlarged else "") + ".png")
        path, _ = QFileDialog.getSaveFileName(self._window, tr("Save as PNG"), str(suggested), SAVE_FILTER)
        if path and ((target := as_png(Path(path))) == Path(path) or not target.exists() or self._may_replace(target)):
            self.save_to(target, saved, enlarged)

    def _may_replace(self, target: Path) -> bool:
        """Ask; the dialog has asked about the name that was typed, which was another one."""
        question = tr("{name} is there already. Replace it?").format(name=target.name)
        answer = QMessageBox.question(self._window, tr("Save as PNG"), question)
        return answer == QMessageBox.StandardButton.Yes

    def save_to(self, path: Path, saved: Saved, enlarged: bool = False) -> None:
        """Write a picture with the request that made it."""
        target = as_png(path)
        magnification = max(1, ENLARGED_SIDE // max(saved.pixels.shape[:2])) if enlarged else 1
        try:
            write_png(target, saved.pixels, saved.note, magnification)
        except EngineError as error:
            self._say(str(error), "warn")
            return
        self.folder = target.parent
        self._say(tr("Saved {name}. Drop it on the window to come back to this state.").format(name=target.name), "ok")

    def copy(self) -> None:
        """The picture to the clipboard, as pixels and as a PNG with its request."""
        saved = self._view().picture()
        if saved is None:
            self._say(tr("There is nothing to copy yet."), "info")
            return
        png = encode_png(saved.pixels, saved.note)
        content = QMimeData()
        content.setImageData(QImage.fromData(png))
        content.setData("image/png", png)
        QGuiApplication.clipboard().setMimeData(content)
        self._say(tr("Copied the picture."), "ok")

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
