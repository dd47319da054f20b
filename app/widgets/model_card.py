"""The model's card: what it is, what it learnt from, how good it is, whom to thank, and how it learnt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeGuard

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.theme.tokens import Space
from app.translation import tr
from app.widgets.buttons import Tag
from app.widgets.film_scrubber import Curve, FilmScrubber
from engine.contracts.manifest import Manifest

_FAMILIES = {
    "gaussian": tr("Gaussian"),
    "autoregressive": "autoregressive",
    "autoencoder": "autoencoder",
    "vae": "VAE",
    "gan": "GAN",
    "world_model": tr("world model"),
}
_HEADLINES = ("test_nll", "test_bits_per_dim", "test_elbo", "test_squared_error", "test_frechet")
_KINDS = {"test_elbo": tr("an upper bound, the negative ELBO")}
"""What a headline is, where its unit does not say that it is no likelihood."""
_UNITS = {"test_frechet": tr("Fr\u00e9chet distance")}
"""What a figure without a unit is called."""


@dataclass(frozen=True, slots=True)
class Headline:
    """The figure a model is known by: "81.2", "nats", "test set, 10,000 pictures"."""

    value: str
    unit: str
    note: str


def headline(figures: Mapping[str, Any]) -> Headline | None:
    """The first figure with a value and a unit: the likelihood where there is one."""
    named = [(key, figures[key]) for key in _HEADLINES if key in figures] + list(figures.items())
    known = next(((key, f) for key, f in named if isinstance(f, Mapping) and _is_figure(f)), None)
    if known is None:
        return None
    key, found = known
    value = float(found["value"])
    digits = 1 if abs(value) >= 10 else 2 if abs(value) >= 0.1 else 4
    split, n = found.get("split"), found.get("n")
    parts = [_KINDS.get(key, ""), tr("{split} set").format(split=split) if isinstance(split, str) and split else ""]
    parts += [tr("{n:,} pictures").format(n=int(n)) if _is_number(n) and n > 0 else "", str(found.get("note", ""))]
    unit = str(found["unit"]) or _UNITS.get(key, "")
    return Headline(_number(value, digits), unit, ", ".join(part for part in parts if part))


def beside(figures: Mapping[str, Any], own: Mapping[str, Any]) -> str:
    """What stands beside the headline: with the class, without one, and (of the ``own`` figures) what turning costs."""
    known = [
        (figures.get("test_nll_given_class"), tr("class given")),
        (figures.get("test_nll_without_class"), tr("no class")),
    ]
    known.append((own.get("orientation_cost"), tr("reading in every direction costs")))
    said = [f"{words} {f['value']:.3g} {f['unit']}" for f, words in known if isinstance(f, Mapping) and _is_figure(f)]
    return ", ".join(said)


def _number(value: float, digits: int) -> str:
    """With a true minus: log densities of pixels may have either sign."""
    return f"{value:,.{digits}f}".replace("-", "\u2212")


def _is_figure(figure: Mapping[str, Any]) -> bool:
    """A number with a unit: the manifest's figures are whatever its writer put there."""
    return _is_number(figure.get("value")) and isinstance(figure.get("unit"), str)


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e15


def _line(role: str) -> QLabel:
    label = QLabel()
    label.setProperty("role", role)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label


class ModelCard(QWidget):
    """Title, tags, headline figure, film, attribution."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self._summary = _line("section"), _line("muted")
        self._value, self._unit, self._note = QLabel(), QLabel(), _line("muted")
        self._value.setProperty("role", "page")
        self._attribution, self._when, self._scorer = _line("muted"), _line("muted"), _line("muted")
        self._beside = _line("muted")
        self._beside.setToolTip(
            tr("The same average when the model is told the class, when it is told none, and what it pays for turning.")
        )
        self._family, self._data = Tag(), Tag()
        self._film, self._curve_unit = FilmScrubber(), "nats"
        self._film.setVisible(False)
        self._film.frame_shown.connect(self._say_when)
        self.story = QWidget()
        """What it does, how it learnt and whom to thank: the longer part, which may be laid elsewhere."""
        self._lay_out()
        self.setAccessibleName(tr("Model card"))

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addWidget(self._title)
        column.addLayout(_row(self._family, self._data))
        column.addLayout(_row(self._value, self._unit, align=Qt.AlignmentFlag.AlignBaseline))
        column.addWidget(self._note)
        column.addWidget(self._beside)
        column.addWidget(self._scorer)
        story = QVBoxLayout(self.story)
        story.setContentsMargins(0, 0, 0, 0)
        story.setSpacing(Space.S)
        for part in (self._summary, self._film, self._when, self._attribution):
            story.addWidget(part)
        column.addWidget(self.story)
        column.addStretch()

    def set_manifest(self, manifest: Manifest, scorer: str = "", figures: Mapping[str, Any] | None = None) -> None:
        """Show a model; ``scorer`` says which other one gives its likelihood, if one does: its are the ``figures``."""
        self._title.setText(manifest.title)
        self._family.setText(manifest.architecture or _FAMILIES.get(manifest.family, manifest.family))
        self._family.setToolTip(tr("Family: {family}").format(family=_FAMILIES.get(manifest.family, manifest.family)))
        self._data.setText(manifest.data_title)
        self._data.setToolTip(tr("The pictures it was trained on"))
        _say(self._summary, manifest.summary)
        _say(self._attribution, self._thanks(manifest))
        scores = manifest.figures if figures is None else figures
        self._show_headline(headline(scores))
        _say(self._beside, beside(scores, manifest.figures))
        _say(self._scorer, scorer)
        self.set_film((), ())

    def _thanks(self, manifest: Manifest) -> str:
        licence = tr("Licence: {licence}").format(licence=manifest.licence) if manifest.licence else ""
        return "\n".join(part for part in (manifest.attribution, licence) if part)

    def _show_headline(self, found: Headline | None) -> None:
        _say(self._value, found.value if found else "")
        _say(self._unit, found.unit if found else "")
        _say(self._note, found.note if found else "")
        tip = tr("The average cost of a test picture under this model: lower is better.") if found else ""
        self._value.setToolTip(tip)
        self._unit.setToolTip(tip)

    def set_film(self, frames: Sequence[QImage], curve: Curve, steps: Sequence[float] = (), unit: str = "nats") -> None:
        """Sample sheets from the training, oldest first, taken at ``steps``, and the curve of (step, value).

        The curve's ``unit`` is its own, whatever unit the headline has.
        """
        self._curve_unit = unit
        self._film.setVisible(bool(frames))
        self._when.setVisible(bool(frames))
        if frames:
            self._film.set_film(frames, [point for point in curve if all(map(_is_number, point))], steps)

    def _say_when(self, index: int) -> None:
        text = tr("after {step:,.0f} steps").format(step=self._film.step_at(index))
        value = self._film.value()
        self._when.setText(text if value is None else f"{text}: {_number(value, 2)} {self._curve_unit}")


def _row(*parts: QWidget, align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(Space.S)
    for part in parts:
        row.addWidget(part, 0, align)
    row.addStretch()
    return row


def _say(label: QLabel, text: str) -> None:
    label.setText(text)
    label.setVisible(bool(text))
