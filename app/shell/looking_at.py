"""Help > What am I looking at: a card for every view: what is shown, what colours and axes mean, where it is from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.theme.tokens import Space
from app.translation import tr

WIDTH = 520


@dataclass(frozen=True, slots=True)
class Told:
    """A view in words: its ``title``; what is ``shown``; what colours and axes ``mean``; where it ``comes`` from; the
    ``keys`` that belong to it."""

    title: str
    shown: str
    mean: str
    comes: str
    keys: str


VIEWS: Mapping[str, Told] = {
    "complete/none": Told(
        tr("A picture and its completions"),
        tr("The picture that you paint. Hatched pixels are unknown; below are the model's answers."),
        tr(
            "Under the hatch, faintly, the chosen completion. Tinted pixels were taken from one; dotted ones are "
            "not used."
        ),
        tr("The model draws each unknown pixel from its distribution given the others (a density, autoregressive)."),
        tr("B paints, E forgets, 1 to 9 adopt a completion."),
    ),
    "complete/bits": Told(
        tr("Lens: bits"),
        tr("How much each given pixel surprised the model, over the grey picture."),
        tr("Dark is expected, bright is a surprise; the scale at the foot counts bits, −log₂ p."),
        tr("One pass of the model over the picture, each pixel judged from those read before it."),
        tr("Alt+B opens it, Alt+N closes it."),
    ),
    "complete/entropy": Told(
        tr("Lens: entropy"),
        tr("How unsure the model is of each pixel before it sees it."),
        tr("Dark is sure, bright is unsure; the scale at the foot counts bits."),
        tr("The same pass as for bits: the mean surprise under the model's own distribution."),
        tr("Alt+E opens it, Alt+N closes it."),
    ),
    "complete/field": Told(
        tr("Lens: receptive field"),
        tr("Which pixels the prediction of one pixel depends on."),
        tr("Bright pixels matter much. Hatched ones come before and change nothing; dimmed ones are read later."),
        tr("Measured on the model's file: each pixel is changed in turn, and the prediction is compared."),
        tr("Alt+F opens it, Alt+N closes it; click a pixel to ask about it."),
    ),
    "complete/class": Told(
        tr("Lens: class"),
        tr("Which class the given pixels speak for."),
        tr("Bars are probabilities, whiskers an estimate's spread. Over the picture: for a class, and against it."),
        tr("Bayes' rule over the model's density of each class, every class weighing the same beforehand."),
        tr("Alt+C opens it, Alt+N closes it; click a bar to see its evidence."),
    ),
    "latent": Told(
        tr("A plane through latent space"),
        tr("Left a map: each place is a code, drawn as the picture it decodes to. Right the picture at the point."),
        tr(
            "The axes are two directions of the code z. Rings are 1, 2 and 3 standard deviations of the prior; "
            "dots are "
            "codes of real pictures, in their class's colour."
        ),
        tr("One pass of the decoder for each picture; a mean of p(x|z), unless Draw is chosen."),
        tr("Drag pulls the point, the wheel zooms, Alt and the wheel go along the third direction."),
    ),
    "latent/directions": Told(
        tr("Directions through latent space"),
        tr("A slider for each direction, with what it does to the picture from one end to the other."),
        tr(
            "The bar beside a name says how much the direction carries: KL in nats, or its share of the codes' "
            "variance."
        ),
        tr("Coordinates of z, principal axes of the codes, or differences of mean codes with and without a trait."),
        tr("Drag a slider; More shows further directions."),
    ),
    "latent/yours": Told(
        tr("A picture of your own in latent space"),
        tr("Your picture, what the model rebuilds of it, and the difference."),
        tr(
            "In the difference one colour is too dark, the other too bright. The ellipse on the plane is one standard "
            "deviation of the posterior; the curve is the bound on log p(x) for more and more samples."
        ),
        tr("The encoder gives the place, the decoder the reconstruction; a Gaussian has formulas for both."),
        tr("Draw in the dark square, or drop a picture on it."),
    ),
    "latent/path": Told(
        tr("A walk through latent space"),
        tr("Key pictures, and the way between them on the plane."),
        tr("An arc keeps the length of z (slerp), a line does not."),
        tr("Every step is a code of its own and is decoded like any other."),
        tr("Ins adds the point, the slider goes along the path."),
    ),
    "gallery/wall": Told(
        tr("A wall of samples"),
        tr("Pictures that the model drew out of nothing, none left out."),
        tr("Each tile is one picture; its place is its number in the seed, unless the wall is sorted."),
        tr("The seed and the number make the picture: the same ones give it again, alone or among thousands."),
        tr("Arrows choose, Enter shows one large, S keeps it."),
    ),
    "gallery/neighbours": Told(
        tr("Nearest training pictures"),
        tr("The chosen picture, and the real ones that are nearest to it, by pixels and by features."),
        tr("The histograms say how far real pictures that were not trained on have theirs: the mark is your picture."),
        tr("Distances to the training pictures that ship; the features are 64 numbers inside a classifier."),
        tr("Click another picture on the wall, or draw one."),
    ),
    "gallery/walks": Told(
        tr("Walks from a picture"),
        tr("One thing is swept, all else stays the same."),
        tr("Columns are the values swept, named below; arrows beside a measure say which way is better."),
        tr("Each picture is drawn by the model; the measures are from its card."),
        tr("Click a picture of the walk to look into it."),
    ),
    "gallery/game": Told(
        tr("A GAN's training"),
        tr("The discriminator's score of the chosen picture, and the same z at every stage of the training."),
        tr("Above 0 it looks real to the discriminator. Curves are the losses and scores of both players by steps."),
        tr("Recorded while the model was trained; scores are asked for now."),
        tr("Drag along the curves to go through the training."),
    ),
    "gallery/lecture": Told(
        tr("Models side by side"),
        tr("A column for each model of one data set, with the same seed."),
        tr(
            "Below each: its likelihood and of which kind it is, the distance of its samples from real ones, and "
            "its pace."
        ),
        tr("Likelihoods are from the models' cards, measures are taken now from the pictures that are drawn."),
        tr("Click two pictures, then Compare."),
    ),
    "gallery/kept": Told(
        tr("Kept pictures"),
        tr("What you starred, labelled or collected, of all models."),
        tr("A star marks a favourite; the words below a picture are your label."),
        tr("They are kept in your own folder with what made them, so each can be made again."),
        tr("F8 opens it; Delete puts pictures in the bin."),
    ),
}
"""By workspace, and what of it is open."""


def told_of(seen: str) -> Told:
    """The card of a view; of one that has none, that of its workspace."""
    workspace = seen.partition("/")[0]
    return VIEWS.get(seen) or next(told for key, told in VIEWS.items() if key.partition("/")[0] == workspace)


def show_looking_at(window: QWidget, seen: str) -> None:
    """Open the card over the window."""
    told = told_of(seen)
    dialog = QDialog(window)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(tr("What am I looking at?"))
    name, close, grid = QLabel(told.title), QPushButton(tr("Close")), QGridLayout()
    name.setProperty("role", "page")
    close.setProperty("kind", "primary")
    close.clicked.connect(dialog.accept)
    grid.setHorizontalSpacing(Space.L)
    grid.setVerticalSpacing(Space.M)
    grid.setColumnStretch(1, 1)
    rows = ((tr("Shown"), told.shown), (tr("Meaning"), told.mean), (tr("From"), told.comes), (tr("Keys"), told.keys))
    for row, (title, text) in enumerate(rows):
        about, words = QLabel(title), QLabel(text)
        about.setProperty("role", "muted")
        words.setWordWrap(True)
        grid.addWidget(about, row, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(words, row, 1)
    layout = QVBoxLayout(dialog)
    layout.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.L)
    layout.setSpacing(Space.L)
    layout.addWidget(name)
    layout.addLayout(grid)
    layout.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
    dialog.ensurePolished()
    dialog.setFixedSize(WIDTH, layout.totalHeightForWidth(WIDTH))  # its own wish has room for words that do not wrap
    dialog.open()
