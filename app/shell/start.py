"""The window's start: first a frame that Qt draws alone, then everything else.

Only what is light is imported here; `app.shell.session`, with NumPy behind it, waits for the first paint.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMessageLogContext, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from app import paths, settings
from app.shell.collecting import spare_the_hand
from app.shell.examples import Example, read_examples
from app.shell.first_frame import FirstFrame, Shown, installed
from app.shell.first_paint import FirstPaint, report, since_start
from app.shell.frame import Frame
from app.shell.language import speak
from app.shell.last_picture import last_picture
from app.shell.system_theme import palette_of
from app.shell.window_claim import claim

if TYPE_CHECKING:
    from app.shell.first_completion import FirstCompletion

APP_ID = "io.github.reverie.Reverie"
"""Which .desktop file the window belongs to: the packaged app's (`bundle/identity.py`)."""
_HARMLESS = ("This plugin does not support propagateSizeHints", "This plugin does not support raise")


def run(arguments: Sequence[str]) -> int:
    """Open the window, and files named in ``arguments``; returns when it is closed."""
    waiting = "--bench-first-completion" in arguments
    measuring = waiting or "--bench-first-paint" in arguments
    qInstallMessageHandler(_log)
    application = QApplication([sys.argv[0]])
    application.setApplicationName("Reverie")
    application.setDesktopFileName(APP_ID)
    speak(application, paths.assets() / "translations")
    lock, further = (None, "") if measuring else claim()
    frame, remembered, notice = open_frame()
    watched: list[FirstCompletion] = []

    def go_on() -> None:
        painted = since_start()
        if measuring and not waiting:
            report("reverie")
        from app.shell.engine_start import start_engine  # after the first paint, on purpose
        from app.shell.interrupt import end_on_interrupt

        end_on_interrupt(application, frame)
        running = start_engine(frame.first_model, _untouched(frame.first_picture))
        from app.shell.session import Session  # while the engine starts, for it takes as long
        from app.shell.shipped_models import lost_words

        frame.session = Session(application, frame, remembered, restore=not measuring, running=running)
        application.setWindowIcon(QIcon(str(paths.assets() / "icons" / "app" / "reverie.svg")))
        if waiting:
            from app.shell.first_completion import FirstCompletion

            watched.append(FirstCompletion(frame.session, painted))
        elif measuring:
            report("reverie ready")
            frame.close()
        else:
            words = " ".join(filter(None, (notice, further, lost_words())))
            frame.session.begin([a for a in arguments if not a.startswith("-")], words)
            QTimer.singleShot(0, spare_the_hand)

    FirstPaint(frame, go_on)
    frame.show()
    code = application.exec()
    leave_clipboard()
    if lock is not None:
        lock.unlock()
    return watched[0].code if watched else code


def leave_clipboard() -> None:
    """What was copied here stays on the clipboard, as far as the system keeps it, as a picture without its note.

    Data that Python made are freed after Python is gone, which the process does not survive (PySide6 6.11, seen on
    Linux); a picture is Qt's own.
    """
    clipboard = QApplication.clipboard()
    ours = clipboard.ownsClipboard() or QApplication.platformName() == "offscreen"  # which never says that it owns
    if ours and not (image := clipboard.image()).isNull():
        clipboard.setImage(image)


def open_frame() -> tuple[Frame, settings.Settings, str]:
    """The window with its first frame, the settings, and a sentence where those could not be read."""
    remembered, notice = settings.load(paths.settings_file())
    frame = Frame(_first_frame(remembered))
    frame.restore_place(remembered.geometry)
    return frame, remembered, notice


def _first_frame(remembered: settings.Settings) -> FirstFrame:
    """What will be on the canvas in a moment: the last work, or the first example of the model."""
    models = installed(paths.model_folders())
    palette, icons = palette_of(remembered.theme), paths.assets() / "icons"
    if remembered.workspace not in ("", "complete"):
        last = remembered.models.get(remembered.workspace, "")
        model = next((model for model in models if model.id == last), None)
        return FirstFrame(palette, icons, models, model, None, canvas=False, lessons=remembered.lessons_open)
    examples = read_examples(paths.assets() / "examples")
    model = _first_model(models, remembered.models.get("complete", ""), examples)
    picture = _first_picture(model.id if model is not None else "", examples)
    return FirstFrame(palette, icons, models, model, picture, lessons=remembered.lessons_open)


def _first_model(models: Sequence[Shown], remembered: str, examples: Sequence[Example]) -> Shown | None:
    """The model that the workspace will open with: the last one, else the first that an example is for."""
    by_id = {model.id: model for model in models}
    wanted = (remembered, *(model for example in examples for model in example.models))
    return next((by_id[model] for model in wanted if model in by_id), models[0] if models else None)


def _first_picture(model: str, examples: Sequence[Example]) -> Path | None:
    """The picture as it was left, else the model's first example."""
    left = last_picture(paths.state(), "complete")
    if left.exists():
        return left
    return next((example.path for example in examples if model in example.models), None)


def _untouched(picture: Path | None) -> Path | None:
    """An example; None for what a person has worked on, whose parameters are not known yet."""
    return picture if picture is not None and picture.is_relative_to(paths.assets()) else None


def _log(kind: QtMsgType, _: QMessageLogContext, text: str) -> None:
    """Qt's messages to standard error, without those that mean nothing to anybody."""
    if not text.startswith(_HARMLESS):
        print(text, file=sys.stderr)
    if kind == QtMsgType.QtFatalMsg:
        os.abort()
