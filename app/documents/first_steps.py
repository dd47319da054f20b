"""The first things there are to do in each workspace, one hint each, and which of them a person has done.

Qt-free.  A hint goes when the thing is done, however a person came to do it, and what was done before its turn is never
told.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from app.translation import tr

ANYWHERE = frozenset({"undo"})
"""Acts that are the same thing in every workspace."""
LONGEST = 60
"""Characters of a hint."""
_PRESETS = ("clear", "rest", "keep-top", "keep-bottom", "keep-left", "keep-right", "keep-scattered")


@dataclass(frozen=True, slots=True)
class Step:
    """A hint: its ``sentence``, what of the ``workspace`` it points at, and the ``acts`` any of which it asks for.

    ``target`` is a name that the workspace knows; an act is a command's id or what a workspace calls a gesture.
    """

    id: str
    workspace: str
    sentence: str
    target: str
    acts: frozenset[str]


def _step(identity: str, sentence: str, target: str, *acts: str) -> Step:
    return Step(identity, identity.partition("-")[0], sentence, target, frozenset(acts))


STEPS: tuple[Step, ...] = (
    _step("complete-touch", tr("Rub something out: the model paints it anew"), "unknown", "paint", *_PRESETS),
    _step("complete-preview", tr("Move over a completion to see it in the picture"), "completions", "preview"),
    _step(
        "complete-keep",
        tr("Click a completion, and Enter keeps it"),
        "completion",
        "adopt",
        "brush-adopt",
        *(f"adopt-{number}" for number in range(1, 10)),
    ),
    _step(
        "complete-lens",
        tr("Open a lens: it shows how sure the model was"),
        "lenses",
        "lens-bits",
        "lens-entropy",
        "lens-field",
        "lens-class",
    ),
    _step("complete-undo", tr("Ctrl+Z takes anything back"), "undo", "undo"),
    _step("latent-pull", tr("Take hold of the point and pull"), "point", "pull"),
    _step("latent-zoom", tr("Turn the wheel: pictures lie between the pictures"), "map", "zoom", "zoom-in", "zoom-out"),
    _step("latent-slide", tr("Directions: a slider changes one thing at a time"), "directions", "slide"),
    _step("latent-walk", tr("Path: Ins adds the point, Z walks from one to the next"), "path", "walk"),
    _step("gallery-scroll", tr("Scroll on: pictures are drawn while you look"), "wall", "scroll"),
    _step("gallery-choose", tr("Click a picture to see what is known of it"), "tile", "choose"),
    _step("gallery-star", tr("S puts a star on a picture, and keeps it"), "chosen", "star"),
    _step("gallery-memory", tr("Neighbours: did the model memorise this one?"), "neighbours", "drawer-neighbours"),
)
"""All hints, each workspace's in the order in which they are told."""
_IDS = frozenset(step.id for step in STEPS)


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstSteps:
    """What a person has done of it (ids of `STEPS`; others are left out), and whether hints are ``wanted`` at all."""

    done: frozenset[str] = field(default_factory=frozenset)
    wanted: bool = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "done", self.done & _IDS)

    def after(self, act: str, workspace: str) -> FirstSteps:
        """The same after this was done in a workspace."""
        return self.with_done(
            step.id for step in STEPS if act in step.acts and (step.workspace == workspace or act in ANYWHERE)
        )

    def with_done(self, steps: Iterable[str]) -> FirstSteps:
        """The same with these ids done too; the same object where they were."""
        more = self.done.union(steps)
        return self if more == self.done else replace(self, done=more)

    def next(self, workspace: str) -> Step | None:
        """What is to be told next in a workspace, if anything."""
        if not self.wanted:
            return None
        return next((step for step in STEPS if step.workspace == workspace and step.id not in self.done), None)

    @property
    def over(self) -> bool:
        """Nothing is told any more."""
        return not self.wanted or self.done == _IDS

    def again(self) -> FirstSteps:
        """All of them once more."""
        return FirstSteps()
