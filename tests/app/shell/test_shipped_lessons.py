"""Every lesson that ships: it can be read, and all that it names is there."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

import engine
from app import paths
from app.documents.lesson_text import words_of
from app.documents.lessons import Lesson, read_lessons
from app.documents.picture_file import read_picture
from app.shell.session import WORKSPACES
from app.workspaces.complete.desk import parameter_choices, parameter_fields, parameter_value
from app.workspaces.complete.lens_state import LENSES
from app.workspaces.complete.staging import HERE as COMPLETE_FIELDS
from app.workspaces.complete.state import PACES, TOOLS
from app.workspaces.gallery.presenter import GalleryPresenter
from app.workspaces.latent.presenter import LatentPresenter
from engine.contracts.controls import controls
from engine.contracts.requests import CompleteImage, DecodeLatents, SampleImages

ROOT = Path(__file__).resolve().parents[3]
FOLDER = paths.assets() / "lessons"
LESSONS, PROBLEMS = read_lessons(FOLDER)
MODELS = {model.id: model for model in engine.installed_models((paths.shipped_models(),))}
BY_ID = {lesson.id: lesson for lesson in LESSONS}
HOME = {workspace.id: workspace for workspace in WORKSPACES}
REQUESTS = {"complete": CompleteImage, "latent": DecodeLatents, "gallery": SampleImages}
FORMULAS, SVG = FOLDER / "formulas", "{http://www.w3.org/2000/svg}"
ROOM = 226
"""What a formula has beside its rim in the narrowest column, device-independent px."""


class Silent:
    """Stands for engine, clock, worker and store: nothing is asked of them."""

    def __getattr__(self, name: str) -> Any:
        return self

    def __call__(self, *_: Any, **__: Any) -> Any:
        return self


def latent() -> LatentPresenter:
    silent: Any = Silent()
    models, folders = tuple(MODELS.values()), (paths.shipped_models(),)
    return LatentPresenter(
        silent,
        silent,
        models,
        lambda _: None,
        worker=silent,
        read_arrays=lambda model: engine.latent_arrays(folders, model),
    )


def gallery() -> GalleryPresenter:
    silent: Any = Silent()
    return GalleryPresenter(silent, silent, tuple(MODELS.values()), lambda _: None, worker=silent, keeping=silent)


PRESENTERS: dict[str, Callable[[], LatentPresenter | GalleryPresenter]] = {"latent": latent, "gallery": gallery}


@pytest.fixture(params=BY_ID, ids=str)
def lesson(request: pytest.FixtureRequest) -> Lesson:
    return BY_ID[request.param]


def test_all_files_are_lessons_and_their_order_is_clear() -> None:
    assert not PROBLEMS
    assert [lesson.order for lesson in LESSONS] == list(range(1, len(LESSONS) + 1))
    assert LESSONS[0].id == "scattered-pixels"
    assert len({lesson.title for lesson in LESSONS}) == len(LESSONS)


def test_a_lesson_holds_no_key_that_means_nothing(lesson: Lesson) -> None:
    assert not lesson.unknown


def test_a_lesson_is_short(lesson: Lesson) -> None:
    assert 120 <= words_of(lesson.blocks) <= 250
    assert 1 <= lesson.minutes <= 4 and len(lesson.title) <= 34 and len(lesson.view) <= 34


def test_a_lesson_has_a_formula_something_to_try_to_look_for_and_its_limits(lesson: Lesson) -> None:
    texts = [block.text for block in lesson.blocks]
    assert any(block.kind in ("formula", "drawn") for block in lesson.blocks)
    assert any(text.startswith("Look for") for text in texts)
    assert "What it does not promise" in [block.text for block in lesson.blocks if block.kind == "heading"]


def test_every_stage_has_its_button(lesson: Lesson) -> None:
    pressed = {link.target for block in lesson.blocks for link in block.links if link.kind == "stage"}
    slid = [link for block in lesson.blocks for link in block.links if link.kind == "slider"]
    assert pressed == set(lesson.stages)
    buttons = [link for block in lesson.blocks for link in block.links if link.kind == "stage"]
    assert all(len(link.text) <= 32 for link in buttons), "a button has to fit the column"
    assert len(slid) == (lesson.slider is not None)


def test_every_stage_opens_in_its_workspace_with_a_model_that_ships(lesson: Lesson) -> None:
    assert lesson.workspace in HOME
    for stage in lesson.stages.values():
        assert stage.model in MODELS and HOME[lesson.workspace].fits(MODELS[stage.model])


def test_every_stage_of_a_completion_says_what_the_workspace_understands(lesson: Lesson) -> None:
    for stage in lesson.stages.values() if lesson.workspace == "complete" else ():
        model = MODELS[stage.model]
        assert set(stage.asks_for()) <= set(COMPLETE_FIELDS)
        assert stage.lens in ("", *LENSES) and stage.pace in ("", *PACES) and stage.tool in ("", *TOOLS)
        assert set(stage.parameters) <= parameter_fields(model, particles=True)
        for name, value in stage.parameters.items():
            assert parameter_value(model, name, value) == value, "out of bounds, or not offered"
            assert name not in parameter_choices(model) or value in dict(parameter_choices(model)[name])
        if stage.pixel is not None:
            assert stage.pixel[0] < model.image.width and stage.pixel[1] < model.image.height


def test_every_stage_elsewhere_says_what_its_presenter_understands(lesson: Lesson) -> None:
    for stage in lesson.stages.values() if lesson.workspace in PRESENTERS else ():
        assert stage.asks_for() and PRESENTERS[lesson.workspace]().obstacle(stage) == ""


def test_every_drawn_formula_is_there_in_words_too(lesson: Lesson) -> None:
    drawn = [block for block in lesson.blocks if block.kind == "drawn"]
    for block in drawn:
        assert (FORMULAS / block.drawing).exists() and len(block.text.split()) >= 6
    assert drawn or not lesson.chapter, "the formula of a family or a view is a drawing"


def test_no_formula_is_older_than_what_it_is_drawn_from_and_none_lies_about() -> None:
    from tests.tools.lesson_formulas import formulas, source_of

    found = formulas()
    assert {path.stem for path in FORMULAS.glob("*.svg")} == set(found)
    assert {block.drawing for lesson in LESSONS for block in lesson.blocks} - {""} == {f"{name}.svg" for name in found}
    for name, lines in found.items():
        drawing = ElementTree.fromstring((FORMULAS / f"{name}.svg").read_text(encoding="utf-8"))
        assert drawing.findtext(f"{SVG}desc") == source_of(lines), "run tests/tools/lesson_formulas.py"
        assert [path.get("fill") for path in drawing.iter(f"{SVG}path")] == ["currentColor"]
        assert float(drawing.attrib["width"]) <= ROOM, "it would be shrunk beside the picture"


def test_every_family_and_every_view_has_a_lesson() -> None:
    views = {lesson.view for lesson in LESSONS}
    families = {
        "Gaussian density",
        "PixelCNN",
        "Gated PixelCNN",
        "Autoencoder",
        "VAE",
        "GAN (DCGAN)",
        "BigGAN in small",
    }
    assert families <= views
    assert {lesson.workspace for lesson in LESSONS} == set(HOME)
    chapters = [lesson.chapter for lesson in LESSONS]
    assert [name for name, _ in itertools.groupby(chapters)] == list(dict.fromkeys(chapters)), "no chapter comes twice"


def test_every_picture_is_of_its_models_size(lesson: Lesson) -> None:
    for stage in lesson.stages.values():
        if stage.picture:
            spec, rgba = MODELS[stage.model].image, read_picture(FOLDER / stage.picture).rgba
            assert rgba.shape[:2] == (spec.height, spec.width)
            assert set(rgba[..., 3].ravel().tolist()) <= {0, 255} and not rgba[rgba[..., 3] == 0].any()


def test_a_slider_stays_inside_the_bounds(lesson: Lesson) -> None:
    if lesson.slider is not None:
        bounds = controls(REQUESTS[lesson.workspace])[lesson.slider.parameter]
        assert bounds.minimum is not None and bounds.maximum is not None
        assert bounds.minimum <= lesson.slider.values[0] and lesson.slider.values[-1] <= bounds.maximum


def test_no_picture_lies_about_unused() -> None:
    named = {stage.picture for lesson in LESSONS for stage in lesson.stages.values()} - {""}
    assert named == {path.name for path in FOLDER.glob("*.png")}


def test_the_pictures_are_what_the_tool_makes() -> None:
    from tests.tools.lesson_pictures import pictures

    for name, rgba in pictures().items():
        assert (read_picture(FOLDER / name).rgba == rgba).all()


def test_a_file_that_a_lesson_points_at_is_there(lesson: Lesson) -> None:
    text = " ".join(block.text for block in lesson.blocks)
    assert all((ROOT / word.strip("().,")).exists() for word in text.split() if word.strip("().,").startswith("docs/"))
