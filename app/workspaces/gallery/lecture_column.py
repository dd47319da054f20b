"""One column of the lecture: its wall, and what is measured of the pictures that show.  Qt-free.

A model that is not told classes draws more pictures than are wanted, of which those show that the data set's classifier
takes for the class; how many were drawn for them is said.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from app.bridge.ports import Clock, Dispatcher
from app.documents.wall import Wall
from app.documents.wall_pictures import Hanging
from app.messages import Problem
from app.translation import tr
from app.workspaces.gallery.feed import ENGINE_RESTARTING, WallFeed
from app.workspaces.gallery.lecture_state import Column, likelihood_of
from app.workspaces.gallery.question import Question
from engine.contracts.arrays import Image, Images
from engine.contracts.events import Answer, Classified, Measured
from engine.contracts.lanes import Lane, Policy
from engine.contracts.manifest import Manifest
from engine.contracts.requests import FEWEST_TO_MEASURE, ClassifyImages, MeasureSamples

DRAWN_FOR_ONE = 16
"""Pictures that are drawn for one of a class, where the model cannot be told it."""
MOST_DRAWN = 2_000


class ColumnDesk:
    """Draws and measures for one column; ``changed`` is called when there is something new to show."""

    def __init__(self, dispatcher: Dispatcher, clock: Clock, changed: Callable[[], None], name: str) -> None:
        self._changed = changed
        self.feed = WallFeed(dispatcher, clock, self._fed, f"gallery.lecture.{name}")
        self.feed.set_held(True)
        quiet = Policy.QUEUE
        self._measure = Question(
            dispatcher, Lane(f"gallery.lecture.{name}.measure", quiet, interactive=False), self._measured, self._failed
        )
        self._classify = Question(
            dispatcher,
            Lane(f"gallery.lecture.{name}.classes", quiet, interactive=False),
            self._classified,
            self._failed,
        )
        self.manifest: Manifest | None = None
        self._count, self._class, self._sought = 0, "", -1
        self._chosen: list[int] | None = None
        self._measurement: Measured | None = None
        self._problem: Problem | None = None
        self._asked = False
        self._timed: tuple[Manifest, float] | None = None
        self._subject: tuple[object, ...] = ()
        self.serial = 0

    # --- what is asked of it

    def show(self, manifest: Manifest, count: int, seed: int, class_name: str, sought: int) -> None:
        """Draw so many pictures, of a class if it is named.

        ``sought`` is the class's number where the classifier has to find it among what is drawn, else -1.  What is
        known of the same pictures stays.
        """
        told = class_name if class_name in manifest.class_names else ""
        drawn = count if told or not class_name or sought < 0 else min(MOST_DRAWN, DRAWN_FOR_ONE * count)
        self.manifest, self._count, self._class = manifest, count, class_name
        self._sought = -1 if told or not class_name else sought
        subject = manifest, count, seed, class_name, self._sought
        if subject != self._subject or self._problem is not None:
            self._forget()
        self._subject = subject
        self.feed.show(Wall(model=manifest.id, count=drawn, seed=seed, class_name=told), manifest)
        self._fed()

    def set_open(self, is_open: bool) -> None:
        """Closed, nothing is asked for."""
        self.feed.set_held(not is_open)
        self._measure.set_open(is_open)
        self._classify.set_open(is_open)

    def stop(self) -> None:
        """Draw and measure no more; what is there stays."""
        self.feed.stop()
        self._measure.drop()
        self._classify.drop()
        self._asked = self._measurement is not None
        self._changed()

    def go_on(self) -> None:
        """Draw and measure what is missing."""
        self.feed.go_on()
        self._fed()

    def column(self) -> Column:
        """The column as it shows now."""
        assert self.manifest is not None
        images, drawn, fresh = self.shown()
        drawing = self.feed.running and self.feed.problem in (None, ENGINE_RESTARTING)
        return Column(
            manifest=self.manifest,
            images=images,
            drawn=drawn,
            fresh=fresh,
            serial=self.serial,
            running=drawing or self._measure.busy or self._classify.busy,
            ms_per_picture=self._ms_per_picture,
            measured=self._measurement,
            likelihood=likelihood_of(self.manifest),
            told=self._told(),
            of_one_class=bool(self._class),
            measuring=self._measure.busy,
            unfinished=self._is_unfinished,
            done=self.feed.done,
            wanted=len(self.feed.images),
            problem=self.feed.problem or self._problem,
        )

    def shown(self) -> tuple[Images, np.ndarray, int]:
        """The pictures that show (N, H, W, C), which of them are drawn (N,), and how many are of this wall."""
        feed = self.feed
        if self._sought < 0:
            return feed.images, feed.drawn, feed.done
        images = np.zeros((self._count, *feed.images.shape[1:]), np.uint8)
        drawn = np.zeros(self._count, np.bool_)
        places = (self._chosen or [])[: self._count]
        images[: len(places)], drawn[: len(places)] = feed.images[places], True
        return images, drawn, len(places)

    def picture(self, place: int) -> Image | None:
        """The picture (H, W, C) that shows at a place, if it is whole and of what was asked for last."""
        images, drawn, _ = self.shown()
        there = self.feed.fresh if self._sought < 0 else drawn
        return images[place].copy() if 0 <= place < len(images) and there[place] else None

    def place_on_wall(self, place: int) -> int:
        """Where a picture that shows has its place of the seed."""
        return place if self._chosen is None else self._chosen[place]

    def hanging(self) -> Hanging | None:
        """All that is drawn, to go out; pictures are known by their places on the wall."""
        feed = self.feed
        if feed.wall is None or feed.manifest is None:
            return None
        return Hanging(wall=feed.wall, manifest=feed.manifest, images=feed.images, classes=feed.classes, z=feed.z)

    # --- inside

    @property
    def _ms_per_picture(self) -> float | None:
        """What a picture took, also where all that show now were drawn before."""
        if self.manifest is not None and self.feed.engine_ms_per_picture is not None:
            self._timed = self.manifest, self.feed.engine_ms_per_picture
        known = self._timed
        return known[1] if known is not None and known[0] is self.manifest else None

    @property
    def _is_unfinished(self) -> bool:
        """Not all is drawn and asked, and nobody goes on with it: neither the engine, nor when somebody looks again."""
        feed = self.feed
        if feed.running or feed.problem is not None or self._problem is not None:
            return False
        return not feed.complete or not self._asked

    def _forget(self) -> None:
        self._measure.drop()
        self._classify.drop()
        self._chosen = self._measurement = self._problem = None
        self._asked = False

    def _fed(self) -> None:
        self.serial += 1
        if self.manifest is not None and self.feed.complete and not self._asked:
            self._asked = True
            if self._sought >= 0:
                self._classify.ask(ClassifyImages(model=self.manifest.id, pixels=self.feed.images))
            else:
                self._ask_measure(self.feed.images)
        self._changed()

    def _ask_measure(self, images: Images) -> None:
        if self.manifest is not None and len(images) >= FEWEST_TO_MEASURE:
            self._measure.ask(MeasureSamples(model=self.manifest.id, pixels=images))

    def _classified(self, _: object, answer: Answer) -> None:
        assert isinstance(answer, Classified)
        found = np.flatnonzero(answer.classes[:, 0] == self._sought)
        self._chosen = [int(place) for place in found]
        self.serial += 1
        self._ask_measure(self.feed.images[self._chosen[: self._count]])
        self._changed()

    def _measured(self, _: object, answer: Answer) -> None:
        assert isinstance(answer, Measured)
        self._measurement = answer
        self._changed()

    def _failed(self, problem: Problem) -> None:
        self._problem = problem
        self._changed()

    def _told(self) -> str:
        """What is to be said of the class."""
        if not self._class or self.manifest is None or self._class in self.manifest.class_names:
            return ""
        if self._sought < 0:
            return tr("Not told classes: all kinds show.")
        if self._chosen is None:
            return tr("Not told classes: {n:,} are drawn, those taken for {class_name} will show.").format(
                n=len(self.feed.images), class_name=self._class
            )
        count = min(len(self._chosen), self._count)
        return tr("Not told classes: {count} taken for {class_name} out of {n:,} drawn.").format(
            count=count, class_name=self._class, n=len(self.feed.images)
        )
