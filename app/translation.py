"""The language of the program's words: every text that a person reads goes through `tr`, Qt or no Qt.

`tr` is what ``lupdate`` looks for, so a text is found where it stands, in a view or in a sentence of a presenter.  The
shell says who translates (`app.shell.language`), before any module with words of its own is loaded: words that are kept
in a module's constants are taken once.  Without a translation a text is shown as it is written, in English.
"""

from __future__ import annotations

from collections.abc import Callable

Translate = Callable[[str], str]


def _as_written(text: str) -> str:
    return text


_translate: list[Translate] = [_as_written]


def use(translate: Translate | None) -> None:
    """From now on ``translate`` gives a text in the person's language; None for English, as the texts are written."""
    _translate[0] = translate or _as_written


def tr(text: str) -> str:
    """``text`` in the person's language.

    ``text`` is a literal, never an f-string, so that ``lupdate`` finds it; what varies is filled in afterwards, by
    names that a translator may put in another order: ``tr("Saved {name}.").format(name=name)``.
    """
    return _translate[0](text)
