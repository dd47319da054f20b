"""What the distances to the nearest training pictures mean, in plain words."""

from __future__ import annotations

from app.translation import tr
from app.workspaces.gallery.words import number

COPY, LOOK, NEAR, APART, FAR = "copy", "look", "near", "apart", "far"
LEVELS = (COPY, LOOK, NEAR, APART, FAR)
"""From a copy to what is unlike everything; `LOOK` and nearer asks for eyes."""
ALARMING, UNUSUAL, ODD = 0.01, 0.05, 0.95
"""Shares of real pictures that are nearer: below the first one looks closely, above the last it is like no other."""
CHOOSE = tr("Choose a picture on the wall, or draw one here, and see which training pictures are nearest to it.")
LOOKING = tr("Looking through the training pictures...")
_FRACTIONS = (
    (1 / 2, tr("half of the")),
    (2 / 3, tr("2 of 3")),
    (3 / 4, tr("3 of 4")),
    (4 / 5, tr("4 of 5")),
    (9 / 10, tr("9 of 10")),
)
_HEADLINES = {
    COPY: tr("A copy: a training picture, pixel for pixel"),
    LOOK: tr("Look closely: nearly all real pictures are farther from the training pictures"),
    NEAR: tr("Nearer than most real pictures: compare it with its neighbours"),
    APART: tr("Not a copy: as far from the training pictures as real pictures are"),
    FAR: tr("Not a copy, and unlike the training pictures: farther from them than real pictures are"),
}
_SMOOTH = tr("Not a copy by its features; in pixels smooth pictures lie near everything")


def level(distance: float, rank: float) -> str:
    """One of `LEVELS`, by the distance to the nearest and the share of real pictures that have theirs nearer."""
    if distance <= 0:
        return COPY
    if rank <= ALARMING:
        return LOOK
    if rank <= UNUSUAL:
        return NEAR
    return FAR if rank >= ODD else APART


def sentence(distance: float, rank: float, real: int) -> str:
    """The answer in one space: ``rank`` of ``real`` pictures are nearer to a training picture than this one."""
    found = level(distance, rank)
    if found == COPY:
        return tr("Exactly where a training picture is.")
    nearer = rank < 0.5
    share = _share(1 - rank if nearer else rank, real)
    which = tr("Nearer to a training picture") if nearer else tr("Farther from the nearest training picture")
    ends = {
        LOOK: tr("look closely"),
        NEAR: tr("nearer than most"),
        APART: tr("not a copy"),
        FAR: tr("farther than most"),
    }
    return tr("{which} than {share} real pictures are: {ends}.").format(which=which, share=share, ends=ends[found])


def headline(in_pixels: str, in_features: str) -> str:
    """The answer of both spaces: the nearer one's, except that pixels alone do not convict a smooth picture."""
    nearest = min(in_pixels, in_features, key=LEVELS.index)
    if nearest in (LOOK, NEAR) and in_features in (APART, FAR):
        return _SMOOTH
    if nearest == APART and in_features == FAR:
        nearest = FAR
    if nearest == COPY and in_pixels != COPY:
        nearest = LOOK
    return _HEADLINES[nearest]


def looked_through(references: int, trained_on: int, whole: bool, data_title: str) -> str:
    """How much the answer rests on."""
    if whole:
        return tr("All {references:,} training pictures of {data_title} were looked through.").format(
            references=references, data_title=data_title
        )
    of = tr(" of {trained_on:,}").format(trained_on=trained_on) if trained_on > references else ""
    return tr(
        "{references:,}{of} training pictures of {data_title} were looked through; a copy of another "
        "one would go unseen."
    ).format(references=references, of=of, data_title=data_title)


def real_pictures(count: int) -> str:
    """What a picture's distance is held against."""
    return tr("{count:,} real pictures").format(count=count)


def training_picture(rank: int, label: str, apart: str) -> str:
    """What is said of a neighbour, the nearest of which has rank 0: its class where that is known, and its distance."""
    return ", ".join(
        filter(
            None,
            (
                tr("training picture {number}").format(number=number(rank)),
                label,
                tr("distance {apart}").format(apart=apart),
            ),
        )
    )


def distance(value: float) -> str:
    """A distance as it stands below a picture."""
    return f"{value:.2f}" if value < 9.995 else f"{value:.1f}"


def _share(share: float, real: int) -> str:
    """A share of real pictures: all 1,000, 99.8 %, 3 of 4."""
    if share >= 1:
        return tr("all {real:,}").format(real=real)
    if share > 0.99:
        return f"{100 * share:.1f} % of"
    close = [word for value, word in _FRACTIONS if abs(share - value) < 0.02]
    return close[0] if close else f"{100 * share:.0f} % of"
