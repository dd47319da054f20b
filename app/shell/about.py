"""Version, whose data the models learnt from, and where the person's files are."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Sequence

from PySide6.QtCore import Qt, qVersion
from PySide6.QtWidgets import QDialog, QLabel, QPushButton, QVBoxLayout, QWidget

import engine
from app import paths
from app.theme.tokens import Space
from app.translation import tr
from app.widgets.scrolled_page import ScrolledPage
from engine.contracts.manifest import Manifest

WIDTH, AROUND = 560, 48
"""How wide the card is, and what it leaves of the window's height at least."""


def text(models: Sequence[Manifest]) -> str:
    """The card as rich text."""
    sources = Counter(model.attribution for model in models if model.attribution)
    folders = {
        tr("Your work"): paths.data(),
        tr("Settings"): paths.config(),
        tr("Recovery"): paths.state(),
        tr("Logs"): paths.logs(),
    }
    places = "".join(
        f"<tr><td>{name}&nbsp;&nbsp;</td><td>{html.escape(str(at))}</td></tr>" for name, at in folders.items()
    )
    thanks = "".join(f"<p>{html.escape(source)} {_models(count)}</p>" for source, count in sources.items())
    licences = ", ".join(dict.fromkeys(model.licence for model in models if model.licence)) or tr("none are installed")
    made = tr(
        "Version {version}, MIT licence. Drawn with Qt {qt} (LGPL) through PySide6; models run on ONNX Runtime (MIT) "
        "with NumPy (BSD), Pillow (HPND) reads pictures. Formulas are set in DejaVu Sans."
    ).format(version=engine.__version__, qt=qVersion())
    data = tr("The models were trained by this project's own code on these data:")
    of_models = tr("Licences of the models: {licences}.").format(licences=html.escape(licences))
    files = tr("Your files:")
    return f"<p>{made}</p><p>{data}</p>{thanks}<p>{of_models}</p><p>{files}</p><table cellspacing=2>{places}</table>"


def _models(count: int) -> str:
    return tr("(1 model)") if count == 1 else tr("({count} models)").format(count=count)


def show_about(window: QWidget, models: Sequence[Manifest]) -> None:
    """Open the card over the window."""
    dialog = QDialog(window)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(tr("About Reverie"))
    name = QLabel("Reverie")
    name.setProperty("role", "page")
    body = QLabel(text(models))
    body.setWordWrap(True)
    body.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
    close = QPushButton(tr("Close"))
    close.setProperty("kind", "primary")
    close.clicked.connect(dialog.accept)
    layout = QVBoxLayout(dialog)
    layout.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.L)
    layout.setSpacing(Space.M)
    layout.addWidget(name)
    page = ScrolledPage(body)
    layout.addWidget(page, 1)
    layout.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
    dialog.setFixedWidth(WIDTH)
    words = body.heightForWidth(WIDTH - 2 * Space.XL - page.verticalScrollBar().sizeHint().width())
    rest = layout.sizeHint().height() - page.sizeHint().height()
    dialog.resize(WIDTH, max(min(words + rest, window.height() - AROUND), layout.minimumSize().height()))
    dialog.open()
