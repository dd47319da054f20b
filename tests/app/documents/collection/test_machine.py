"""Whatever is done to the collection in whatever order, it is what a plain model in memory says it is."""

from __future__ import annotations

import hashlib
import itertools
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from app.documents.collection.change import Change
from app.documents.collection.picture import Drawing, Origin
from app.documents.collection.query import Query
from app.documents.collection.store import KeptPictures
from engine.errors import RequestError
from engine.records.png_file import encode_png

MODELS, CLASSES, LABELS, NAMES = ("gan", "vae"), ("", "one", "two"), ("", "good", "odd"), ("Best", "Worst", "new")


def drawing_of(number: int) -> Drawing:
    """Pictures 0 to 7."""
    pixels = np.full((2, 2, 1), number, np.uint8)
    origin = Origin(
        model=MODELS[number % 2],
        digest="d",
        request="{}",
        recipe=f"r/{number}",
        sha256=hashlib.sha256(pixels.tobytes()).hexdigest(),
        seed=number,
        class_name=CLASSES[number % 3],
    )
    return Drawing(encode_png(pixels), origin)


DRAWINGS = [drawing_of(number) for number in range(8)]


@dataclass
class Kept:
    """A picture as the model knows it."""

    number: int
    starred: bool = False
    label: str = ""
    names: frozenset[str] = field(default_factory=frozenset)
    there: bool = False


State = dict[int, Kept]
Done = tuple[Change, list[tuple[int, Kept, Kept]]]
"""What the store says that it did, and what the model did: identity, before, after."""

numbers = st.lists(st.integers(0, 7), min_size=1, max_size=4)
places = st.lists(st.integers(0, 9), min_size=1, max_size=4, unique=True)


class Collection(RuleBasedStateMachine):
    """Two windows with one file, and a dictionary."""

    done = Bundle("done")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "kept.sqlite3"
        self.ticks = itertools.count(1)
        self.stores = [self.opened(), self.opened()]
        self.model: State = {}

    def opened(self) -> KeptPictures:
        return KeptPictures(self.path, busy_s=0.0, clock=lambda: float(next(self.ticks)))

    def teardown(self) -> None:
        for store in self.stores:
            assert store.take_notices() == ()
            store.close()
        self.folder.cleanup()

    def chosen(self, places: list[int]) -> list[int]:
        """Some of the pictures that there are, deleted ones too."""
        return [identity for place, identity in enumerate(self.model) if place in places]

    def altered(self, identities: list[int], change: Change, edit: Callable[[Kept], Kept]) -> Done:
        """Do to the model what the store has done."""
        assert list(change.identities) == identities
        steps = []
        for identity in identities:
            before, self.model[identity] = self.model[identity], edit(self.model[identity])
            steps.append((identity, before, self.model[identity]))
        return change, steps

    # -- actions

    @rule(
        target=done,
        who=st.integers(0, 1),
        numbers=numbers,
        star=st.booleans(),
        label=st.sampled_from(LABELS),
        name=st.sampled_from(("", *NAMES)),
    )
    def keep(self, who: int, numbers: list[int], star: bool, label: str, name: str) -> Done:
        change = self.stores[who].keep([DRAWINGS[n] for n in numbers], starred=star, label=label, collection=name)
        known = {kept.number: identity for identity, kept in self.model.items()}
        for number, identity in zip(numbers, change.identities, strict=True):
            assert known.setdefault(number, identity) == identity
            self.model.setdefault(identity, Kept(number))

        def edit(kept: Kept) -> Kept:
            names = kept.names | ({name} if name else set())
            return Kept(kept.number, kept.starred or star, label or kept.label, frozenset(names), True)

        return self.altered(list(change.identities), change, edit)

    @rule(target=done, who=st.integers(0, 1), places=places, star=st.booleans())
    def star(self, who: int, places: list[int], star: bool) -> Done:
        wanted, store = self.chosen(places), self.stores[who]
        change = store.star(wanted) if star else store.unstar(wanted)
        return self.altered(wanted, change, lambda kept: replace(kept, starred=star))

    @rule(target=done, who=st.integers(0, 1), places=places)
    def let_go(self, who: int, places: list[int]) -> Done:
        wanted = self.chosen(places)
        change = self.stores[who].unstar(wanted, let_go=True)

        def edit(kept: Kept) -> Kept:
            held = bool(kept.label or kept.names) or not kept.starred
            return replace(kept, starred=False, there=kept.there and held)

        return self.altered(wanted, change, edit)

    @rule(target=done, who=st.integers(0, 1), places=places, label=st.sampled_from(LABELS))
    def label(self, who: int, places: list[int], label: str) -> Done:
        wanted = self.chosen(places)
        change = self.stores[who].label(wanted, label)
        return self.altered(wanted, change, lambda kept: replace(kept, label=label))

    @rule(target=done, who=st.integers(0, 1), places=places, name=st.sampled_from(NAMES), out=st.booleans())
    def collect(self, who: int, places: list[int], name: str, out: bool) -> Done:
        wanted, store = self.chosen(places), self.stores[who]
        change = store.take_out(wanted, name) if out else store.collect(wanted, name)
        return self.altered(
            wanted, change, lambda kept: replace(kept, names=kept.names - {name} if out else kept.names | {name})
        )

    @rule(target=done, who=st.integers(0, 1), places=places, restore=st.booleans())
    def delete(self, who: int, places: list[int], restore: bool) -> Done:
        wanted, store = self.chosen(places), self.stores[who]
        change = store.restore(wanted) if restore else store.delete(wanted)
        return self.altered(wanted, change, lambda kept: replace(kept, there=restore))

    @rule(target=done, who=st.integers(0, 1), old=st.sampled_from(NAMES), new=st.sampled_from(NAMES))
    def rename(self, who: int, old: str, new: str) -> Done:
        members = [identity for identity, kept in self.model.items() if old in kept.names]
        taken = old != new and any(new in kept.names for kept in self.model.values())
        if not members or taken:
            with pytest.raises(RequestError):
                self.stores[who].rename_collection(old, new)
            return Change("rename", ()), []
        change = self.stores[who].rename_collection(old, new)
        return self.altered(members, change, lambda kept: replace(kept, names=kept.names - {old} | {new}))

    @rule(target=done, who=st.integers(0, 1), done=consumes(done))
    def undo(self, who: int, done: Done) -> Done:
        """Take back any action, not only the last, in either window; what comes out can be taken back in its turn."""
        change, steps = done
        alive = [step for step in reversed(steps) if step[0] in self.model]
        if steps and not alive:
            with pytest.raises(RequestError, match="removed for good"):
                self.stores[who].undo(change)
            return Change("undo", ()), []
        back = self.stores[who].undo(change)
        made = []
        for identity, before, after in alive:
            now = self.model[identity]
            changed = [name for name in ("starred", "label", "there") if getattr(before, name) != getattr(after, name)]
            back_again = replace(now, **{name: getattr(before, name) for name in changed})
            back_again.names = now.names - (after.names - before.names) | (before.names - after.names)
            self.model[identity] = back_again
            made.append((identity, now, back_again))
        assert list(back.identities) == [identity for identity, *_ in alive]
        return back, made

    @rule(who=st.integers(0, 1), places=places)
    def purge(self, who: int, places: list[int]) -> None:
        wanted = self.chosen(places)
        gone = [identity for identity in wanted if not self.model[identity].there]
        assert self.stores[who].purge(wanted) == len(gone)
        for identity in gone:
            del self.model[identity]

    @rule(who=st.integers(0, 1))
    def reopen(self, who: int) -> None:
        self.stores[who].close()
        self.stores[who] = self.opened()

    # -- questions

    @rule(
        who=st.integers(0, 1),
        query=st.builds(
            Query,
            model=st.sampled_from((None, *MODELS)),
            class_name=st.sampled_from((None, *CLASSES)),
            starred=st.sampled_from((None, True, False)),
            label=st.sampled_from((None, *LABELS)),
            collection=st.sampled_from((None, *NAMES)),
            text=st.sampled_from(("", "GOOD", "vae b", "n")),
            deleted=st.booleans(),
            order=st.sampled_from(("newest", "class", "log_likelihood", "score")),
            ascending=st.booleans(),
        ),
    )
    def ask(self, who: int, query: Query) -> None:
        found = self.stores[who].identities(query)
        assert set(found) == {identity for identity, kept in self.model.items() if _fits(kept, query)}
        assert self.stores[who].count(query) == len(found) == len(set(found))
        counts = self.stores[who].counts(query)
        assert sum(counts.models.values()) == self.stores[who].count(replace(query, model=None))
        assert counts.all + counts.deleted == len(self.model)

    @invariant()
    def both_windows_show_what_the_model_says(self) -> None:
        for store in self.stores:
            pictures = store.pictures(self.model)
            assert [picture.identity for picture in pictures] == list(self.model)
            for picture, kept in zip(pictures, self.model.values(), strict=True):
                marks = picture.marks
                assert (marks.starred, marks.label, marks.collections) == (kept.starred, kept.label, kept.names)
                assert (marks.deleted is None) == kept.there
                assert (picture.png, picture.origin) == (DRAWINGS[kept.number].png, DRAWINGS[kept.number].origin)


def _fits(kept: Kept, query: Query) -> bool:
    model, class_name = MODELS[kept.number % 2], CLASSES[kept.number % 3]
    words = " ".join((kept.label, class_name, model, *kept.names)).casefold()
    asked = {"model": model, "class_name": class_name, "starred": kept.starred, "label": kept.label}
    return (
        kept.there != query.deleted
        and all(getattr(query, name) in (None, value) for name, value in asked.items())
        and query.collection in (None, *kept.names)
        and all(word in words for word in query.text.casefold().split())
    )


TestCollection = Collection.TestCase
TestCollection.settings = settings(max_examples=60, stateful_step_count=30)
