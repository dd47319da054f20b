"""A lesson's words as the rich text of labels: styles, and formulas with lowered and raised parts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from app.documents.lesson_text import Span

_VARIABLE = re.compile(r"(?<![A-Za-z&])([A-Za-z])(?![A-Za-z])")
"""A letter by itself is a variable, and slanted; ``log`` and ``ESS`` are names."""
_PLACED = re.compile(r"([_^])\{([^{}]*)\}")
_TAGS = {"_": "sub", "^": "sup"}
_GIVEN = "\u00a0\u2223\u00a0"
"""The bar of a condition: unlike the keyboard's, no line ends after it."""
_STYLES = {"strong": ("<b>", "</b>"), "emphasis": ("<i>", "</i>")}


def rich(spans: Sequence[Span]) -> str:
    """The words as Qt's rich text; nothing in them is taken for a tag."""
    return "".join(_rich(span) for span in spans)


def formula(text: str) -> str:
    """A formula: variables slanted, ``_{...}`` lowered, ``^{...}`` raised; it breaks at its spaces only."""
    whole = escape(text, quote=False).replace(" | ", _GIVEN)
    slanted = _VARIABLE.sub(r"<i>\1</i>", whole)
    return _PLACED.sub(lambda found: f"<{_TAGS[found[1]]}>{found[2]}</{_TAGS[found[1]]}>", slanted)


def spoken(text: str) -> str:
    """A formula as a screen reader gets it: without the braces."""
    return _PLACED.sub(lambda found: f" {'sub' if found[1] == '_' else 'to the'} {found[2]}", text)


def _rich(span: Span) -> str:
    if span.style == "formula":
        return f'<span style="white-space: nowrap">{formula(span.text)}</span>'
    before, after = _STYLES.get(span.style, ("", ""))
    return f"{before}{escape(span.text, quote=False)}{after}"
