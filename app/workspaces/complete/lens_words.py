"""The words of the lenses: plain first, the field's term second."""

from __future__ import annotations

from app import messages
from app.translation import tr

NAMES = {
    "none": tr("None"),
    "bits": tr("Bits"),
    "entropy": tr("Entropy"),
    "field": tr("Receptive field"),
    "class": tr("Class"),
}
HELP = {
    "none": tr("The picture as it is."),
    "bits": tr("Where the model is surprised: bits a pixel, given those before it."),
    "entropy": tr("How unsure the model is before it sees each pixel."),
    "field": tr("Which pixels the prediction of one pixel depends on."),
    "class": tr("Which class the given pixels speak for, and how probable they are."),
}
TITLES = {
    "none": tr("One pixel under the microscope"),
    "bits": tr("Where the model is surprised (bits)"),
    "entropy": tr("How unsure it is before it sees the pixel (entropy)"),
    "field": tr("What one prediction depends on (receptive field)"),
    "class": tr("Which class it looks like (class posterior)"),
}
EVIDENCE_TITLE = tr("How probable the given pixels are (evidence)")
_CORNERS = {
    "": tr("top left"),
    "upright": tr("top left"),
    "flip_horizontal": tr("top right"),
    "flip_vertical": tr("bottom left"),
    "rotate_180": tr("bottom right"),
}

FORCE = tr("Click a bar to force that value here and draw the rest anew.")
PIN = tr("Click the pixel with the probe to keep it here.")
POINT = tr("Point at a pixel to see its whole distribution.")
POINT_FIELD = tr("Rest on a pixel, or click one with the probe, to measure what its prediction depends on.")
TOO_MANY = tr("The model has too many values to list them all here.")
MEASURING = tr("Measuring which pixels matter: each is changed and the prediction asked again. Esc stops it.")
NO_ANSWER_YET = tr("Asking the model…")
NO_VALUE = tr("It is read after unknown pixels, so there is nothing to say of it yet.")
DRAW_SOMETHING = tr("Nothing is given yet: draw something, and the model says how probable it is.")
CANNOT_WEIGH = tr("Given pixels come after a hole, and this model cannot weigh them: there is no estimate.")
OLDER_FIGURES = tr("The figures are of the picture before.")
TEMPERATURE_ZERO = tr("At temperature 0 there is no distribution; this is at temperature 1.")
NOT_CAUSAL = tr(
    "It depends on pixels that are read later: it is no raster-order model, and its likelihoods are worthless."
)
NOTHING_BEFORE = tr("Nothing is read before it, so nothing can matter.")
NO_PIXEL = tr("Click a pixel with the probe first (Alt+P).")
CANNOT_FORCE = tr("No value can be forced here before the model has looked at this pixel.")


def reading(orientation: str) -> str:
    """The order in which pixels are read."""
    flip = orientation.removeprefix("transpose").removeprefix("_")
    lines = tr("column by column") if orientation.startswith("transpose") else tr("row by row")
    return tr("{lines} from the {words}").format(lines=lines, words=_CORNERS.get(flip, tr("top left")))


def told(class_name: str) -> str:
    """Which class a model that knows classes was told to expect: its scores are of another density than no class."""
    return (
        tr(", told the class {class_name}").format(class_name=class_name)
        if class_name
        else tr(", told no class (scores average over all classes)")
    )


def sentence(lens: str, orientation: str, of_class: str = "") -> str:
    """How the map of a lens is to be read; ``of_class`` is what `told` says, or nothing."""
    if lens == "bits":
        return tr("−log₂ p of every pixel given those before it, read {reading}{of_class}.").format(
            reading=reading(orientation), of_class=of_class
        )
    if lens == "entropy":
        before = tr("The entropy of every pixel's distribution given those before it")
        return tr("{before}, read {reading}{of_class}.").format(
            before=before, reading=reading(orientation), of_class=of_class
        )
    if lens == "field":
        return tr("How much its prediction changes when an earlier pixel does, read {reading}.").format(
            reading=reading(orientation)
        )
    return (
        tr("Read {reading}{of_class}.").format(reading=reading(orientation), of_class=of_class)
        if lens == "none" and of_class
        else ""
    )


def bits_facts(total: float, per_dim: float, top: int, share: float, rest: int) -> tuple[tuple[str, str], ...]:
    """The figures of a bits map; ``rest`` pixels have no value yet."""
    facts = [
        (tr("All bits"), tr("{total:.1f} bits").format(total=total)),
        (tr("Bits per dimension"), f"{per_dim:.3f}"),
        (
            tr("In the {top} most surprising").format(top=top) if top > 1 else tr("In the most surprising"),
            f"{100 * share:.0f} %",
        ),
    ]
    return (*facts, (tr("Without a value yet"), pixels(rest))) if rest else tuple(facts)


def entropy_facts(total: float, mean: float, rest: int) -> tuple[tuple[str, str], ...]:
    """The figures of an entropy map."""
    facts = (
        (tr("Sum over the picture"), tr("{total:.1f} bits").format(total=total)),
        (tr("Mean a pixel"), tr("{mean:.3f} bits").format(mean=mean)),
    )
    return (*facts, (tr("Without a value yet"), pixels(rest))) if rest else facts


def pixels(count: int) -> str:
    """A number of pixels."""
    return tr("1 pixel") if count == 1 else tr("{count} pixels").format(count=count)


def spot_title(column: int, row: int) -> str:
    """Which pixel it is, counted from one."""
    return tr("Row {n}, column {n2}").format(n=row + 1, n2=column + 1)


def probability(p: float) -> str:
    """A probability in three digits."""
    return f"{p:.3f}" if p >= 0.0005 else "< 0.001"


def spot_facts(there: str, p: float, bits: float, entropy: float, place: int, of: int) -> tuple[tuple[str, str], ...]:
    """What is to be said of one pixel; ``there`` is what its value is called, ``place`` counts from 0."""
    return (
        (tr("p of {there}").format(there=there), probability(p)),
        (tr("Its surprise"), tr("{bits:.2f} bits").format(bits=bits)),
        (tr("Unsure before it (entropy)"), tr("{entropy:.2f} bits").format(entropy=entropy)),
        (tr("Its turn in the order"), tr("{n} of {of}").format(n=place + 1, of=of)),
    )


def unseen_facts(entropy: float, place: int, of: int) -> tuple[tuple[str, str], ...]:
    """Of a pixel that nobody has given a value yet."""
    return (
        (tr("Unsure before it (entropy)"), tr("{entropy:.2f} bits").format(entropy=entropy)),
        (tr("Its turn in the order"), tr("{n} of {of}").format(n=place + 1, of=of)),
    )


def field_text(matter: int, before: int, blind: int, orientation: str = "") -> str:
    """How large a receptive field is, and in which order the picture was read, where that is to be said."""
    order = tr(" Read {reading}.").format(reading=reading(orientation)) if orientation else ""
    if not before:
        return NOTHING_BEFORE + order
    hidden = (
        tr("none is blind")
        if not blind
        else tr("1 is blind")
        if blind == 1
        else tr("{blind} are blind").format(blind=blind)
    )
    return tr("{matter} of {pixels} before it matter; {hidden}.{order}").format(
        matter=matter, pixels=pixels(before), hidden=hidden, order=order
    )


def field_facts(matter: int, before: int, blind: int, strongest: float) -> tuple[tuple[str, str], ...]:
    """The figures of a receptive field."""
    return (
        (tr("Pixels that matter"), tr("{matter} of {before}").format(matter=matter, before=before)),
        (tr("Blind (before it, no influence)"), f"{blind}"),
        (tr("Strongest influence"), tr("{strongest:.2g} nats").format(strongest=strongest)),
    )


def posterior_title(exact: bool, whole: bool, repeats: int, particles: int) -> str:
    """How the posterior came about, of a ``whole`` picture or of a part."""
    if exact:
        return tr("p(class | {word}), exact").format(word="picture" if whole else tr("given pixels"))
    return tr("p(class | given pixels), an estimate: from {repeats} repeats of {particles} particles").format(
        repeats=repeats, particles=particles
    )


def likeliest(name: str, p: float, exact: bool) -> str:
    """The likeliest class in words."""
    return tr("Most likely {name}: {n:.0f} %").format(name=name, n=100 * p) + ("" if exact else ", estimated")


def evidence_fact(nats: float, spread: float, exact: bool) -> tuple[str, str]:
    """Log p(given pixels), never without its spread where it is an estimate."""
    shown = f"{nats:.1f}".replace("-", "−")
    return tr("log p(given pixels)"), tr("{shown} nats, exact").format(shown=shown) if exact else tr(
        "{shown} ± {spread:.1f} nats"
    ).format(shown=shown, spread=spread)


def forced(name: str, column: int, row: int, adopted: int) -> str:
    """After a value was forced."""
    kept = (
        tr(" {words} drawn before it {word} kept.").format(
            words=pixels(adopted).capitalize(), word="is" if adopted == 1 else "are"
        )
        if adopted
        else ""
    )
    return tr("Forced {name} at row {n}, column {n2}.{kept} The rest is drawn anew.").format(
        name=name, n=row + 1, n2=column + 1, kept=kept
    )


def forced_whole(name: str, column: int, row: int) -> str:
    """After a value was forced into a picture of which nothing is unknown."""
    return tr("Forced {name} at row {n}, column {n2}. Nothing is unknown after it: rub something out.").format(
        name=name, n=row + 1, n2=column + 1
    )


def value_name(level: int, levels: int, color: tuple[int, ...]) -> str:
    """What a value is called where its colour stands beside it."""
    return level_name(level, levels, color) if levels == 2 and len(color) == 1 else tr("what is there")


def level_name(level: int, levels: int, color: tuple[int, ...]) -> str:
    """What a value is called inside a sentence."""
    name = messages.color_name(level, levels, color)
    return name if name.startswith("#") else name.lower()


def speaking(name: str) -> str:
    """The map of a class that was pointed at."""
    return tr(
        "Orange speaks for {name}, blue against it: log p(pixel | before, class) − log p(pixel | before)."
    ).format(name=name)
