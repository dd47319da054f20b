"""The body of a lesson: the little of Markdown that lessons are written in, as values.

Blocks are parted by blank lines.  ``## words`` is a heading, ``* words`` an item of a list, lines indented by four
spaces are formulas; ``![the formula in words](name.svg)`` is one that is drawn.  Inside words ``**strong**``,
``*emphasis*`` and `` `p(x)` `` (a formula) mean what they look like; ``[words](stage:name)`` is a button that sets the
stage of that name, ``[words](slider:parameter)`` the lesson's slider, and there are no other links.  In
formulas ``_{...}`` is lowered and ``^{...}`` raised.

Qt-free.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.translation import tr
from engine.errors import FileError

WRITE_AGAIN = tr("Correct the file, or install Reverie again to have it back.")
_INLINE = re.compile(r"\*\*(.+?)\*\*|\*(.+?)\*|`(.+?)`|\[([^\]]+)\]\(([^)\s]*)\)")
_DRAWN = re.compile(r"!\[([^\]]+)\]\(([a-z0-9-]+\.svg)\)")
_STYLES = ("strong", "emphasis", "formula")


@dataclass(frozen=True, slots=True)
class Span:
    """Words of one ``style``: plain (empty), strong, emphasis or formula."""

    text: str
    style: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A button: its words, and what it is for: a ``kind`` (stage or slider) and which one."""

    text: str
    kind: str
    target: str


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, one of ``kind`` text, heading, item, formula, drawn; below it its buttons.

    Of a paragraph of nothing but links there are no ``spans``; links among other words are both words and buttons.
    A drawn formula has the ``drawing``'s file name, and as words what it says.
    """

    kind: str
    spans: tuple[Span, ...]
    links: tuple[Link, ...] = ()
    drawing: str = ""

    @property
    def text(self) -> str:
        """The words without their styles."""
        return "".join(span.text for span in self.spans)


def parse_body(text: str, file: str) -> tuple[Block, ...]:
    """The blocks of a body; raises `FileError`, which names the ``file``, for a link that is none of ours."""
    return tuple(block for chunk in re.split(r"\n[ \t]*\n", text) for block in _blocks(chunk, file))


def words_of(blocks: tuple[Block, ...]) -> int:
    """How many words there are to read, formulas and buttons left out."""
    return sum(len(block.text.split()) for block in blocks if block.kind not in ("formula", "drawn"))


def _blocks(chunk: str, file: str) -> Iterator[Block]:
    lines = [line.rstrip() for line in chunk.split("\n") if line.strip()]
    if not lines:
        return
    if all(line.startswith("    ") for line in lines):
        yield from (Block("formula", (Span(line.strip(), "formula"),)) for line in lines)
    elif lines[0].startswith("!["):
        yield _drawn(" ".join(line.strip() for line in lines), file)
    elif lines[0].startswith("## "):
        yield _block("heading", " ".join(lines).removeprefix("## "), file)
    elif lines[0].startswith("* "):
        items = re.split(r"\n\* ", "\n".join(lines).removeprefix("* "))
        yield from (_block("item", " ".join(item.split()), file) for item in items)
    else:
        yield _block("text", " ".join(line.strip() for line in lines), file)


def _block(kind: str, text: str, file: str) -> Block:
    spans, links = list[Span](), list[Link]()
    at = 0
    for found in _INLINE.finditer(text):
        spans.append(Span(text[at : found.start()]))
        at = found.end()
        if found[4] is not None:
            links.append(_link(found[4], found[5], file))
            spans.append(Span(found[4], "link"))
        else:
            spans.extend(Span(found[n + 1], style) for n, style in enumerate(_STYLES) if found[n + 1] is not None)
    spans.append(Span(text[at:]))
    shown = [span for span in spans if span.text]
    alone = all(span.style == "link" or not span.text.strip() for span in shown)
    plain = [Span(span.text) if span.style == "link" else span for span in shown]
    return Block(kind, () if alone else tuple(plain), tuple(links))


def _drawn(text: str, file: str) -> Block:
    found = _DRAWN.fullmatch(text)
    if found is None:
        raise FileError(
            tr("In the lesson {file} the drawing {text!r} is no ![words](name.svg).").format(file=file, text=text[:60]),
            WRITE_AGAIN,
        )
    return Block("drawn", (Span(found[1]),), drawing=found[2])


def _link(text: str, target: str, file: str) -> Link:
    kind, colon, name = target.partition(":")
    if not colon or kind not in ("stage", "slider") or not name:
        raise FileError(
            tr("In the lesson {file} the link {target!r} is neither a stage nor a slider.").format(
                file=file, target=target
            ),
            WRITE_AGAIN,
        )
    return Link(text, kind, name)
