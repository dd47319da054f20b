"""What the collection keeps, and what can be asked of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.documents.collection.change import Change
from app.documents.collection.picture import MAX_LABEL, MAX_NAME, Drawing, Marks, png_size
from app.documents.collection.query import ORDERS, Query
from app.documents.collection.store import KeptPictures
from engine.errors import RequestError

Make = Callable[..., Drawing]
Open = Callable[..., KeptPictures]


def keep(store: KeptPictures, *drawings: Drawing, **how: Any) -> tuple[int, ...]:
    return store.keep(drawings, **how).identities


def test_what_is_kept_comes_back_as_it_was(store: KeptPictures, drawing: Make, open_store: Open) -> None:
    given = drawing(7, (5, 3), class_name="seven", class_id=7, value=-81.25, kind="lower bound", place=2**40)
    (identity,) = keep(store, given, label="  my \n seven ", collection="Best")
    store.close()
    picture = open_store().picture(identity)
    assert (picture.png, picture.origin, picture.size) == (given.png, given.origin, (5, 3))
    assert picture.marks == Marks(starred=True, label="my seven", collections=frozenset({"Best"}))
    assert picture.created == 1_000.0


def test_the_same_picture_is_kept_once(store: KeptPictures, drawing: Make) -> None:
    first = keep(store, drawing(1), label="one")
    again = keep(store, drawing(1), drawing(1), starred=False, collection="Best")
    other_pixels = keep(store, drawing(1, sha256="0" * 64))
    assert again == first * 2 and other_pixels != first and store.count() == 2
    assert store.picture(first[0]).marks == Marks(starred=True, label="one", collections=frozenset({"Best"}))


def test_a_deleted_picture_that_is_kept_again_comes_back(store: KeptPictures, drawing: Make) -> None:
    (identity,) = keep(store, drawing(1), label="one")
    store.delete([identity])
    assert keep(store, drawing(1), starred=False) == (identity,)
    assert store.count() == 1 and store.picture(identity).marks.label == "one"


def test_marks(store: KeptPictures, drawing: Make) -> None:
    one, two = keep(store, drawing(1), drawing(2), starred=False)
    store.star([one, two, one])
    store.unstar([two])
    store.label([two], "dented")
    store.collect([one, two], "Best")
    store.collect([two], "Odd")
    store.take_out([two], "Best")
    assert store.picture(one).marks == Marks(starred=True, collections=frozenset({"Best"}))
    assert store.picture(two).marks == Marks(label="dented", collections=frozenset({"Odd"}))
    store.label([two], " ")
    assert store.picture(two).marks.label == ""


def test_a_star_that_is_let_go_takes_the_picture_with_it_unless_something_else_holds_it(
    store: KeptPictures, drawing: Make
) -> None:
    plain, labelled, collected = (
        *keep(store, drawing(1)),
        *keep(store, drawing(2), label="x"),
        *keep(store, drawing(3), collection="c"),
    )
    change = store.unstar([plain, labelled, collected], let_go=True)
    assert store.identities(Query(deleted=True)) == (plain,) and store.count() == 2
    store.undo(change)
    assert store.count(Query(starred=True)) == 3


def test_delete_and_restore(store: KeptPictures, drawing: Make) -> None:
    one, two = keep(store, drawing(1), drawing(2))
    deleted = store.delete([one])
    when = store.picture(one).marks.deleted
    store.delete([one, two])
    assert store.picture(one).marks.deleted == when, "it was deleted when it was"
    assert store.count() == 0 and set(store.identities(Query(deleted=True))) == {one, two}
    store.restore([two])
    assert store.identities(Query()) == (two,)
    assert not deleted.is_empty and store.restore([two]).is_empty


def test_undo_in_another_order(store: KeptPictures, drawing: Make) -> None:
    (one,) = keep(store, drawing(1), starred=False)
    label, star, collect = store.label([one], "a"), store.star([one]), store.collect([one], "Best")
    undone = store.undo(label)
    store.undo(collect)
    assert store.picture(one).marks == Marks(starred=True)
    store.undo(undone)
    assert store.picture(one).marks == Marks(starred=True, label="a")
    store.undo(star)
    assert store.picture(one).marks == Marks(label="a")


def test_undoing_keep_deletes_and_doing_it_again_brings_back(store: KeptPictures, drawing: Make) -> None:
    change = store.keep([drawing(1), drawing(1), drawing(2)], label="x")
    back = store.undo(change)
    assert store.count() == 0 and store.count(Query(deleted=True)) == 2
    store.undo(back)
    assert store.count(Query(label="x", starred=True)) == 2


@pytest.mark.parametrize(
    ("how", "action"),
    [
        ({}, "star"),
        ({"label": "x"}, "label"),
        ({"label": "x", "collection": "c"}, "collect"),
        ({"starred": False}, "keep"),
    ],
)
def test_keeping_is_named_after_what_it_was_for(
    how: dict[str, Any], action: str, store: KeptPictures, drawing: Make
) -> None:
    assert store.keep([drawing(1)], **how).action == action


def test_what_is_purged_is_gone_for_good(store: KeptPictures, drawing: Make) -> None:
    one, two, three = keep(store, drawing(1), drawing(2), drawing(3), collection="Best")
    change = store.delete([one, two])
    assert store.purge([one, three]) == 1, "a picture that is not deleted is not purged"
    assert store.pictures([one, three, two]) == (store.picture(three), store.picture(two))
    store.undo(change)
    assert set(store.identities(Query(collection="Best"))) == {two, three}
    for act in (store.picture, lambda number: store.star([number]), lambda number: store.undo(_only(change, number))):
        with pytest.raises(RequestError, match="removed for good"):
            act(one)
    (fresh,) = keep(store, drawing(4))
    assert fresh not in (one, two, three), "a number is never given twice"
    assert keep(store, drawing(1)) != (one,), "and not to the same picture either"


def _only(change: Change, identity: int) -> Change:
    return Change(change.action, tuple(shift for shift in change.shifts if shift.identity == identity))


def test_an_action_on_a_picture_that_is_gone_changes_none_of_the_others(store: KeptPictures, drawing: Make) -> None:
    one, two = keep(store, drawing(1), drawing(2), starred=False)
    store.delete([two])
    store.purge([two])
    with pytest.raises(RequestError, match="removed for good"):
        store.star([one, two])
    assert not store.picture(one).marks.starred


# ------------------------------------------------------------------------------------------------------ collections


def test_collections_are_renamed_with_the_deleted_ones_in_them(store: KeptPictures, drawing: Make) -> None:
    one, two = keep(store, drawing(1), drawing(2), collection="Best")
    store.delete([two])
    change = store.rename_collection("Best", " The  best ")
    assert store.identities(Query(collection="The best")) == (one,)
    assert store.picture(two).marks.collections == {"The best"}
    store.undo(change)
    assert dict(store.counts().collections) == {"Best": 1}
    assert store.rename_collection("Best", "Best").is_empty


def test_collections_that_cannot_be_renamed(store: KeptPictures, drawing: Make) -> None:
    keep(store, drawing(1), collection="Best")
    (binned,) = keep(store, drawing(2), collection="Odd")
    store.delete([binned])
    with pytest.raises(RequestError, match="There is no collection called Nothing"):
        store.rename_collection("Nothing", "Something")
    with pytest.raises(RequestError, match="There is a collection called Odd already"):
        store.rename_collection("Best", "Odd")
    with pytest.raises(RequestError, match="name is empty"):
        store.rename_collection("Best", " \t")


# ---------------------------------------------------------------------------------------------------- what is unfit


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"seed": -1}, "no whole number"),
        ({"place": 2**63}, "no whole number"),
        ({"class_id": -1}, "no whole number"),
        ({"kind": "guess", "value": 1.0}, "no known kind"),
        ({"kind": "exact"}, "no known kind"),
        ({"value": 1.0}, "no known kind"),
        ({"kind": "score", "value": float("nan")}, "not a number"),
        ({"request": "[1]"}, "no JSON object"),
        ({"request": "{" * 100_000}, "no JSON object"),
        ({"model": "a\0b"}, "characters"),
        ({"class_name": "\ud800"}, "characters"),
        ({"recipe": ""}, "how it was drawn"),
        ({"sha256": ""}, "how it was drawn"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_everything_beside_it(
    facts: dict[str, Any], why: str, store: KeptPictures, drawing: Make
) -> None:
    with pytest.raises(RequestError, match=why) as caught:
        store.keep([drawing(1), drawing(2, **facts)])
    assert caught.value.remedy and store.count() == 0


def test_a_picture_that_is_no_png_is_refused(store: KeptPictures, drawing: Make) -> None:
    for data in (b"", b"GIF89a" * 9, drawing(1).png[:20]):
        with pytest.raises(RequestError, match="no PNG file"):
            store.keep([Drawing(data, drawing(1).origin)])
    assert png_size(drawing(1, (9, 4)).png) == (9, 4)


def test_labels_and_names_that_are_too_long(store: KeptPictures, drawing: Make) -> None:
    (one,) = keep(store, drawing(1), label="x" * MAX_LABEL, collection="y" * MAX_NAME)
    with pytest.raises(RequestError, match="label of 201 characters is too long"):
        store.label([one], "x" * (MAX_LABEL + 1))
    with pytest.raises(RequestError, match="name of 81 characters is too long"):
        store.collect([one], "y" * (MAX_NAME + 1))


def test_words_of_any_script_are_kept_in_one_line(store: KeptPictures, drawing: Make) -> None:
    for number, (text, kept) in enumerate(
        [
            ("Stra\u00dfe \u96ea \U0001f600", "Stra\u00dfe \u96ea \U0001f600"),
            ("e\u0301", "\u00e9"),
            ("a\x1fb\0c\u2028d", "a b c d"),
            ("'); DROP TABLE pictures; --", "'); DROP TABLE pictures; --"),
            ('50 % _ \\ "x"', '50 % _ \\ "x"'),
        ]
    ):
        (one,) = keep(store, drawing(number), label=text, collection=text)
        assert store.picture(one).marks == Marks(starred=True, label=kept, collections=frozenset({kept}))
        assert store.identities(Query(label=kept, collection=kept)) == (one,)


# --------------------------------------------------------------------------------------------------------- questions


@pytest.fixture
def shelf(store: KeptPictures, drawing: Make) -> dict[str, int]:
    """Six pictures by name: two exact, two bounds, two scores, one without anything; of two data sets."""
    facts: dict[str, dict[str, Any]] = {
        "exact low": {"model": "cnn", "value": -90.0, "kind": "exact", "class_name": "two", "class_id": 2},
        "exact high": {"model": "cnn", "value": -70.0, "kind": "exact", "class_name": "ten", "class_id": 10},
        "bound low": {"model": "vae", "value": -95.0, "kind": "lower bound"},
        "bound high": {"model": "vae", "value": -60.0, "kind": "lower bound", "class_name": "two", "class_id": 2},
        "score low": {
            "model": "gan",
            "value": -1.0,
            "kind": "score",
            "dataset": "fashion",
            "class_name": "Bag",
            "class_id": 1,
        },
        "score high": {"model": "gan", "value": 3.0, "kind": "score", "dataset": "fashion"},
        "nothing": {"model": "faces", "dataset": "fashion", "size": (16, 4)},
    }
    found: dict[str, int] = {}
    for number, (name, each) in enumerate(facts.items()):
        (found[name],) = keep(store, drawing(number, **each), starred="high" in name, label=name.split()[0])
    return found


@pytest.mark.parametrize(
    ("query", "names"),
    [
        (Query(), "nothing, score high, score low, bound high, bound low, exact high, exact low"),
        (Query(ascending=True), "exact low, exact high, bound low, bound high, score low, score high, nothing"),
        (Query(order="class"), "score low, bound high, exact low, exact high, nothing, score high, bound low"),
        (
            Query(order="class", ascending=True),
            "exact high, bound high, exact low, score low, nothing, score high, bound low",
        ),
        (
            Query(order="log_likelihood"),
            "exact high, exact low, bound high, bound low, nothing, score high, score low",
        ),
        (
            Query(order="log_likelihood", ascending=True),
            "exact low, exact high, bound low, bound high, nothing, score high, score low",
        ),
        (Query(order="score"), "score high, score low, nothing, bound high, bound low, exact high, exact low"),
        (Query(model="vae"), "bound high, bound low"),
        (Query(class_name="two"), "bound high, exact low"),
        (Query(class_name=""), "nothing, score high, bound low"),
        (Query(starred=True, label="score"), "score high"),
        (Query(starred=False, model="cnn"), "exact low"),
        (Query(text="FASH GAN label-less"), ""),
        (Query(text="FASH SCORE"), "score high, score low"),
        (Query(text="100%"), ""),
        (Query(collection="Best"), ""),
    ],
)
def test_queries(query: Query, names: str, store: KeptPictures, shelf: dict[str, int]) -> None:
    by_number = {number: name for name, number in shelf.items()}
    found = store.identities(query)
    assert ", ".join(by_number[number] for number in found) == names
    assert store.count(query) == len(found)
    pictures, entries = store.pictures(found), store.entries(query)
    assert tuple(picture.identity for picture in pictures) == tuple(entry.identity for entry in entries) == found
    for picture, entry in zip(pictures, entries, strict=True):
        assert (picture.marks, picture.size, picture.created) == (entry.marks, entry.size, entry.created)
        names = ("model", "digest", "seed", "place", "family", "dataset", "class_name", "value", "kind")
        assert all(getattr(picture.origin, name) == getattr(entry, name) for name in names)


def test_every_order_has_every_picture(store: KeptPictures, shelf: dict[str, int]) -> None:
    assert {*map(len, (store.identities(Query(order=order)) for order in ORDERS))} == {len(shelf)}


def test_counts_say_what_another_choice_would_find(store: KeptPictures, shelf: dict[str, int]) -> None:
    store.collect([shelf["bound high"], shelf["exact low"]], "Best")
    store.delete([shelf["exact high"]])
    counts = store.counts(Query(model="vae"))
    assert (counts.total, counts.starred, counts.all, counts.deleted) == (2, 1, 6, 1)
    assert dict(counts.models) == {"cnn": 1, "faces": 1, "gan": 2, "vae": 2}, "what this filter would find instead"
    assert dict(counts.classes) == {"two": 1} and dict(counts.labels) == {"bound": 2}
    assert dict(counts.collections) == {"Best": 1}
    assert dict(store.counts(Query(collection="Best", model="vae")).collections) == {"Best": 1}
    assert dict(store.counts(Query(deleted=True)).models) == {"cnn": 1}


def test_the_wall_finds_its_pictures_by_recipe(store: KeptPictures, drawing: Make) -> None:
    one, two, gone = keep(store, drawing(1), drawing(2), drawing(3))
    store.delete([gone])
    many = [f"r/{number}" for number in range(2_000)]
    assert store.kept_among(many) == {"r/1": (one, Marks(starred=True)), "r/2": (two, Marks(starred=True))}
    assert store.kept_among([]) == {}


def test_thousands_at_once(store: KeptPictures, drawing: Make) -> None:
    numbers = keep(store, *(drawing(number) for number in range(1_500)))
    assert len(set(numbers)) == 1_500
    assert store.label(numbers, "all").identities == numbers
    assert [picture.identity for picture in store.pictures(reversed(numbers))] == [*reversed(numbers)]


# --------------------------------------------------------------------------------------------- windows and threads


def test_two_windows_have_one_file(store: KeptPictures, open_store: Open, drawing: Make) -> None:
    other = open_store()
    (one,) = keep(store, drawing(1))
    assert other.others_wrote() and not other.others_wrote() and not store.others_wrote()
    change = other.label([one], "from there")
    assert store.others_wrote() and store.picture(one).marks.label == "from there"
    store.undo(change)
    assert other.picture(one).marks.label == ""


def test_the_store_belongs_to_the_thread_that_opened_it(store: KeptPictures) -> None:
    errors: list[Exception] = []

    def elsewhere() -> None:
        try:
            store.count()
        except Exception as error:
            errors.append(error)

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert "thread" in str(errors[0])


def test_the_log_is_brought_over_when_the_file_is_closed(store: KeptPictures, path: Path, drawing: Make) -> None:
    keep(store, drawing(1))
    assert (path.parent / "kept.sqlite3-wal").exists()
    store.close()
    assert [each.name for each in path.parent.iterdir()] == ["kept.sqlite3"]
