"""The page of kept pictures: filters, order, bin, names; what is read of the file and when; the widgets themselves."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.documents.collection.picture import Drawing, Origin
from app.documents.collection.query import Query
from app.documents.collection.store import KeptPictures
from app.theme.tokens import DARK, LIGHT, channels
from app.workspaces.gallery import kept_words
from app.workspaces.gallery.keeping import Keeping
from app.workspaces.gallery.kept_cells import KeptCells, cell_size, in_cell
from app.workspaces.gallery.kept_presenter import KeptPresenter
from app.workspaces.gallery.kept_state import KeptState, packed_query, unpacked_query
from app.workspaces.gallery.view_kept import KeptPage
from engine.contracts.manifest import GraphSpec, ImageSpec, Manifest
from engine.records.png_file import encode_png

MODELS = [
    Manifest(
        id="gan",
        title="Fashion GAN",
        family="gan",
        architecture="DCGAN",
        data="fashion",
        data_title="Fashion",
        image=ImageSpec(height=4, width=4, channels=1, levels=256, range="0..1"),
        graphs={"generator": GraphSpec(file="g.onnx", sha256="a" * 64, inputs={}, outputs={})},
    )
]
FACTS: tuple[dict[str, Any], ...] = (
    {"model": "gan", "dataset": "fashion", "kind": "score", "value": 2.0, "class_name": "Bag", "class_id": 8},
    {"model": "gan", "dataset": "fashion", "kind": "score", "value": 3.0, "class_name": "Coat", "class_id": 4},
    {"model": "other-gan", "dataset": "fashion", "kind": "score", "value": 1.0},
    {"model": "cnn", "dataset": "mnist", "kind": "exact", "value": -80.0, "class_name": "7", "class_id": 7},
    {"model": "vae", "dataset": "fashion", "kind": "lower bound", "value": -70.0},
    {"model": "faces", "dataset": "faces"},
)


def picture(number: int) -> np.ndarray[Any, Any]:
    """Faces are larger, and coloured."""
    shape = (8, 6, 3) if FACTS[number % 6]["model"] == "faces" else (4, 4, 1)
    return np.full(shape, number % 250 + 1, np.uint8)


def drawing(number: int) -> Drawing:
    facts = FACTS[number % 6]
    origin = Origin(digest="d", request="{}", recipe=f"r/{number}", sha256=f"s{number}", seed=5, place=number, **facts)
    return Drawing(encode_png(picture(number)), origin)


class Shown:
    """A presenter, what it shows, and the file behind it."""

    def __init__(self, worker: Any, path: Path, count: int) -> None:
        self.worker, self.states, self.said = worker, list[KeptState](), list[str]()
        self.keeping = Keeping(worker, path)
        if count:
            self.keeping.keep(lambda: [drawing(number) for number in range(count)], starred=False)
        worker.go()
        self.presenter = KeptPresenter(self.keeping, MODELS, self.states.append, self.said.append)
        self.presenter.wake()
        worker.go()

    @property
    def state(self) -> KeptState:
        return self.states[-1]

    @property
    def places(self) -> list[int]:
        """The pictures shown, by the number that made them."""
        tiles = self.state.tiles
        assert tiles is not None
        return [entry.place for index in tiles.order if (entry := tiles.entry_of(int(index))) is not None]

    def index(self, place: int) -> int:
        tiles = self.state.tiles
        assert tiles is not None
        return next(int(i) for i in tiles.order if (e := tiles.entry_of(int(i))) is not None and e.place == place)

    def do(self, verb: Callable[..., object], *given: Any) -> KeptState:
        verb(*given)
        self.worker.go()
        return self.state

    def choose(self, *places: int) -> None:
        self.presenter.select([self.index(place) for place in places])


@pytest.fixture
def shown(worker: Any, path: Path) -> Iterator[Shown]:
    shown = Shown(worker, path, 6)
    yield shown
    shown.keeping.close()


# ------------------------------------------------------------------------------------------------- filters and order


def test_everything_shows_newest_first_with_counts_to_choose_by(shown: Shown) -> None:
    assert shown.places == [5, 4, 3, 2, 1, 0]
    counts = shown.state.counts
    assert dict(counts.models) == {"gan": 2, "other-gan": 1, "cnn": 1, "vae": 1, "faces": 1}
    assert shown.state.summary == "6 pictures" and shown.state.empty is None and shown.state.note == ""
    assert shown.state.titles == {"gan": "Fashion GAN"}


@pytest.mark.parametrize(
    ("filters", "places"),
    [
        ([("set_model", "gan")], [1, 0]),
        ([("set_class", "Bag")], [0]),
        ([("set_text", "fash COAT")], [1]),
        ([("set_model", "gan"), ("set_class", "Bag"), ("set_class", None)], [1, 0]),
        ([("set_model", "gan"), ("clear",)], [5, 4, 3, 2, 1, 0]),
        ([("set_collection", "nothing")], []),
        ([("set_order", "newest-up")], [0, 1, 2, 3, 4, 5]),
        ([("set_order", "class")], [1, 0, 3, 5, 4, 2]),
        ([("set_order", "score")], [1, 0, 2, 5, 4, 3]),
        ([("set_order", "score-up")], [2, 0, 1, 5, 4, 3]),
        ([("set_order", "log_likelihood")], [3, 4, 5, 2, 1, 0]),
        ([("set_order", "by magic")], [5, 4, 3, 2, 1, 0]),
    ],
)
def test_filters_and_orders(filters: list[tuple[Any, ...]], places: list[int], shown: Shown) -> None:
    for verb, *given in filters:
        shown.do(getattr(shown.presenter, verb), *given)
    assert shown.places == places


def test_an_order_by_values_says_what_does_not_compare(shown: Shown) -> None:
    note = shown.do(shown.presenter.set_order, "log_likelihood").note
    assert "Exact log-likelihoods first, then lower bounds: the two do not compare." in note
    assert (
        "Values of different data sets do not compare." in note and "4 pictures without a likelihood come last" in note
    )
    note = shown.do(shown.presenter.set_order, "score").note
    assert "Scores of different discriminators do not compare." in note and "3 pictures without a score" in note
    assert shown.do(shown.presenter.set_model, "gan").note == "", "one discriminator's scores do"
    assert shown.do(shown.presenter.set_order, "class").note == ""


def test_captions_name_the_picture(shown: Shown) -> None:
    shown.choose(1)
    shown.do(shown.presenter.label, "nice")
    tiles = shown.state.tiles
    assert tiles is not None
    assert tiles.captions(shown.index(1)) == "\u201cnice\u201d, Coat, Fashion GAN, 3.0 (real: 95 %)"
    assert tiles.captions(shown.index(4)) == "vae, at least about \u221270.0 nats"
    assert tiles.captions(999) == "" and not tiles.marks(999).starred


# ------------------------------------------------------------------------------------------------------------- verbs


def test_verbs_are_for_the_chosen_pictures(shown: Shown) -> None:
    shown.choose(0, 1)
    assert shown.state.selected == 2
    shown.do(shown.presenter.star)
    shown.choose(1)
    shown.do(shown.presenter.collect, "Best")
    tiles = shown.state.tiles
    assert tiles is not None and shown.state.counts.starred == 2
    assert tiles.marks(shown.index(0)).starred and dict(shown.state.counts.collections) == {"Best": 1}
    shown.choose(0, 1)
    shown.do(shown.presenter.star)
    assert shown.state.counts.starred == 0 and shown.state.counts.total == 6, "on this page they stay kept"
    shown.choose(1)
    shown.do(shown.presenter.collect, "Best")
    assert not shown.state.counts.collections, "it was in it, so it was taken out"


def test_without_a_chosen_picture_nothing_happens(shown: Shown) -> None:
    serial = shown.keeping.state.serial
    for verb, *given in (
        ("star",),
        ("label", "x"),
        ("collect", "x"),
        ("delete",),
        ("restore",),
        ("rename_collection", "x"),
    ):
        shown.do(getattr(shown.presenter, verb), *given)
    assert shown.keeping.state.serial == serial


def test_deleted_pictures_lie_in_the_bin_and_come_back(shown: Shown) -> None:
    shown.choose(2, 3)
    shown.do(shown.presenter.delete)
    assert shown.places == [5, 4, 1, 0] and shown.state.counts.deleted == 2 and shown.state.selected == 0
    assert shown.keeping.state.undo == "Undo: delete 2 pictures"
    state = shown.do(shown.presenter.open_bin, True)
    assert shown.places == [3, 2] and state.summary == "2 pictures in the bin, 2 selected"
    shown.choose(3)
    shown.do(shown.presenter.restore)
    assert shown.places == [2]
    shown.do(shown.keeping.undo)
    shown.do(shown.keeping.undo)
    assert shown.places == []
    assert shown.do(shown.presenter.open_bin, False).counts.total == 6


def test_removing_for_good_is_asked_about_first(shown: Shown) -> None:
    shown.choose(2, 3, 4)
    shown.do(shown.presenter.delete)
    shown.do(shown.presenter.open_bin, True)
    shown.choose(3)
    assert shown.do(shown.presenter.delete).purging == 1
    assert shown.do(shown.presenter.purge, False).purging == 0 and len(shown.places) == 3
    assert shown.do(shown.presenter.delete).purging == 1
    shown.choose(4)
    assert shown.state.purging == 0, "another choice is another question"
    assert shown.do(shown.presenter.empty_bin).purging == 3
    shown.do(shown.presenter.purge, True)
    assert shown.places == [] and shown.said == ["Removed 3 pictures for good."]
    assert shown.state.empty is not None and shown.state.empty.text == "The bin is empty."
    shown.do(shown.presenter.purge, True)
    assert len(shown.said) == 1


def test_a_collection_that_is_filtered_can_be_renamed(shown: Shown) -> None:
    shown.choose(0, 1)
    shown.do(shown.presenter.collect, "Best")
    shown.do(shown.presenter.set_collection, "Best")
    shown.do(shown.presenter.rename_collection, "The  best")
    assert shown.state.query.collection == "The best" and shown.places == [1, 0]
    shown.do(shown.presenter.rename_collection, " ")
    assert shown.state.query.collection == "The best"


# ----------------------------------------------------------------------------------------------------- empty, refused


@pytest.mark.parametrize(
    ("verbs", "text", "action"),
    [
        ([("set_text", "zebra")], "None of your 6 pictures is like that.", "clear"),
        ([("open_bin", True)], "The bin is empty.", "leave-bin"),
        ([("open_bin", True), ("set_text", "x")], "The bin is empty.", "leave-bin"),
    ],
)
def test_an_empty_page_says_what_to_do(verbs: list[tuple[Any, ...]], text: str, action: str, shown: Shown) -> None:
    for verb, *given in verbs:
        shown.do(getattr(shown.presenter, verb), *given)
    empty = shown.state.empty
    assert empty is not None and (empty.text, empty.action) == (text, action) and empty.remedy and empty.button
    assert shown.presenter.act(empty.action)
    shown.worker.go()
    shown.do(shown.presenter.clear)
    assert shown.state.empty is None and len(shown.places) == 6


def test_before_anything_is_kept_the_page_leads_to_the_wall(worker: Any, path: Path) -> None:
    shown = Shown(worker, path, 0)
    empty = shown.state.empty
    assert empty is not None and empty.text == "Nothing is kept yet." and not shown.presenter.act(empty.action)
    assert shown.states[0].empty is None, "not before the file was read"
    shown.keeping.close()


def test_a_file_that_does_not_answer_is_a_problem_until_it_does(worker: Any, path: Path) -> None:
    path.parent.write_text("no folder")
    shown = Shown(worker, path, 0)
    assert shown.state.problem is not None and shown.state.empty is None
    path.parent.unlink()
    shown.do(shown.presenter.retry)
    assert shown.state.problem is None and shown.state.empty is not None
    shown.keeping.close()


# ------------------------------------------------------------------------------------------------- what is read when


def test_pictures_are_read_where_they_are_in_view(worker: Any, path: Path) -> None:
    shown = Shown(worker, path, 600)
    tiles = shown.state.tiles
    assert tiles is not None and len(tiles.order) == 600
    first = tiles.drawn[tiles.order].copy()
    assert first[:64].all() and not first[200:].any()
    tiles.take_news()
    shown.do(shown.presenter.look, 300, 340)
    read = tiles.drawn[tiles.order] & ~first
    assert read[300:340].all() and not read[450:].any()
    assert set(tiles.take_news()) == {int(index) for index in tiles.order[read]} and not len(tiles.take_news())
    shown.keeping.close()


def test_pictures_of_all_sizes_lie_in_cells_of_one(shown: Shown) -> None:
    tiles = shown.state.tiles
    assert tiles is not None and tiles.images.shape == (6, 8, 6, 3)
    face, digit = tiles.images[shown.index(5)], tiles.images[shown.index(3)]
    assert (face == 6).all() and (digit[2:6, 1:5] == 4).all() and (digit[:2] == 0).all()
    shown.do(shown.presenter.set_margin, (9, 8, 7))
    assert (tiles.images[shown.index(3)][:2] == (9, 8, 7)).all()
    tiles = shown.do(shown.presenter.set_model, "cnn").tiles
    assert tiles is not None and tiles.images.shape == (6, 4, 4, 3) and (tiles.images[shown.index(3)] == 4).all()


def test_a_picture_that_cannot_be_read_is_marked(worker: Any, path: Path) -> None:
    with KeptPictures(path) as store:
        whole = drawing(0)
        store.keep([Drawing(whole.png[:40] + b"\0" * 30, whole.origin), drawing(1)])
    shown = Shown(worker, path, 0)
    tiles = shown.state.tiles
    assert tiles is not None and tiles.drawn.all()
    assert tiles.marks(shown.index(0)).broken and not tiles.marks(shown.index(1)).broken
    shown.do(shown.presenter.choose, shown.index(0))
    assert shown.state.detail is None
    shown.keeping.close()


def test_a_sleeping_page_asks_for_nothing_and_catches_up(shown: Shown) -> None:
    shown.presenter.sleep()
    shown.do(lambda: shown.keeping.keep(lambda: [drawing(6)]))
    assert len(shown.places) == 6
    shown.do(shown.presenter.wake)
    assert shown.places == [6, 5, 4, 3, 2, 1, 0]


def test_what_another_window_keeps_shows_when_the_page_comes_to_the_front(shown: Shown, path: Path) -> None:
    with KeptPictures(path) as other:
        other.keep([drawing(7)])
    shown.do(shown.presenter.wake)
    assert shown.places[0] == 7


def test_the_newest_of_many_wishes_is_what_shows(shown: Shown) -> None:
    for text in ("f", "fa", "fas", "fashion gan bag"):
        shown.presenter.set_text(text)
    assert len(shown.worker.waiting) == 1, "the file is asked once, then for the last"
    shown.worker.go()
    assert shown.places == [0] and shown.state.query.text == "fashion gan bag"


def test_a_selection_outlives_a_change_of_order(shown: Shown) -> None:
    shown.choose(1, 4)
    shown.do(shown.presenter.set_order, "class")
    assert shown.state.selected == 2
    shown.do(shown.presenter.set_model, "gan")
    assert shown.state.selected == 1 and len(shown.presenter.chosen) == 1


# ------------------------------------------------------------------------------------------------------- the detail


def test_the_chosen_picture_is_shown_with_all_that_is_known(shown: Shown) -> None:
    shown.do(shown.presenter.choose, shown.index(1))
    detail = shown.state.detail
    assert detail is not None and detail.chosen.manifest is MODELS[0]
    np.testing.assert_array_equal(detail.chosen.pixels, picture(1))
    assert (detail.class_name, detail.kind, detail.seed, detail.place) == ("Coat", "score", 5, 1)
    assert shown.do(shown.presenter.star).detail is not detail, "it has a star now"
    assert shown.state.detail is not None and shown.state.detail.mark.starred
    again = shown.state.detail
    assert shown.do(shown.presenter.look, 0, 3).detail is again, "and nothing else has changed"
    assert shown.do(shown.presenter.set_class, "Bag").detail is None and shown.state.current == -1
    assert shown.do(shown.presenter.choose, -1).detail is None


def test_a_model_that_is_not_installed_leaves_its_pictures(shown: Shown) -> None:
    shown.do(shown.presenter.choose, shown.index(5))
    detail = shown.state.detail
    assert detail is not None and detail.chosen.manifest.id == "faces" and "not installed" in detail.class_note
    assert detail.chosen.pixels.shape == (8, 6, 3)
    shown.do(shown.presenter.choose, shown.index(0))
    shown.presenter.set_models([])
    assert shown.state.titles == {} and shown.state.detail is not None
    assert "not installed" in shown.state.detail.class_note


# ---------------------------------------------------------------------------------------------------------- scenes


def test_filters_come_back(shown: Shown, worker: Any, path: Path) -> None:
    presenter = shown.presenter
    for verb, given in (
        (presenter.set_model, "gan"),
        (presenter.set_class, "Coat"),
        (presenter.set_text, "coat"),
        (presenter.set_order, "score-up"),
        (presenter.set_tile_size, 84),
    ):
        shown.do(verb, given)
    captured = json.loads(json.dumps(presenter.capture()))
    other = KeptPresenter(shown.keeping, MODELS, shown.states.append)
    other.restore_scene(captured)
    other.wake()
    worker.go()
    assert shown.places == [1] and other.capture() == captured


def test_what_was_chosen_is_found_again_by_its_pixels_on_the_page_too(shown: Shown, worker: Any, qtbot: Any) -> None:
    presenter, order = shown.presenter, shown.state.tiles.order
    presenter.select([int(order[1]), int(order[4])])
    captured = json.loads(json.dumps(presenter.capture()))
    assert len(captured["chosen"]) == 2 and all(name.startswith("s") for name in captured["chosen"])

    page = KeptPage()
    qtbot.addWidget(page)
    page.resize(900, 500)
    said: list[str] = []
    other = KeptPresenter(shown.keeping, MODELS, page.show_state, said.append)
    page.connect_to(other)
    other.restore_scene(captured | {"chosen": [*captured["chosen"], "of another collection"]})
    assert other.capture()["chosen"] == [*captured["chosen"], "of another collection"], "before anything is read"
    other.wake()
    worker.go()
    assert sorted(page.wall.selection()) == sorted(int(order[place]) for place in (1, 4))
    assert other.capture()["chosen"] == captured["chosen"] and said == [kept_words.not_here(1)]
    page.wall.select([int(order[0])])
    shown.keeping.star([1])
    worker.go()
    assert page.wall.selection() == [int(order[0])], "found once, and then the person's to choose"


@pytest.mark.parametrize("chosen", [None, 3, "s1", [3], ["x" * 401], ["s1"] * 1001, [["s1"]]])
def test_odd_digests_choose_nothing(shown: Shown, worker: Any, chosen: Any) -> None:
    other = KeptPresenter(shown.keeping, MODELS, shown.states.append, shown.said.append)
    other.restore_scene({"chosen": chosen})
    other.wake()
    worker.go()
    assert shown.state.found == () and not shown.said


@pytest.mark.parametrize(
    "captured",
    [None, 7, [], {"model": 3, "starred": "yes", "order": ["x"], "tile_size": True, "text": "x" * 1000, "deleted": 1}],
)
def test_what_cannot_be_read_of_a_scene_takes_its_default(captured: Any) -> None:
    assert unpacked_query(captured) == (Query(), None)
    assert unpacked_query(packed_query(Query(starred=True, deleted=True), 99)) == (
        Query(starred=True, deleted=True),
        99,
    )


# ----------------------------------------------------------------------------------------------------------- cells


def test_cells() -> None:
    assert cell_size([]) == (1, 1) and cell_size([(3, 9), (5, 2)]) == (9, 5) and cell_size([(500, 20)]) == (20, 96)
    small = np.full((2, 3, 1), 200, np.uint8)
    made = in_cell(small, (9, 7), (1, 2, 3))
    assert (made[2:6, 0:6] == 200).all() and (made[0] == (1, 2, 3)).all() and (made[:, 6] == (1, 2, 3)).all()
    large = np.arange(200 * 100, dtype=np.uint32).astype(np.uint8).reshape(200, 100, 1)
    assert in_cell(large, (96, 96), (0, 0, 0)).shape == (96, 96, 3)


def test_cells_keep_their_indices_and_grow() -> None:
    cells = KeptCells()
    assert cells.show([7, 9], (2, 2)).tolist() == [0, 1]
    cells.fill({9: np.full((2, 2, 3), 5, np.uint8), 7: None, 1234: None})
    assert cells.show([9, *range(1000, 2000)], (2, 2)).tolist() == [1, *range(2, 1002)]
    assert cells.count == 1002 and (cells.images[1] == 5).all() and cells.broken[0]
    assert cells.drawn[:2].all() and not cells.drawn[2:].any() and cells.index_of(1) == -1
    cells.show([9], (3, 3))
    assert not cells.drawn.any() and cells.images.shape == (1002, 3, 3, 3)


# --------------------------------------------------------------------------------------------------------- widgets


@pytest.fixture
def page(qtbot: Any, shown: Shown) -> KeptPage:
    page = KeptPage()
    qtbot.addWidget(page)
    shown.presenter._show = page.show_state
    page.connect_to(shown.presenter)
    page.resize(900, 500)
    page.show()
    shown.do(shown.presenter.wake)
    return page


def offered(words: Any) -> list[str]:
    return [words.itemText(number) for number in range(words.count())]


def test_the_bar_offers_what_there_is_with_counts(page: KeptPage, shown: Shown) -> None:
    bar = page.bar
    assert offered(bar.models) == ["All models", "cnn (1)", "faces (1)", "Fashion GAN (2)", "other-gan (1)", "vae (1)"]
    assert offered(bar.classes) == ["All classes", "7 (1)", "Bag (1)", "Coat (1)"] and bar.collections.isHidden()
    assert "Likeliest first" in offered(bar.orders) and "Most real first" in offered(bar.orders)
    bar.models.activated.emit(3)
    shown.worker.go()
    assert offered(bar.models)[3] == "Fashion GAN (2)" and bar.models.currentIndex() == 3
    assert "Likeliest first" not in offered(bar.orders)
    assert page.foot.summary.text() == "2 of 6 pictures"
    QTest.keyClicks(bar.text, "bag")
    shown.worker.go()
    assert page.foot.summary.text() == "1 of 6 pictures" and bar.text.text() == "bag"


def test_a_filter_that_finds_nothing_takes_no_choice_away(page: KeptPage, shown: Shown) -> None:
    bar, foot = page.bar, page.foot
    shown.do(lambda: shown.presenter.choose(0))
    shown.do(lambda: shown.presenter.collect("Best"))
    shown.do(lambda: shown.presenter.set_class("Bag"))
    shown.do(lambda: shown.presenter.set_text("nowhere"))
    assert page.foot.summary.text().startswith("0 of 6") and not bar.classes.isHidden()
    assert offered(bar.classes) == ["All classes", "7 (0)", "Bag (0)", "Coat (0)"] and bar.classes.currentIndex() == 2
    assert len(offered(bar.models)) == 6 and not bar.collections.isHidden()
    assert offered(bar.collections) == ["All collections", "Best (0)"]
    assert [action.text() for action in foot.collect_menu.actions()] == ["Best", "", "New collection ..."]
    shown.do(lambda: shown.presenter.set_text(""))
    bar.classes.activated.emit(3)
    shown.worker.go()
    assert page.foot.summary.text().startswith("1 of 6"), "another class can be chosen"


def test_the_bin_offers_what_is_in_it(page: KeptPage, shown: Shown) -> None:
    (bag,) = (entry for entry in shown.presenter._loading.entries if entry.class_name == "Bag")
    shown.do(lambda: shown.keeping.delete([bag.identity]))
    shown.do(lambda: shown.presenter.open_bin(True))
    assert offered(page.bar.classes) == ["All classes", "Bag (1)"]
    shown.do(lambda: shown.presenter.set_text("nowhere"))
    assert offered(page.bar.classes) == ["All classes", "Bag (0)"]
    shown.do(lambda: shown.presenter.open_bin(False))
    assert offered(page.bar.classes) == ["All classes", "7 (0)", "Coat (0)"]


def test_the_wall_shows_selects_stars_and_deletes(page: KeptPage, shown: Shown) -> None:
    wall, foot = page.wall, page.foot
    assert not foot.buttons["star"].isEnabled() and foot.bin.isHidden() is False and not foot.bin.isEnabled()
    wall.setFocus()
    QTest.keyClick(wall, Qt.Key.Key_Home)
    QTest.keyClick(wall, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(wall, Qt.Key.Key_S)
    shown.worker.go()
    assert page.bar.starred.text() == "Starred 2"
    QTest.keyClick(wall, Qt.Key.Key_Delete)
    shown.worker.go()
    assert foot.bin.text() == "Bin 2" and foot.summary.text() == "4 pictures"
    foot.bin.click()
    shown.worker.go()
    visible = {name for name, button in foot.buttons.items() if not button.isHidden()}
    assert visible == {"restore", "purge", "empty"} and foot.summary.text() == "2 pictures in the bin"
    foot.buttons["empty"].click()
    assert foot.asks and foot.unsure.hasFocus(), "Enter must not remove anything"
    foot.sure.click()
    shown.worker.go()
    assert not foot.asks and shown.said == ["Removed 2 pictures for good."]
    wall.empty_pressed.emit()
    shown.worker.go()
    assert foot.summary.text() == "4 pictures"


def test_names_and_labels_are_typed_in_place(page: KeptPage, shown: Shown) -> None:
    foot = page.foot
    page.wall.set_current(int(page.wall._choice.order[0]))
    shown.worker.go()
    foot.buttons["label"].click()
    assert foot.asks and foot.field.hasFocus()
    QTest.keyClicks(foot.field, "odd one")
    QTest.keyClick(foot.field, Qt.Key.Key_Return)
    shown.worker.go()
    assert not foot.asks
    foot.buttons["label"].click()
    assert foot.field.text() == "odd one", "what it is called now"
    QTest.keyClick(foot.field, Qt.Key.Key_Escape)
    assert not foot.asks
    foot.ask("collect")
    QTest.keyClicks(foot.field, "A & B")
    QTest.keyClick(foot.field, Qt.Key.Key_Return)
    shown.worker.go()
    assert offered(page.bar.collections) == ["All collections", "A & B (1)"]
    assert [action.text() for action in foot.collect_menu.actions()] == ["A && B", "", "New collection ..."]
    page.bar.collections.activated.emit(1)
    shown.worker.go()
    foot.buttons["rename"].click()
    assert foot.field.text() == "A & B"
    foot.field.setText("C")
    QTest.keyClick(foot.field, Qt.Key.Key_Return)
    shown.worker.go()
    assert offered(page.bar.collections) == ["All collections", "C (1)"] and page.bar.collections.currentIndex() == 1


def test_a_label_is_of_the_picture_that_it_was_asked_for(page: KeptPage, shown: Shown) -> None:
    foot, order = page.foot, [int(index) for index in page.wall._choice.order]
    given: list[str] = []
    foot.label_given.connect(given.append)
    page.wall.set_current(order[0])
    shown.worker.go()
    foot.buttons["label"].click()
    QTest.keyClicks(foot.field, "meant for the first")
    page.wall.set_current(order[1])
    shown.worker.go()
    assert not foot.asks, "nothing is asked for any more: another picture is chosen"
    QTest.keyClick(foot.field, Qt.Key.Key_Return)
    assert given == []


def test_the_margins_are_the_themes_mat(page: KeptPage, shown: Shown) -> None:
    for palette in (DARK, LIGHT):
        page.set_theme(palette)
        shown.worker.go()
        tiles = page._state.tiles if page._state is not None else None
        assert tiles is not None and tuple(tiles.images[shown.index(0)][0, 0]) == channels(palette.mat)


def test_an_empty_page_leads_to_the_wall(page: KeptPage, shown: Shown, qtbot: Any) -> None:
    page.wall.select_all()
    shown.do(shown.presenter.delete)
    with qtbot.waitSignal(page.page_requested) as caught:
        page.wall.empty_pressed.emit()
    assert caught.args == ["wall"]


def test_the_page_fits_where_the_window_is_small(page: KeptPage, shown: Shown, qtbot: Any) -> None:
    shown.do(shown.presenter.open_bin, True)
    assert page.minimumSizeHint().width() <= 668, "1024 px less rail and inspector"
