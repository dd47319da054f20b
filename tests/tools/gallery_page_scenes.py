"""What `tests/tools/screenshots.py` photographs beside the Gallery's wall: kept pictures, lecture, files, troubles."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

import numpy as np

from tests.tools.gallery_scenes import QUICK, SLOW, Scenery, needs

SIZE, NARROW, LEAST = (1440, 900), (1100, 720), (1024, 640)


# --- kept pictures


def kept_scenes(scenery: Scenery) -> None:
    """Some, a chosen one, filtered, asked for a label, nothing that is so, the bin, removal for good."""
    presenter, page = scenery.pages.kept, scenery.stage.kept_page
    scenery.presenter.open_page("kept")
    scenery.show.wait(700)
    scenery.grab("kept")
    page.wall.set_current(page.wall.in_view()[1])
    scenery.show.wait(400)
    scenery.grab("kept-chosen")
    page.foot.ask("label")
    scenery.grab("kept-labelling")
    page.foot.settle()
    presenter.set_collection("For the lecture")
    scenery.show.wait(500)
    scenery.grab("kept-filtered")
    presenter.set_text("nothing is called that")
    scenery.show.wait(500)
    scenery.grab("kept-nothing-like-that")
    presenter.clear()
    scenery.show.wait(300)
    page.wall.select(page.wall.in_view()[2:4])
    presenter.delete()
    scenery.show.wait(500)
    scenery.grab("kept-deleted")
    presenter.open_bin(True)
    scenery.show.wait(500)
    scenery.quiet()
    scenery.grab("kept-bin")
    page.wall.select_all()
    presenter.empty_bin()
    scenery.show.wait(300)
    scenery.grab("kept-purging")
    presenter.purge(False)
    presenter.clear()
    scenery.presenter.open_page("wall")


# --- the lecture


def lecture_scenes(scenery: Scenery) -> None:
    """The preset of every data set, drawing and measured, one class, four columns, and the comparison."""
    lecture, page = scenery.pages.lecture, scenery.stage.lecture_page
    scenery.presenter.open_page("lecture")
    if not needs("the lecture", lecture.state.data):
        scenery.grab("lecture-too-few")
        return
    for data, _ in lecture.state.data_sets:
        lecture.choose_data(data)
        scenery.show.wait(600)
        scenery.grab(f"lecture-{data}-drawing")
        scenery.settle()
        scenery.grab(f"lecture-{data}")
    lecture.choose_data(lecture.state.data_sets[0][0])
    scenery.settle()
    for column in (0, 1):
        page.columns[column].wall.set_current(5)
    scenery.settle()
    scenery.grab("lecture-picked")
    compare_scenes(scenery, "compare")
    lecture.add_column()
    lecture.set_count(96)
    scenery.settle()
    scenery.grab("lecture-four")
    if lecture.state.class_names:
        lecture.choose_class(lecture.state.class_names[3])
        scenery.show.wait(400)
        scenery.grab("lecture-class-drawing")
        scenery.settle()
        scenery.grab("lecture-class")
        lecture.choose_class("")
    lecture.set_count(24)
    lecture.take_preset()
    scenery.settle()


def compare_scenes(scenery: Scenery, name: str) -> None:
    """Two pictures compared in all three ways."""
    comparison = scenery.stage.lecture_page.comparison
    scenery.pages.lecture.compare(True)
    for mode in ("slider", "beside", "difference"):
        comparison.set_mode(mode)
        scenery.show.wait(200)
        scenery.grab(f"{name}-{mode}")
    comparison.set_mode("slider")
    comparison.close_it()


# --- files


def file_scenes(scenery: Scenery) -> None:
    """What there is to save, a saved picture dropped again, one that differs, a foreign one, a sheet."""
    from engine.records.png_file import encode_png

    scenery.presenter.open_page("wall")
    scenery.open(scenery.model(*QUICK, *SLOW))
    scenery.wall.set_current(5)
    scenery.show.wait(200)
    header = scenery.stage.header
    header.save.click()
    scenery.show.wait(200)
    scenery.show.grab("gallery-export-menu", header.save_menu)
    header.save_menu.close()
    saved = scenery.view.picture()
    assert saved is not None
    other = saved.pixels.copy()
    other[4:9, 4:20] = 255 - other[4:9, 4:20]
    noise = np.random.default_rng(1).integers(0, 255, (40, 64, 3), np.uint8)
    for name, content in (
        ("identical", encode_png(saved.pixels, saved.note)),
        ("differing", encode_png(other, saved.note)),
        ("foreign", encode_png(noise)),
    ):
        dropped(scenery, content)
        scenery.grab(f"replay-{name}")
        scenery.quiet()
    scenery.presenter.close_report()


def dropped(scenery: Scenery, content: bytes) -> None:
    """A file is dropped on the window."""
    path = scenery.show._out / "dropped.png"
    path.write_bytes(content)
    scenery.show.frame.file_dropped.emit(str(path))
    path.unlink()

    def told() -> bool:
        return scenery.state.replay is not None and not scenery.state.replay.running

    scenery.show.wait(told)
    scenery.settle()


# --- room and trouble


def room_scenes(scenery: Scenery) -> None:
    """All pages in the narrow windows."""
    presenter = scenery.presenter
    for size in (NARROW, LEAST):
        scenery.show.frame.resize(*size)
        for page in ("wall", "lecture", "kept"):
            presenter.open_page(page)
            scenery.settle()
            scenery.grab(f"width-{size[0]}-{page}")
        presenter.open_page("lecture")
        scenery.stage.lecture_page.columns[0].wall.set_current(2)
        scenery.stage.lecture_page.columns[1].wall.set_current(3)
        compare_scenes(scenery, f"width-{size[0]}-compare")
        presenter.open_page("wall")
        for drawer in ("neighbours", "walks", "game"):
            scenery.drawer(drawer)
            scenery.settle()
            scenery.grab(f"width-{size[0]}-{drawer}")
        scenery.drawer("")
        scenery.wall.activated.emit(5)
        scenery.settle()
        scenery.grab(f"width-{size[0]}-zoomed")
        scenery.stage.wall_page.large.close_it()
    scenery.show.frame.resize(*SIZE)
    scenery.show.wait(300)


def trouble_scenes(scenery: Scenery) -> None:
    """The engine dies over a wall and over the lecture; there are no models."""
    presenter = scenery.presenter
    for page, grown in (("wall", lambda: presenter.set_count(10_000)), ("lecture", more_columns(scenery))):
        presenter.open_page(page)
        scenery.show.do("dice")
        grown()
        scenery.show.wait(400)
        pid = scenery.show.session.engine.pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        scenery.show.wait(lambda: scenery.state.engine != "ready")
        scenery.show.wait(60)
        scenery.grab(f"engine-died-{page}")
        scenery.show.wait(lambda: scenery.state.engine == "ready" and scenery.state.problem is None)
        scenery.settle()
        scenery.grab(f"engine-back-{page}")
    models = scenery.state.models
    scenery.view.set_models(())
    for page in ("wall", "lecture"):
        presenter.open_page(page)
        scenery.show.wait(400)
        scenery.grab(f"no-models-{page}")
    presenter.open_page("wall")
    scenery.view.set_models(models)
    scenery.settle()


def more_columns(scenery: Scenery) -> Callable[[], None]:
    """The lecture draws more."""

    def grown() -> None:
        scenery.pages.lecture.set_count(192)

    return grown


PAGES: tuple[Callable[[Scenery], None], ...] = (kept_scenes, lecture_scenes, file_scenes, room_scenes, trouble_scenes)
"""All of them, in the order in which one builds on the other."""
