"""What is said of how far completions can be relied on.  The plain word first, figures behind it."""

from __future__ import annotations

from app.translation import tr
from engine.contracts.particles import Particles

EXACT, RELIABLE, FEW, POOR = tr("Exact"), tr("Reliable"), tr("Few distinct answers"), tr("Poor")
RUNNING, UNFINISHED = tr("Weighing"), tr("Unfinished")
RASTER, PARTICLES = tr("Raster order"), tr("Particles")
NOTHING_GIVEN = tr("Nothing is given: every picture is drawn straight from the model.")
ALL_USED = tr("This order uses every given pixel.")
ENOUGH = tr("Given pixels that come late were weighed, and enough particles fitted them.")
MAY_CHANGE = tr("Rows shown may still be replaced by others that fit the given pixels better.")
STATUS = tr("rows may still be replaced")
STOPPED_EARLY = tr("Particles were stopped before they had met every given pixel.")
SAME_AS_ABOVE = tr("The same pictures as above: no given pixel comes late.")
USE_PARTICLES = tr("Use particles")
BEYOND = tr("at temperature 0 only raster order is drawn")
CANNOT = tr("this model draws in raster order only")
WEIGHABLE = tr("particles would weigh that")
NOT_SHAPED = tr("above that was weighed")
THESE_TOO = tr("those above are in raster order too")
EXACT_HELP = tr("Each pixel was drawn from all that is given: nothing is estimated.")
PARTICLES_HELP = tr(
    "Particles are pictures drawn side by side; whenever one meets a given pixel it is weighed by how well it fits, "
    "and unlikely ones end."
)
HOW_SURE = tr("How sure is that?")
SAMPLE_SIZE = tr("Effective sample size by row")
SAMPLE_SIZE_HELP = tr(
    "How many equally fitting particles the weighed ones are worth when a row is done: all of them where they fit "
    "alike, 1 where one outweighs the others; under the dashed line, a half, they are chosen anew by weight."
)
ONLY_COMPARED = tr(
    "These are here to compare. Double click or Enter takes one; Method, under More, changes the others."
)


def ignores(count: int) -> str:
    """Raster order had no use for some given pixels."""
    return tr("Ignores 1 given pixel") if count == 1 else tr("Ignores {count} given pixels").format(count=count)


def after_a_hole(count: int, advice: str) -> str:
    """Why it had none, and what could be done."""
    return tr("{word} after a hole; {advice}.").format(
        word=tr("It comes") if count == 1 else tr("They come"), advice=advice
    )


def alike(shown: int, count: int) -> str:
    """Several completions are the same picture because there is little to choose."""
    differ = tr("are all one picture") if shown == 1 else tr("make {shown} different pictures").format(shown=shown)
    return tr("The given pixels leave little choice: these {count} {differ}.").format(count=count, differ=differ)


def repeated(shown: int, count: int) -> str:
    """Several completions are the same picture because few particles were left."""
    differ = tr("are all one picture") if shown == 1 else tr("make only {shown} different pictures").format(shown=shown)
    return tr("Few particles fitted the given pixels: these {count} {differ}.").format(count=count, differ=differ)


def narrow(lowest: float, each: int) -> str:
    """At one row few particles carried all of the weight, and yet of different beginnings."""
    return tr("At one row about {number} of {each} particles fitted: completions have much in common.").format(
        number=_number(lowest), each=each
    )


def poor(lowest: float, each: int, ancestors: int) -> str:
    """At one row few particles carried all of the weight, and all go back to the same beginnings."""
    origin = tr("one beginning") if ancestors == 1 else tr("{ancestors} beginnings").format(ancestors=ancestors)
    return tr("At one row about {number} of {each} particles fitted, and all go back to {origin}.").format(
        number=_number(lowest), each=each, origin=origin
    )


def take(particles: int) -> str:
    """The button that asks for more particles."""
    return tr("Take {particles} particles").format(particles=particles)


def facts(particles: Particles) -> tuple[tuple[str, str], ...]:
    """The figures behind the word: what each is called, and the figure."""
    runs = len(particles.ess)
    whole = particles.each * runs
    of = tr(" of {each}").format(each=particles.each) if particles.ess.size else ""
    return (
        (
            "particles",
            f"{whole}" + (tr(" in {runs} runs of {each}").format(runs=runs, each=particles.each) if runs > 1 else ""),
        ),
        (tr("smallest sample size"), f"{particles.lowest * particles.each:.1f}{of}"),
        (tr("different completions"), tr("{distinct} of {whole}").format(distinct=particles.distinct, whole=whole)),
        (tr("beginnings (ancestors)"), f"{particles.ancestors}"),
    )


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0") if value < 10 else f"{value:.0f}"
