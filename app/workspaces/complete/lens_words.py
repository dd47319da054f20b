"""The words of the lenses: plain first, the field's term second."""

from __future__ import annotations

from app import messages

NAMES = {"none": "None", "bits": "Bits", "entropy": "Entropy", "field": "Receptive field", "class": "Class"}
HELP = {
    "none": "The picture as it is.",
    "bits": "Where the model is surprised: bits a pixel, given those before it.",
    "entropy": "How unsure the model is before it sees each pixel.",
    "field": "Which pixels the prediction of one pixel depends on.",
    "class": "Which class the given pixels speak for, and how probable they are.",
}
TITLES = {
    "none": "One pixel under the microscope",
    "bits": "Where the model is surprised (bits)",
    "entropy": "How unsure it is before it sees the pixel (entropy)",
    "field": "What one prediction depends on (receptive field)",
    "class": "Which class it looks like (class posterior)",
}
EVIDENCE_TITLE = "How probable the given pixels are (evidence)"
_CORNERS = {
    "": "top left",
    "upright": "top left",
    "flip_horizontal": "top right",
    "flip_vertical": "bottom left",
    "rotate_180": "bottom right",
}

FORCE = "Click a bar to force that value here and draw the rest anew."
PIN = "Click the pixel with the probe to keep it here."
POINT = "Point at a pixel to see its whole distribution."
POINT_FIELD = "Rest on a pixel, or click one with the probe, to measure what its prediction depends on."
TOO_MANY = "The model has too many values to list them all here."
MEASURING = "Measuring which pixels matter: each is changed and the prediction asked again. Esc stops it."
NO_ANSWER_YET = "Asking the model…"
NO_VALUE = "It is read after unknown pixels, so there is nothing to say of it yet."
DRAW_SOMETHING = "Nothing is given yet: draw something, and the model says how probable it is."
CANNOT_WEIGH = "Given pixels come after a hole, and this model cannot weigh them: there is no estimate."
OLDER_FIGURES = "The figures are of the picture before."
TEMPERATURE_ZERO = "At temperature 0 there is no distribution; this is at temperature 1."
NOT_CAUSAL = "It depends on pixels that are read later: it is no raster-order model, and its likelihoods are worthless."
NOTHING_BEFORE = "Nothing is read before it, so nothing can matter."
NO_PIXEL = "Click a pixel with the probe first (Alt+P)."
CANNOT_FORCE = "No value can be forced here before the model has looked at this pixel."


def reading(orientation: str) -> str:
    """The order in which pixels are read."""
    flip = orientation.removeprefix("transpose").removeprefix("_")
    lines = "column by column" if orientation.startswith("transpose") else "row by row"
    return f"{lines} from the {_CORNERS.get(flip, 'top left')}"


def told(class_name: str) -> str:
    """Which class a model that knows classes was told to expect: its scores are of another density than no class."""
    return f", told the class {class_name}" if class_name else ", told no class (scores average over all classes)"


def sentence(lens: str, orientation: str, of_class: str = "") -> str:
    """How the map of a lens is to be read; ``of_class`` is what `told` says, or nothing."""
    if lens == "bits":
        return f"−log₂ p of every pixel given those before it, read {reading(orientation)}{of_class}."
    if lens == "entropy":
        before = "The entropy of every pixel's distribution given those before it"
        return f"{before}, read {reading(orientation)}{of_class}."
    if lens == "field":
        return f"How much its prediction changes when an earlier pixel does, read {reading(orientation)}."
    return f"Read {reading(orientation)}{of_class}." if lens == "none" and of_class else ""


def bits_facts(total: float, per_dim: float, top: int, share: float, rest: int) -> tuple[tuple[str, str], ...]:
    """The figures of a bits map; ``rest`` pixels have no value yet."""
    facts = [
        ("All bits", f"{total:.1f} bits"),
        ("Bits per dimension", f"{per_dim:.3f}"),
        (f"In the {top} most surprising" if top > 1 else "In the most surprising", f"{100 * share:.0f} %"),
    ]
    return (*facts, ("Without a value yet", pixels(rest))) if rest else tuple(facts)


def entropy_facts(total: float, mean: float, rest: int) -> tuple[tuple[str, str], ...]:
    """The figures of an entropy map."""
    facts = (("Sum over the picture", f"{total:.1f} bits"), ("Mean a pixel", f"{mean:.3f} bits"))
    return (*facts, ("Without a value yet", pixels(rest))) if rest else facts


def pixels(count: int) -> str:
    """A number of pixels."""
    return "1 pixel" if count == 1 else f"{count} pixels"


def spot_title(column: int, row: int) -> str:
    """Which pixel it is, counted from one."""
    return f"Row {row + 1}, column {column + 1}"


def probability(p: float) -> str:
    """A probability in three digits."""
    return f"{p:.3f}" if p >= 0.0005 else "< 0.001"


def spot_facts(there: str, p: float, bits: float, entropy: float, place: int, of: int) -> tuple[tuple[str, str], ...]:
    """What is to be said of one pixel; ``there`` is what its value is called, ``place`` counts from 0."""
    return (
        (f"p of {there}", probability(p)),
        ("Its surprise", f"{bits:.2f} bits"),
        ("Unsure before it (entropy)", f"{entropy:.2f} bits"),
        ("Its turn in the order", f"{place + 1} of {of}"),
    )


def unseen_facts(entropy: float, place: int, of: int) -> tuple[tuple[str, str], ...]:
    """Of a pixel that nobody has given a value yet."""
    return (("Unsure before it (entropy)", f"{entropy:.2f} bits"), ("Its turn in the order", f"{place + 1} of {of}"))


def field_text(matter: int, before: int, blind: int, orientation: str = "") -> str:
    """How large a receptive field is, and in which order the picture was read, where that is to be said."""
    order = f" Read {reading(orientation)}." if orientation else ""
    if not before:
        return NOTHING_BEFORE + order
    hidden = "none is blind" if not blind else "1 is blind" if blind == 1 else f"{blind} are blind"
    return f"{matter} of {pixels(before)} before it matter; {hidden}.{order}"


def field_facts(matter: int, before: int, blind: int, strongest: float) -> tuple[tuple[str, str], ...]:
    """The figures of a receptive field."""
    return (
        ("Pixels that matter", f"{matter} of {before}"),
        ("Blind (before it, no influence)", f"{blind}"),
        ("Strongest influence", f"{strongest:.2g} nats"),
    )


def posterior_title(exact: bool, whole: bool, repeats: int, particles: int) -> str:
    """How the posterior came about, of a ``whole`` picture or of a part."""
    if exact:
        return f"p(class | {'picture' if whole else 'given pixels'}), exact"
    return f"p(class | given pixels), an estimate: from {repeats} repeats of {particles} particles"


def likeliest(name: str, p: float, exact: bool) -> str:
    """The likeliest class in words."""
    return f"Most likely {name}: {100 * p:.0f} %" + ("" if exact else ", estimated")


def evidence_fact(nats: float, spread: float, exact: bool) -> tuple[str, str]:
    """Log p(given pixels), never without its spread where it is an estimate."""
    shown = f"{nats:.1f}".replace("-", "−")
    return "log p(given pixels)", f"{shown} nats, exact" if exact else f"{shown} ± {spread:.1f} nats"


def forced(name: str, column: int, row: int, adopted: int) -> str:
    """After a value was forced."""
    kept = f" {pixels(adopted).capitalize()} drawn before it {'is' if adopted == 1 else 'are'} kept." if adopted else ""
    return f"Forced {name} at row {row + 1}, column {column + 1}.{kept} The rest is drawn anew."


def forced_whole(name: str, column: int, row: int) -> str:
    """After a value was forced into a picture of which nothing is unknown."""
    return f"Forced {name} at row {row + 1}, column {column + 1}. Nothing is unknown after it: rub something out."


def value_name(level: int, levels: int, color: tuple[int, ...]) -> str:
    """What a value is called where its colour stands beside it."""
    return level_name(level, levels, color) if levels == 2 and len(color) == 1 else "what is there"


def level_name(level: int, levels: int, color: tuple[int, ...]) -> str:
    """What a value is called inside a sentence."""
    name = messages.color_name(level, levels, color)
    return name if name.startswith("#") else name.lower()


def speaking(name: str) -> str:
    """The map of a class that was pointed at."""
    return f"Orange speaks for {name}, blue against it: log p(pixel | before, class) − log p(pixel | before)."
