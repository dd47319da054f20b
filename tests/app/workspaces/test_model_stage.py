"""Lessons in workspaces that can be told the model alone."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from app.documents.lessons import Stage
from app.workspaces.gallery.view import GalleryView
from app.workspaces.latent.view import LatentView
from app.workspaces.registry import ModelStage


class Chooser(ModelStage):
    """Notes the models that it was to open."""

    def __init__(self) -> None:
        super().__init__()
        self.chosen: list[str] = []

    def choose_model(self, model: str) -> None:
        self.chosen.append(model)


def test_the_model_is_chosen(qtbot: QtBot) -> None:
    view = Chooser()
    assert not view.obstacle(Stage(name="a", model="vae"))
    view.stage(Stage(name="a", model="vae"), None)
    view.stage(Stage(name="b"), None)
    assert view.chosen == ["vae"]


@pytest.mark.parametrize(
    "stage",
    [Stage(lens="bits"), Stage(parameters={"seed": 1}), Stage(compare=False), Stage(picture="a.png", model="v")],
)
def test_anything_else_is_refused_in_a_sentence(qtbot: QtBot, stage: Stage) -> None:
    view = Chooser()
    assert view.obstacle(stage).endswith("and nothing else.")
    view.stage(stage, None)
    assert not view.chosen


def test_the_views_that_can_do_no_more_say_so() -> None:
    for view in (LatentView, GalleryView):
        assert issubclass(view, ModelStage) and view.choose_model is not ModelStage.choose_model
