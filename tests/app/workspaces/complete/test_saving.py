"""A saved picture's name, note and pixels agree, also where they are older than what the person did last."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from app.documents.picture_file import decode_picture
from app.documents.request_record import from_text
from app.workspaces.complete.state import SavedPicture
from engine.records.png_file import encode_png


def dropped(saved: SavedPicture, bench: Any) -> Any:
    """The bench after the saved picture was dropped on it and completed as the engine would."""
    picture = decode_picture(encode_png(saved.pixels, saved.note))
    bench.presenter.open_picture(picture.rgba, picture.note)
    bench.presenter.skip_show()
    bench.clock.advance(60)
    return bench


def same_request(a: Any, b: Any) -> bool:
    names = ("model", "count", "seed", "temperature", "class_name", "orientation", "method")
    alike = all(getattr(a, name) == getattr(b, name) for name in names)
    return alike and bool((a.pixels == b.pixels).all()) and bool((a.observed == b.observed).all())


def test_a_sheet_saved_after_adopting_asks_for_the_same_completions(
    face: Any, fresh: Callable[..., Any], models: Any
) -> None:
    made = face.job.request
    face.presenter.adopt(2)
    other = dropped(face.presenter.sheet(), fresh(models["ink"], models["face"], start="ink"))
    assert other.state.model == "face" and same_request(other.job.request, made)


def test_a_picture_saved_after_adopting_asks_for_the_completion_that_it_is(
    face: Any, fresh: Callable[..., Any], models: Any
) -> None:
    made, pixels = face.job.request, face.state.images[2]
    face.presenter.adopt(2)
    saved = face.presenter.picture()
    assert (saved.pixels == pixels).all() and saved.name == f"face-seed{made.seed}-3.png"
    other = dropped(saved, fresh(models["ink"], models["face"], start="ink"))
    assert same_request(other.job.request, made) and other.state.selected == 2


def test_what_a_brush_adopted_before_stays_adopted(face: Any) -> None:
    face.presenter.choose_tool("adopt")
    face.stroke((0.5, 2.5), (1.5, 2.5))
    face.settle()
    assert face.state.document.has_adopted and not face.state.document.is_whole
    document = face.state.document
    face.presenter.adopt(1)
    assert from_text(face.presenter.sheet().note).document.same_as(document)


def test_another_tile_than_the_adopted_one_names_what_is_on_the_canvas(face: Any) -> None:
    face.presenter.adopt(1)
    saved = face.presenter.picture(4)
    assert (saved.pixels == face.state.document.pixels).all()
    assert saved.name.endswith("-2.png") and from_text(saved.note).index == 1


def test_name_note_and_pixels_agree_after_a_click_on_another_tile(face: Any) -> None:
    face.presenter.adopt(1)
    images = face.state.images
    face.presenter.select(4)
    saved = face.presenter.picture()
    index = from_text(saved.note).index
    assert saved.name.endswith(f"-{index + 1}.png") and (saved.pixels == images[index]).all()
    assert (saved.pixels == face.state.document.pixels).all()


def test_after_the_dice_the_seed_is_that_of_the_pixels(face: Any) -> None:
    made = face.job.request
    face.presenter.roll_dice()
    assert face.state.parameters["seed"] != made.seed
    for saved in (face.presenter.picture(), face.presenter.sheet()):
        assert saved.name.startswith(f"face-seed{made.seed}-")
        assert from_text(saved.note).parameters["seed"] == made.seed
    face.settle()
    seed = face.job.request.seed
    assert seed != made.seed
    for saved in (face.presenter.picture(), face.presenter.sheet()):
        assert saved.name.startswith(f"face-seed{seed}-") and from_text(saved.note).parameters["seed"] == seed


def test_ink_on_an_adopted_picture_comes_back(face: Any, fresh: Callable[..., Any], models: Any) -> None:
    """No request made these pixels; the note has all of them."""
    made = face.job.request
    face.presenter.adopt(1)
    face.presenter.choose_tool("pen")
    face.stroke((0.5, 0.5))
    document = face.state.document
    saved = face.presenter.picture()
    assert document.is_whole and saved.name == f"face-seed{made.seed}-2.png"
    assert dropped(saved, fresh(models["face"])).state.document.same_as(document)
    sheet = from_text(face.presenter.sheet().note)
    assert (sheet.document.observed == made.observed).all() and not sheet.document.has_adopted
    assert (sheet.document.pixels[0, 0] == document.pixels[0, 0]).all()


def test_a_sheet_of_fewer_pictures_asks_for_as_many(face: Any) -> None:
    face.presenter.set_parameter("count", 3)
    sheet = from_text(face.presenter.sheet().note)
    assert sheet.parameters["count"] == 3 and sheet.parameters["seed"] == face.job.request.seed


def test_a_picture_made_by_hand_has_the_present_request(ink: Any) -> None:
    ink.presenter.rest_is()
    saved = ink.presenter.picture()
    assert saved.name == f"ink-seed{ink.state.parameters['seed']}.png"
    record = from_text(saved.note)
    assert record.index is None and np.array_equal(record.document.pixels, ink.state.document.pixels)
