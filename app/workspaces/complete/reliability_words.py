"""What is said of how far completions can be relied on.  The plain word first, figures behind it."""

from __future__ import annotations

from engine.contracts.particles import Particles

EXACT, RELIABLE, FEW, POOR = "Exact", "Reliable", "Few distinct answers", "Poor"
RUNNING, UNFINISHED = "Weighing", "Unfinished"
RASTER, PARTICLES = "Raster order", "Particles"
NOTHING_GIVEN = "Nothing is given: every picture is drawn straight from the model."
ALL_USED = "This order uses every given pixel."
ENOUGH = "Given pixels that come late were weighed, and enough particles fitted them."
MAY_CHANGE = "Rows shown may still be replaced by others that fit the given pixels better."
STATUS = "rows may still be replaced"
STOPPED_EARLY = "Particles were stopped before they had met every given pixel."
SAME_AS_ABOVE = "The same pictures as above: no given pixel comes late."
USE_PARTICLES = "Use particles"
BEYOND = "at temperature 0 only raster order is drawn"
CANNOT = "this model draws in raster order only"
WEIGHABLE = "particles would weigh that"
NOT_SHAPED = "above that was weighed"
THESE_TOO = "those above are in raster order too"
EXACT_HELP = "Each pixel was drawn from all that is given: nothing is estimated."
PARTICLES_HELP = (
    "Particles are pictures drawn side by side; whenever one meets a given pixel it is weighed by how well it fits, "
    "and unlikely ones end."
)
HOW_SURE = "How sure is that?"
SAMPLE_SIZE = "Effective sample size by row"
SAMPLE_SIZE_HELP = (
    "How many equally fitting particles the weighed ones are worth when a row is done: all of them where they fit "
    "alike, 1 where one outweighs the others; under the dashed line, a half, they are chosen anew by weight."
)
ONLY_COMPARED = "These are here to compare. Double click or Enter takes one; Method, under More, changes the others."


def ignores(count: int) -> str:
    """Raster order had no use for some given pixels."""
    return "Ignores 1 given pixel" if count == 1 else f"Ignores {count} given pixels"


def after_a_hole(count: int, advice: str) -> str:
    """Why it had none, and what could be done."""
    return f"{'It comes' if count == 1 else 'They come'} after a hole; {advice}."


def alike(shown: int, count: int) -> str:
    """Several completions are the same picture because there is little to choose."""
    differ = "are all one picture" if shown == 1 else f"make {shown} different pictures"
    return f"The given pixels leave little choice: these {count} {differ}."


def repeated(shown: int, count: int) -> str:
    """Several completions are the same picture because few particles were left."""
    differ = "are all one picture" if shown == 1 else f"make only {shown} different pictures"
    return f"Few particles fitted the given pixels: these {count} {differ}."


def narrow(lowest: float, each: int) -> str:
    """At one row few particles carried all of the weight, and yet of different beginnings."""
    return f"At one row about {_number(lowest)} of {each} particles fitted: completions have much in common."


def poor(lowest: float, each: int, ancestors: int) -> str:
    """At one row few particles carried all of the weight, and all go back to the same beginnings."""
    origin = "one beginning" if ancestors == 1 else f"{ancestors} beginnings"
    return f"At one row about {_number(lowest)} of {each} particles fitted, and all go back to {origin}."


def take(particles: int) -> str:
    """The button that asks for more particles."""
    return f"Take {particles} particles"


def facts(particles: Particles) -> tuple[tuple[str, str], ...]:
    """The figures behind the word: what each is called, and the figure."""
    runs = len(particles.ess)
    whole = particles.each * runs
    of = f" of {particles.each}" if particles.ess.size else ""
    return (
        ("particles", f"{whole}" + (f" in {runs} runs of {particles.each}" if runs > 1 else "")),
        ("smallest sample size", f"{particles.lowest * particles.each:.1f}{of}"),
        ("different completions", f"{particles.distinct} of {whole}"),
        ("beginnings (ancestors)", f"{particles.ancestors}"),
    )


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0") if value < 10 else f"{value:.0f}"
