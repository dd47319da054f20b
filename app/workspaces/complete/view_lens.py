"""What an open lens looks like: the map on the canvas and its scale, the card in the inspector."""

from __future__ import annotations

from functools import lru_cache

from app.messages import color_name
from app.widgets.lens_card import LensCard
from app.widgets.lens_layers import Overlay
from app.workspaces.complete import lens_words as words
from app.workspaces.complete.lens_state import LENSES, LensMap, LensView, Spot
from app.workspaces.complete.state import CompleteState
from app.workspaces.complete.view_inspector import Inspector
from app.workspaces.complete.view_stage import Floor
from engine.contracts.manifest import ImageSpec


def offered() -> list[tuple[str, str, str]]:
    """The lenses as the bar offers them."""
    return [(name, words.NAMES[name], words.HELP[name]) for name in LENSES]


class LensDisplay:
    """From state to widgets, and never back."""

    def __init__(self, floor: Floor, inspector: Inspector) -> None:
        self._floor, self._inspector = floor, inspector
        floor.lenses.set_lenses(offered())
        floor.lenses.set_lens("none")

    def show(self, state: CompleteState, before: CompleteState | None) -> None:
        """Bring the widgets up to the state."""
        if before is None or before.lens != state.lens:
            self._floor.lenses.set_lens(state.lens)
        look, was = state.look, None if before is None else before.look
        if before is not None and look is was:
            return
        self._show_map(None if look is None else look.map, None if was is None else was.map)
        self._floor.canvas.set_pin(None if look is None else look.pinned)
        if (look is None) != (was is None) or before is None:
            self._inspector.set_looking(look is not None)
        if look is not None and state.manifest is not None:
            self._fill(self._inspector.lens, look, was, state.manifest.image)

    def _show_map(self, shown: LensMap | None, was: LensMap | None) -> None:
        if shown is was:
            return
        self._floor.canvas.set_overlay(None if shown is None else overlay_of(shown), at_once=was is not None)
        scale = self._floor.scale
        if shown is not None:
            scale.set_scale(shown.low, shown.high, shown.unit, shown.diverging)
            self._floor.place_scale()
        scale.setVisible(shown is not None)

    def _fill(self, card: LensCard, look: LensView, was: LensView | None, spec: ImageSpec) -> None:
        waiting = look.busy and look.map is None and not look.facts and look.spot is None
        note = look.note or (words.NO_ANSWER_YET if waiting and not look.problem else "")
        card.set_words(look.title, look.sentence, note, look.warning)
        problem = look.problem
        card.set_problem("" if problem is None else str(problem), "" if problem is None else problem.button)
        if was is None or look.facts is not was.facts:
            card.facts.set_facts(look.facts)
        if was is None or look.spot is not was.spot:
            self._show_spot(card, look.spot, spec)
        if was is None or look.fields is not was.fields:
            several = look.fields[:2] if len(look.fields) > 1 else ()  # one alone lies on the canvas already
            card.set_fields(tuple(f"{each.title}: {each.text}" for each in several))
            for view, field in zip(card.fields, look.fields, strict=False):
                view.set_map(overlay_of(field.map), field.column, field.row, field.title)
        if was is None or look.bars is not was.bars:
            card.set_bars_title("" if look.bars is None else look.bars.title)
            if look.bars is not None:
                bars = look.bars
                card.bars.set_bars(bars.names, bars.values, bars.spread, bars.chosen, bars.stale)

    def _show_spot(self, card: LensCard, spot: Spot | None, spec: ImageSpec) -> None:
        if spot is None:
            card.set_spot("", ())
            return
        told = spot.distribution
        card.set_spot(spot.title, spot.facts, told is not None)
        if told is not None:
            names = _level_names(spec)
            card.chart.set_distribution(told, spot.colors, names, spot.level, spot.pinned and spot.forcible)


def overlay_of(shown: LensMap) -> Overlay:
    """The map as the canvas takes it."""
    return Overlay(shown.values, shown.blind, shown.later, shown.diverging)


@lru_cache(maxsize=8)
def _level_names(spec: ImageSpec) -> tuple[str, ...]:
    """What every level is called."""
    colors = spec.palette or [(level,) for level in range(spec.levels)]
    return tuple(color_name(level, spec.levels, tuple(color)) for level, color in enumerate(colors))
