"""The verbs of the plane: what is in view, what lies on it, how it is laid out, and what spans it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from app.documents.latent_chart import LAYOUTS, Rect
from app.workspaces.latent import words
from app.workspaces.latent.desk import Desk, Place
from app.workspaces.latent.snapshot import possible_layers
from app.workspaces.latent.spans import Span, checked_span, directions_of, has_prior, kinds_of, other_anchors
from app.workspaces.latent.walking import Walking


class Spanning(Walking):
    """The plane through the point."""

    def look(self, view: Rect, unit: float, fitted: bool = False) -> None:
        """This part of the chart is in view, ``unit`` device-independent px a chart unit; fitted, it is all of home."""
        self._verbs += 1
        self._view = (view, unit)
        if self._desk is not None:
            self._desk.view = None if fitted else view
        self._map.look(view, unit)
        self._publish()

    def set_layer(self, layer: str, shown: bool) -> None:
        """Show or hide a layer."""
        desk = self._input()
        possible = desk is not None and layer in possible_layers(desk.manifest, desk.arrays)
        if desk is not None and possible and shown != (layer in desk.layers):
            self._push(replace(desk.now, layers=desk.layers ^ {layer}))
        else:
            self._publish()

    def toggle_layer(self, layer: str) -> None:
        """Show a layer that is hidden, hide one that shows."""
        if self._desk is not None:
            self.set_layer(layer, layer not in self._desk.layers)

    def set_layout(self, layout: str) -> None:
        """Lay the plane out evenly, or by the prior where there is one."""
        desk = self._input()
        possible = desk is not None and layout in LAYOUTS and (layout == "plain" or has_prior(desk.manifest))
        if desk is not None and possible and layout != desk.layout:
            self._push(replace(desk.now, layout=layout))
        else:
            self._publish()

    def toggle_layout(self) -> None:
        """The other layout."""
        if self._desk is not None:
            self.set_layout("plain" if self._desk.layout == "normal" else "normal")

    def set_span_kind(self, kind: str) -> None:
        """Span the plane by this kind of directions, the first two of them; the point stays.

        Of three pictures the point becomes A, so that the plane holds it and the other two.
        """
        desk = self._input()
        if desk is None or kind not in kinds_of(desk.dim, desk.arrays):
            return
        if kind == "pictures":
            z = np.asarray(desk.now.z, np.float64)
            here = desk.now.with_anchors((z, *other_anchors(z, desk.now.anchors)))
            self._respan(desk, here, Span(kind))
            return
        offered = directions_of(kind, desk.dim, desk.arrays)
        self._respan(desk, desk.now, Span(kind, offered[0][0], offered[1][0]))

    def set_span(self, first: int, second: int) -> None:
        """Span the plane by these two of the present kind's directions; the same one twice changes places."""
        desk = self._input()
        if desk is None:
            return
        span = desk.now.span
        if first == second:
            first, second = span.second, span.first
        self._respan(desk, desk.now, Span(span.kind, first, second))

    def set_anchor(self, index: int) -> None:
        """Make the point the picture A, B or C that the plane is spanned by."""
        desk = self._input()
        if desk is None or not 0 <= index < 3:
            return
        z = np.asarray(desk.now.z, np.float64)
        anchors = tuple(z if place == index else anchor for place, anchor in enumerate(desk.now.anchors))
        changed = desk.now.with_anchors(anchors)
        if desk.now.span.kind == "pictures":
            respanned = changed.with_span(desk.now.span, desk.arrays)
            if respanned is None:
                self._say(words.NO_PLANE)
                return
            changed = respanned
        self._went(changed)

    def _respan(self, desk: Desk, before: Place, span: Span) -> None:
        checked = checked_span(span, desk.dim, desk.arrays)
        now = None if checked is None else before.with_span(checked, desk.arrays)
        if now is None:
            self._say(words.NO_PLANE)
            return
        desk.history.seal()
        self._went(now)
