"""The blocks of code in a Markdown document: files to write, and a console with what it must say."""

from __future__ import annotations

import re
from dataclasses import dataclass

FENCE = re.compile(r"^```(\w+)(?: ([^\n]+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EXIT_CODE = re.compile(r"\s+# exit code (\d+)$")


@dataclass(frozen=True)
class Block:
    """A fenced block: its ``language``, what stands behind that (a file's name), and its text."""

    language: str
    title: str
    text: str


@dataclass(frozen=True)
class Command:
    """A line of a console block behind ``$``, the exit code it must have, and lines that it must print; ``...`` in
    these stands for any text."""

    line: str
    exit_code: int
    expected: tuple[str, ...]


def blocks(markdown: str) -> list[Block]:
    """The fenced blocks of a document, in order."""
    return [Block(language, title or "", text) for language, title, text in FENCE.findall(markdown)]


def files(found: list[Block]) -> dict[str, str]:
    """The Python files of a document: blocks with the same name are parts of one file."""
    whole: dict[str, str] = {}
    for block in found:
        if block.language == "python":
            whole[block.title] = whole.get(block.title, "") + "\n\n" * (block.title in whole) + block.text
    return whole


def commands(block: Block) -> list[Command]:
    """What a console block does."""
    found: list[Command] = []
    for line in block.text.splitlines():
        if line.startswith("$ "):
            code = EXIT_CODE.search(line)
            found.append(Command(EXIT_CODE.sub("", line[2:]), int(code[1]) if code else 0, ()))
        else:
            last = found.pop()
            found.append(Command(last.line, last.exit_code, (*last.expected, line)))
    return found


def unsaid(expected: tuple[str, ...], output: str) -> list[str]:
    """The expected lines that the output lacks in this order; spaces count as one."""
    lines = iter([" ".join(line.split()) for line in output.splitlines()])
    missing = []
    for wanted in expected:
        pattern = pattern_of(wanted)
        if not any(pattern.fullmatch(line) for line in lines):
            missing.append(wanted)
    return missing


def pattern_of(wanted: str) -> re.Pattern[str]:
    """A line of a document as a pattern: ``...`` is any text."""
    parts = (re.escape(" ".join(part.split())) for part in wanted.split("..."))
    return re.compile(r"\s*.*\s*".join(parts))
