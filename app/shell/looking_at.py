"""Help > What am I looking at: a card for every view: what is shown, what colours and axes mean, where it is from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.theme.tokens import Space

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
        "A picture and its completions",
        "The picture that you paint. Hatched pixels are unknown; below are the model's answers.",
        "Under the hatch, faintly, the chosen completion. Tinted pixels were taken from one; dotted ones are not used.",
        "The model draws each unknown pixel from its distribution given the others (a density, autoregressive).",
        "B paints, E forgets, 1 to 9 adopt a completion.",
    ),
    "complete/bits": Told(
        "Lens: bits",
        "How much each given pixel surprised the model, over the grey picture.",
        "Dark is expected, bright is a surprise; the scale at the foot counts bits, −log₂ p.",
        "One pass of the model over the picture, each pixel judged from those read before it.",
        "Alt+B opens it, Alt+N closes it.",
    ),
    "complete/entropy": Told(
        "Lens: entropy",
        "How unsure the model is of each pixel before it sees it.",
        "Dark is sure, bright is unsure; the scale at the foot counts bits.",
        "The same pass as for bits: the mean surprise under the model's own distribution.",
        "Alt+E opens it, Alt+N closes it.",
    ),
    "complete/field": Told(
        "Lens: receptive field",
        "Which pixels the prediction of one pixel depends on.",
        "Bright pixels matter much. Hatched ones come before and change nothing; dimmed ones are read later.",
        "Measured on the model's file: each pixel is changed in turn, and the prediction is compared.",
        "Alt+F opens it, Alt+N closes it; click a pixel to ask about it.",
    ),
    "complete/class": Told(
        "Lens: class",
        "Which class the given pixels speak for.",
        "Bars are probabilities, whiskers an estimate's spread. Over the picture: for a class, and against it.",
        "Bayes' rule over the model's density of each class, every class weighing the same beforehand.",
        "Alt+C opens it, Alt+N closes it; click a bar to see its evidence.",
    ),
    "latent": Told(
        "A plane through latent space",
        "Left a map: each place is a code, drawn as the picture it decodes to. Right the picture at the point.",
        "The axes are two directions of the code z. Rings are 1, 2 and 3 standard deviations of the prior; dots are "
        "codes of real pictures, in their class's colour.",
        "One pass of the decoder for each picture; a mean of p(x|z), unless Draw is chosen.",
        "Drag pulls the point, the wheel zooms, Alt and the wheel go along the third direction.",
    ),
    "latent/directions": Told(
        "Directions through latent space",
        "A slider for each direction, with what it does to the picture from one end to the other.",
        "The bar beside a name says how much the direction carries: KL in nats, or its share of the codes' variance.",
        "Coordinates of z, principal axes of the codes, or differences of mean codes with and without a trait.",
        "Drag a slider; More shows further directions.",
    ),
    "latent/yours": Told(
        "A picture of your own in latent space",
        "Your picture, what the model rebuilds of it, and the difference.",
        "In the difference one colour is too dark, the other too bright. The ellipse on the plane is one standard "
        "deviation of the posterior; the curve is the bound on log p(x) for more and more samples.",
        "The encoder gives the place, the decoder the reconstruction; a Gaussian has formulas for both.",
        "Draw in the dark square, or drop a picture on it.",
    ),
    "latent/path": Told(
        "A walk through latent space",
        "Key pictures, and the way between them on the plane.",
        "An arc keeps the length of z (slerp), a line does not.",
        "Every step is a code of its own and is decoded like any other.",
        "Ins adds the point, the slider goes along the path.",
    ),
    "gallery/wall": Told(
        "A wall of samples",
        "Pictures that the model drew out of nothing, none left out.",
        "Each tile is one picture; its place is its number in the seed, unless the wall is sorted.",
        "The seed and the number make the picture: the same ones give it again, alone or among thousands.",
        "Arrows choose, Enter shows one large, S keeps it.",
    ),
    "gallery/neighbours": Told(
        "Nearest training pictures",
        "The chosen picture, and the real ones that are nearest to it, by pixels and by features.",
        "The histograms say how far real pictures that were not trained on have theirs: the mark is your picture.",
        "Distances to the training pictures that ship; the features are 64 numbers inside a classifier.",
        "Click another picture on the wall, or draw one.",
    ),
    "gallery/walks": Told(
        "Walks from a picture",
        "One thing is swept, all else stays the same.",
        "Columns are the values swept, named below; arrows beside a measure say which way is better.",
        "Each picture is drawn by the model; the measures are from its card.",
        "Click a picture of the walk to look into it.",
    ),
    "gallery/game": Told(
        "A GAN's training",
        "The discriminator's score of the chosen picture, and the same z at every stage of the training.",
        "Above 0 it looks real to the discriminator. Curves are the losses and scores of both players by steps.",
        "Recorded while the model was trained; scores are asked for now.",
        "Drag along the curves to go through the training.",
    ),
    "gallery/lecture": Told(
        "Models side by side",
        "A column for each model of one data set, with the same seed.",
        "Below each: its likelihood and of which kind it is, the distance of its samples from real ones, and its pace.",
        "Likelihoods are from the models' cards, measures are taken now from the pictures that are drawn.",
        "Click two pictures, then Compare.",
    ),
    "gallery/kept": Told(
        "Kept pictures",
        "What you starred, labelled or collected, of all models.",
        "A star marks a favourite; the words below a picture are your label.",
        "They are kept in your own folder with what made them, so each can be made again.",
        "F8 opens it; Delete puts pictures in the bin.",
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
    dialog.setWindowTitle("What am I looking at?")
    name, close, grid = QLabel(told.title), QPushButton("Close"), QGridLayout()
    name.setProperty("role", "page")
    close.setProperty("kind", "primary")
    close.clicked.connect(dialog.accept)
    grid.setHorizontalSpacing(Space.L)
    grid.setVerticalSpacing(Space.M)
    grid.setColumnStretch(1, 1)
    rows = (("Shown", told.shown), ("Meaning", told.mean), ("From", told.comes), ("Keys", told.keys))
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
    dialog.setFixedWidth(WIDTH)
    dialog.open()
