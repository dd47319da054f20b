"""The card about the program: whose data and whose code there is in it."""

from __future__ import annotations

import engine
from app import paths
from app.shell.about import text

MODELS = engine.installed_models((paths.shipped_models(),))


def test_every_source_of_data_is_thanked_and_every_licence_named() -> None:
    card = text(MODELS)
    for model in MODELS:
        assert model.attribution and model.licence
        count = sum(other.attribution == model.attribution for other in MODELS)
        plain = card.replace("&quot;", '"').replace("&amp;", "&").replace("&#x27;", "'")
        assert f"{model.attribution} ({count} model{'s' * (count > 1)})" in plain and model.licence in plain
    assert all(name in card for name in ("Qt", "PySide6", "ONNX Runtime", "NumPy", "Pillow"))


def test_without_models_it_still_says_what_it_is() -> None:
    assert engine.__version__ in text(())
