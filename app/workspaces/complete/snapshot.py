"""From the presenter's parts to the state that the view shows.

What did not change keeps its identity: previews, dots and choices are made once and handed out until they change.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from app import messages
from app.documents.partial_image import UNKNOWN, PartialImage
from app.documents.picture_fit import level_values
from app.documents.sample_set import SampleSet
from app.workspaces.complete import reliability
from app.workspaces.complete import reliability_words as words
from app.workspaces.complete import time_machine_words as machine_words
from app.workspaces.complete.branching import branch_on_show
from app.workspaces.complete.colors import level_of
from app.workspaces.complete.comparing import Comparing
from app.workspaces.complete.completing import Completing
from app.workspaces.complete.desk import Desk, parameter_choices, parameter_fields, weighs
from app.workspaces.complete.kept import Kept
from app.workspaces.complete.lenses import Lenses
from app.workspaces.complete.scoring import Scoring
from app.workspaces.complete.state import Comparison, CompleteState, Example, Reading, ScoreView
from app.workspaces.complete.time_machine_line import at_rest, drawing_of, timeline
from app.workspaces.complete.time_machine_state import Timeline
from app.workspaces.complete.verdict import Verdict
from engine.contracts.arrays import Image, Observed
from engine.contracts.events import Completion
from engine.contracts.manifest import Manifest

_NOTHING = PartialImage.blank(1, 1, 1)


class Snapshot:
    """Makes a `CompleteState` of a desk and of what happens to it."""

    def __init__(
        self,
        completing: Completing,
        comparing: Comparing,
        scoring: Scoring,
        lenses: Lenses,
        examples: Sequence[Example],
    ) -> None:
        self._completing, self._comparing, self._scoring, self._lenses = completing, comparing, scoring, lenses
        self._examples = tuple(examples)
        self._keep = Kept().keep

    def take(
        self,
        models: tuple[Manifest, ...],
        desk: Desk | None,
        *,
        hovered: int,
        beside: int,
        message: str,
        now_ms: float,
    ) -> CompleteState:
        """The present state."""
        if desk is None:
            problem = messages.no_models()
            return CompleteState(
                models=models, document=_NOTHING, problem=problem, message=message, engine=self._completing.engine
            )
        samples = self._completing.samples
        document = desk.document
        shown = hovered if hovered >= 0 else desk.selected
        branch = branch_on_show(desk)
        seen = (samples, shown)
        if beside >= 0:
            seen = (self._comparing.samples if branch is None else branch.samples, beside)
        preview, preview_drawn = self._keep("preview", seen, lambda: _preview(*seen))
        unused, unused_text = self._keep("unused", (desk.made, document), self._unused, desk)
        return CompleteState(
            models=models,
            manifest=desk.manifest,
            document=document,
            images=None if samples is None else samples.images,
            drawn=None if samples is None else samples.drawn,
            selected=desk.selected,
            hovered=hovered,
            beside=beside,
            preview=preview,
            preview_drawn=preview_drawn,
            behind=branch.before.document if branch is not None and beside >= 0 else None,
            unused=unused,
            unused_text=unused_text,
            parameters=desk.edit.parameters,
            choices=self._keep("choices", (desk.manifest,), parameter_choices, desk.manifest),
            fields=self._fields(desk),
            seed_locked=desk.seed_locked,
            examples=self.examples_of(desk.manifest),
            timing=desk.timing,
            naive_text=messages.naive(desk.timing.naive_ms),
            message=message,
            hint=desk.hint,
            can_adopt=samples is not None and bool((document.state != 1).any()),
            **_at_hand(desk),
            **_scored(_scorer(models, desk.manifest), desk.manifest, self._scoring.view),
            **self._said(desk),
            **self._happening(desk, max(shown, 0), now_ms),
        )

    def examples_of(self, manifest: Manifest) -> tuple[Example, ...]:
        """The examples that suit a model, in their order."""
        suiting: tuple[Example, ...] = self._keep(
            "examples", (manifest.id,), lambda: tuple(e for e in self._examples if manifest.id in e.models)
        )
        return suiting

    def _happening(self, desk: Desk, tile: int, now_ms: float) -> dict[str, Any]:
        completing, scoring, playback = self._completing, self._scoring, self._completing.playback
        cursor = None if playback is None else playback.cursor(min(tile, playback.shape[0] - 1), now_ms)
        score = scoring.view
        return {
            "pace": completing.pace,
            "playing": playback is not None,
            "paused": playback is not None and playback.paused_ms is not None,
            "position": 1.0 if playback is None else playback.position(now_ms),
            "show_running": completing.show_running,
            "lens": self._lenses.lens,
            "look": self._lenses.view(),
            "timeline": self._timeline(desk, tile),
            "rewound": completing.rewound,
            "cursor": cursor,
            "reading": self._keep("reading", (desk.made, tile, cursor), _reading, desk, tile, cursor),
            "busy": completing.busy,
            "working": completing.busy or self._comparing.busy or self._lenses.working,
            "progress": self._progress(),
            "engine": completing.engine,
            "problem": completing.problem or scoring.problem,
            "score": score,
            "score_busy": scoring.busy,
            "score_text": messages.NOT_WHOLE if not desk.document.is_whole else score.text if score else "",
        }

    def _timeline(self, desk: Desk, tile: int) -> Timeline:
        """Where in the drawing the time machine stands."""
        made, completing = desk.made, self._completing
        if made is None or not completing.rewindable:
            return at_rest(desk.document.is_whole, completing.busy)
        drawing = self._keep("drawing", (made,), drawing_of, made)
        count, playback = completing.count(tile), completing.playback
        playing = playback is not None and playback.paused_ms is None
        return timeline(made, drawing, drawing.count if count is None else count, tile, playing)

    def _progress(self) -> float | None:
        """How far the most pressing work is."""
        if self._completing.busy:
            return self._completing.progress
        return self._comparing.progress if self._comparing.busy else self._lenses.progress

    def _said(self, desk: Desk) -> dict[str, Any]:
        """How far the completions can be relied on, and the same of those that they are compared with."""
        comparing, going = self._comparing, desk.provisional and self._completing.busy
        said = self._verdict(desk, going)
        weighed = desk.provisional or (desk.made is not None and desk.made.completion.method == "particles")
        branch = branch_on_show(desk)
        compared = None
        if branch is not None:
            compared = self._keep("compared", (branch,), branch.shown)
        elif comparing.shown:
            key = (comparing.samples, comparing.made, comparing.completed is desk.edit, comparing.busy)
            compared = self._keep("compared", (*key, comparing.problem, weighed), self._compared, desk, weighed)
        return {
            "verdict": said,
            "stale": desk.completed is not desk.edit and not desk.provisional,
            "heading": "" if said is None or compared is None else _heading(compared, weighed),
            "status": words.STATUS if going else machine_words.PARTICLES_NOTE if self._rewound_particles(desk) else "",
            "comparison": compared,
        }

    def _rewound_particles(self, desk: Desk) -> bool:
        """What is shown halfway is one particle's line."""
        weighed = desk.made is not None and desk.made.completion.particles is not None
        return weighed and self._completing.rewound

    def _verdict(self, desk: Desk, going: bool) -> Verdict | None:
        if desk.samples is None or (desk.made is None and not desk.provisional):
            return None
        if desk.provisional:
            said: Verdict = self._keep("verdict", (going,), reliability.running if going else reliability.unfinished)
        else:
            said = self._keep("verdict", (desk.made,), reliability.verdict, desk.made, desk.manifest)
        return said

    def _compared(self, desk: Desk, weighed: bool) -> Comparison:
        comparing = self._comparing
        samples, made = comparing.samples, comparing.made
        return Comparison(
            images=None if samples is None else samples.images,
            drawn=None if samples is None else samples.drawn,
            verdict=None if made is None else reliability.compared(made, desk.manifest, weighed),
            stale=comparing.completed is not desk.edit,
            busy=comparing.busy,
            problem=comparing.problem,
        )

    def _unused(self, desk: Desk) -> tuple[Observed | None, str]:
        made, document = desk.made, desk.document
        if made is None or document.is_whole or made.completion.unused.shape != document.state.shape:
            return None, ""
        unused = made.completion.unused & (document.state != UNKNOWN)
        count = int(unused.sum())
        return (unused, messages.unused_pixels(count, made.completion.orientation)) if count else (None, "")

    def _fields(self, desk: Desk) -> frozenset[str]:
        particles = weighs(desk.manifest, desk.edit.parameters)
        kept: frozenset[str] = self._keep(
            "fields", (desk.manifest, particles), parameter_fields, desk.manifest, particles
        )
        return kept


def _heading(compared: Comparison, weighed: bool) -> str:
    """What the completions are called beside the others."""
    return machine_words.AFTER if compared.branch else words.PARTICLES if weighed else words.RASTER


def _at_hand(desk: Desk) -> dict[str, Any]:
    """The tools, and whether the history goes on."""
    return {
        "tool": desk.tool,
        "brush_radius": desk.brush_radius,
        "color": desk.color,
        "colors": desk.colors,
        "can_undo": desk.history.can_undo,
        "can_redo": desk.history.can_redo,
        "can_release": desk.document.has_adopted,
    }


def _preview(samples: SampleSet | None, shown: int) -> tuple[Image | None, Observed | None]:
    if samples is None or not 0 <= shown < samples.count:
        return None, None
    return samples.images[shown], samples.drawn[shown]


def _scorer(models: Sequence[Manifest], manifest: Manifest) -> Manifest | None:
    """The other model that gives the likelihood, if one does."""
    return next((model for model in models if model.id == manifest.scored_by != manifest.id), None)


def _scored(scorer: Manifest | None, manifest: Manifest, score: ScoreView | None) -> dict[str, Any]:
    """Who gives the likelihood, and what is to be known of it."""
    text = "" if scorer is None else messages.scorer_note(scorer.title, manifest.title)
    return {"scorer": scorer, "scorer_text": text, "score_note": _score_note(score, text)}


def _score_note(score: ScoreView | None, scorer_text: str) -> str:
    if score is None:
        return ""
    alone = score.quantiles is None
    given = messages.class_note(score.class_name) if score.class_name and not alone else ""
    return " ".join(part for part in (score.sentence if alone else "", given, scorer_text) if part)


def _reading(desk: Desk, tile: int, cursor: int | None) -> Reading | None:
    """What stands at the cursor of the replay."""
    if cursor is None or desk.made is None or tile >= len(desk.made.completion.images):
        return None
    completion: Completion = desk.made.completion
    spec = desk.manifest.image
    y, x = divmod(cursor, spec.width)
    probability = float(np.exp(min(float(completion.log_prob[tile, y, x]), 0.0)))
    distribution = completion.distribution
    return Reading(
        pixel=cursor,
        probability=probability,
        level=level_of(completion.images[tile, y, x], spec),
        distribution=None if distribution is None else distribution[tile, y, x].astype(np.float32),
        colors=level_values(spec),
        text=messages.chain_rule(probability),
    )
