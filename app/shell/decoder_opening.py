"""From a bare ``.onnx`` to one of the person's models: the engine describes it, a sheet asks, the library has it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QWidget

from app.bridge.ports import Dispatcher
from app.shell import own_models
from app.shell.decoder_presenter import DecoderPresenter, free_id
from app.shell.decoder_sheet import DecoderSheet
from app.translation import tr
from engine.contracts.decoders import DecoderDescription
from engine.contracts.events import Event, Failed, Finished
from engine.contracts.lanes import Lane, Policy
from engine.contracts.requests import DescribeDecoder
from engine.errors import FileError

LANE = Lane("decoder.description", Policy.QUEUE, interactive=False)

Say = Callable[[str, str], None]
Install = Callable[[Path], None]
"""Shows a model that lies among the person's own by now; raises `engine.errors.EngineError`."""


class DecoderOpening:
    """One file at a time.  ``own`` is where the person's models lie, ``installed`` where all do.  On the GUI thread."""

    def __init__(
        self, window: QWidget, dispatcher: Dispatcher, say: Say, install: Install, own: Path, installed: Sequence[Path]
    ) -> None:
        self._window, self._dispatcher, self._say, self._install = window, dispatcher, say, install
        self._own, self._installed = own, installed
        self._describing = False
        self.sheet: DecoderSheet | None = None
        """The open sheet."""

    def open(self, path: Path) -> None:
        """Have a file described, then ask about it; raises `FileError` while another one is open."""
        if self._describing or self.sheet is not None:
            raise FileError(
                tr("{name} was not opened: another decoder is open.").format(name=path.name), tr("Open it after that.")
            )
        self._describing = True
        self._say(tr("The engine looks at {name}.").format(name=path.name), "info")
        self._dispatcher.submit(
            DescribeDecoder(path=str(path.absolute())), LANE, lambda event: self._described(path, event)
        )

    def _described(self, path: Path, event: Event) -> None:
        if isinstance(event, Failed):
            self._describing = False
            died = event.code == "EngineDied" and "cause" in event.facts  # over the file, and would again
            remedy = tr("Choose another file.") if died else event.remedy
            self._say(
                tr("{name} was not opened. {problem} {remedy}")
                .format(name=path.name, problem=event.problem, remedy=remedy)
                .strip(),
                "warn",
            )
        elif isinstance(event, Finished):
            self._describing = False
            if isinstance(event.answer, DecoderDescription):
                self._ask(path, event.answer)

    def _ask(self, path: Path, description: DecoderDescription) -> None:
        sheet = DecoderSheet(self._window)
        added: list[Path] = []

        def keep(of: DecoderDescription, manifest: Mapping[str, Any]) -> None:
            added.append(own_models.add_decoder(Path(of.path), manifest, self._own))

        def ended(_: int) -> None:
            self.sheet = None
            for folder in added:
                self._install(folder)

        def unused(title: str) -> str:
            return free_id(title, lambda identity: own_models.is_taken(identity, self._own, self._installed))

        self.sheet = sheet
        sheet.finished.connect(ended)
        sheet.bind(DecoderPresenter(self._dispatcher, description, path.name, sheet.show_state, keep, unused))
        sheet.open()
