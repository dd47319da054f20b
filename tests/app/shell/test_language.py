"""The language of the window: gathered from the source, released, loaded before the words are."""

from __future__ import annotations

import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTranslator
from PySide6.QtWidgets import QApplication

from app import messages, translation
from app.shell import language
from app.shell.commands import BY_ID, worded
from tests.tools import translations

WORDS = {
    "Stopped. What was drawn stays.": "Angehalten. Was gezeichnet ist, bleibt.",
    "The model {model} is not installed. Open its folder to go on with it.": "{model} fehlt: den Ordner öffnen.",
    "Undo": "Rückgängig",
    "Play safe or play wild": "Brav oder wild",
    "Wall of pictures": "Bilderwand",
}
"""A constant of a Qt-free module, a sentence with a name in it, a command, the engine's parameter, a widget's word."""


@pytest.fixture(autouse=True)
def _english_afterwards(qapp: QApplication) -> Iterator[None]:
    yield
    translation.use(None)
    for translator in qapp.findChildren(QTranslator):
        qapp.removeTranslator(translator)
        translator.deleteLater()


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a translation of `WORDS` alone."""
    folder = tmp_path_factory.mktemp("translations")
    assert translations.main(["de", "--folder", str(folder)]) == 0
    source = folder / "reverie_de.ts"
    tree = ET.parse(source)
    for message in tree.iter("message"):
        text, made = message.findtext("source", ""), message.find("translation")
        if text in WORDS and made is not None:
            made.text = WORDS[text]
            made.attrib.pop("type", None)
    tree.write(source, encoding="utf-8", xml_declaration=True)
    assert translations.main(["de", "--folder", str(folder), "--release"]) == 0
    return folder


def test_every_kind_of_text_is_gathered(released: Path) -> None:
    found = {message.findtext("source") for message in ET.parse(released / "reverie_de.ts").iter("message")}
    assert WORDS.keys() <= found and len(found) > 1000


def test_what_is_translated_is_said_in_the_language_and_the_rest_in_english(
    qapp: QApplication, released: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(language.CHOICE, "de")
    assert language.speak(qapp, released)
    assert translation.tr("Stopped. What was drawn stays.") == WORDS["Stopped. What was drawn stays."]
    assert messages.unknown_model("mnist-vae") == "mnist-vae fehlt: den Ordner öffnen."
    assert worded(BY_ID["undo"], "").title == "Rückgängig"
    assert translation.tr("Paper") == "Paper"
    assert translation.tr("") == ""


def test_without_a_translation_the_window_stays_english(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(language.CHOICE, "fr")
    assert not language.speak(qapp, tmp_path)
    assert worded(BY_ID["undo"], "").title == "Undo"


def test_the_language_is_loaded_before_any_module_that_keeps_its_words() -> None:
    """Words in a module's constants are taken when it is loaded, so none of the window's first modules may have any."""
    code = (
        "from app import translation\nsaid = []\ntranslation.use(lambda text: said.append(text) or text)\n"
        "import app.shell.start\nprint(*said, sep='\\n')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not done.stdout.strip()
