"""The window in a made-up language: every text in brackets and a third longer, so that what is not translated shows.

    python tests/tools/pseudo_locale.py FOLDER

Goes through the workspaces of the real window at its least size, prints as JSON what is read there without brackets and
what has no room, by place, and leaves a picture of each place in FOLDER.
"""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

OPEN, CLOSE = "\u00ab", "\u00bb"
MORE = " lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore"
LEAST = (1024, 640)
PLACES = (
    *("show-complete", "lens-bits", "lens-none", "show-latent", "show-gallery", "page-lecture", "page-kept"),
    *("show-complete", "lessons"),
)
KEYS = re.compile(r"\b(Ctrl|Alt|Shift|Esc|Enter|Return|Ins|Del|Delete|Home|End|F\d+|Space)\b")


def longer(text: str) -> str:
    """``text`` in brackets and 35 % longer; placeholders stay, and what is in brackets already."""
    if not text.strip() or text.startswith(OPEN):
        return text
    return f"{OPEN}{text}{MORE[: max(1, round(len(text) * 0.35) - 2)]}{CLOSE}"


def unbracketed(text: str) -> str:
    """What of ``text`` lies outside of all brackets."""
    depth, rest = 0, []
    for letter in re.sub(r"<[^>]+>", " ", text):
        depth += (letter == OPEN) - (letter == CLOSE)
        rest.append(letter if depth == 0 and letter != CLOSE else " ")
    return "".join(rest)


def english(text: str, data: frozenset[str]) -> list[str]:
    """Words outside of brackets that are neither keys nor a model's."""
    return [word for word in re.findall(r"[A-Za-z]{3,}", KEYS.sub(" ", unbracketed(text))) if word.lower() not in data]


def data_words(models: object, lessons: object) -> frozenset[str]:
    """The words of models and lessons, which are translated with them and not with the program."""
    written = json.dumps([str(models), str(lessons)])
    units = "nats bits dim reverie ctrl onnx png zip npz gif pca kl elbo"
    return frozenset(word.lower() for word in re.findall(r"[A-Za-z]{3,}", f"{written} {units}"))


def walk(folder: Path) -> dict[str, dict[str, list[str]]]:
    """Go through the window; by place what is read without brackets, and what has no room."""
    from PySide6.QtWidgets import QApplication

    from app import translation

    translation.use(longer)
    from app.shell import start
    from tests.tools.layout_faults import faults
    from tests.tools.screenshots import Show

    application = QApplication([])
    show = Show(application, start.open_frame(), "pseudo", folder)
    show.frame.resize(*LEAST)
    show.frame.show()
    show.begin()
    show.do("escape")
    show.wait(1500)
    data = data_words(show.session.models, show.session.lessons._lessons)
    found = {}
    for command in PLACES:
        show.do(command)
        show.wait(700)
        show.grab(command)
        read = {f"{kind}: {text}" for kind, text in texts(show.frame) if english(text, data)}
        found[command] = {"untranslated": sorted(read), "cut": faults(show.frame)}
    show.frame.close()
    return found


def texts(window: object) -> Iterator[tuple[str, str]]:
    """What the widgets that show say, and the actions of menus: (of what, the text)."""
    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QLineEdit, QWidget

    assert isinstance(window, QWidget)
    for widget in window.findChildren(QWidget):
        if not widget.isVisible():
            continue
        kind = type(widget).__name__
        if isinstance(widget, QLabel | QAbstractButton):
            yield kind, widget.text()
        if isinstance(widget, QLineEdit):
            yield kind, widget.placeholderText()
        if isinstance(widget, QComboBox):
            yield from ((kind, widget.itemText(index)) for index in range(widget.count()))
        yield f"{kind} tooltip", widget.toolTip()
        yield f"{kind} name", widget.accessibleName()
    for action in window.findChildren(QAction):
        yield "action", action.text()
        yield "action tip", action.statusTip()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="reverie-pseudo-") as home:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        os.environ["REVERIE_HOME"] = home
        print(json.dumps(walk(Path(sys.argv[1])), indent=1, ensure_ascii=False))
