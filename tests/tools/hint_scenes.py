"""Every first-run hint where it stands: what `tests/tools/screenshots.py --scenes hints` photographs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.tools.screenshots import Show


def hints(show: Show) -> None:
    """One after the other, on a roomy window and on the least one."""
    from app.documents.first_steps import STEPS

    presenter, bubble = show.session.hints.presenter, show.session.hints.bubble
    show.do("again")  # Esc has stopped what was drawn at first
    show.settle()
    for size in ((1440, 900), (1024, 640)):
        show.frame.resize(*size)
        presenter.again()
        for step in STEPS:
            _prepare(show, step.id)
            show.wait(lambda step=step: presenter.shown is step)  # type: ignore[misc]
            show.wait(lambda: bubble.isVisible() and bubble.graphicsEffect() is None)  # it has faded in
            show.grab(f"hint-{step.id}-{size[0]}")
            presenter.dismiss()


def _prepare(show: Show, hint: str) -> None:
    """Bring about what it waits for, as somebody would who knows already."""
    from app.workspaces.gallery.view import GalleryView

    window = show.session.window
    window.show_workspace(hint.partition("-")[0])
    if hint == "complete-undo":
        show.do("adopt-2")
    view = window.view
    if hint == "gallery-star" and isinstance(view, GalleryView):
        wall = view.center.wall_page.wall
        wall.set_current(wall.in_view()[len(wall.in_view()) // 2])
