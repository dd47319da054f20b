"""Which language the window speaks: a translation that lies beside the program, and Qt's own for its dialogs.

``reverie_<locale>.qm`` is made with ``tests/tools/translations.py``; without one the window speaks English.
"""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from app import translation

CHOICE = "REVERIE_LANGUAGE"
"""The environment's word for a language that is not the system's, as ``de`` or ``pt_BR``."""
CONTEXT = ""
"""Where ``lupdate`` puts the texts of a plain function."""


def speak(application: QCoreApplication, folder: Path) -> bool:
    """Take the person's language from ``folder`` if it has it; False where the window stays English.

    It has to come before the modules with words in their constants are loaded, so a change takes a new start.
    """
    chosen = os.environ.get(CHOICE, "")
    locale = QLocale(chosen) if chosen else QLocale.system()
    ours = QTranslator(application)
    if not ours.load(locale, "reverie", "_", str(folder), ".qm"):
        translation.use(None)
        return False
    qts = QTranslator(application)
    if qts.load(locale, "qtbase", "_", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        application.installTranslator(qts)
    application.installTranslator(ours)
    translation.use(lambda text: QCoreApplication.translate(CONTEXT, text) if text else text)
    return True
