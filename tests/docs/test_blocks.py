"""The extractor itself: what it takes for a block, and what it does not let pass."""

from __future__ import annotations

from tests.docs.blocks import Command, blocks, commands, files, unsaid

PAGE = """
Words.

```python a.py
x = 1
```

```text
no code
```

```console
$ ./run models
one  ... three
$ ./run self-test bad   # exit code 1
```

```python a.py
y = 2
```

```python b.py
z = 3
```
"""


def test_blocks_of_one_name_are_one_file() -> None:
    assert files(blocks(PAGE)) == {"a.py": "x = 1\n\n\ny = 2\n", "b.py": "z = 3\n"}


def test_a_console_has_commands_with_what_they_say() -> None:
    console = next(block for block in blocks(PAGE) if block.language == "console")
    assert commands(console) == [
        Command("./run models", 0, ("one  ... three",)),
        Command("./run self-test bad", 1, ()),
    ]


def test_what_is_not_said_is_found() -> None:
    assert unsaid(("one ... three", "done"), "x\none  two   three\ndone\n") == []
    assert unsaid(("done", "one"), "one\ndone\n") == ["one"]  # in this order
    assert unsaid(("one ...",), "no one comes\n") == ["one ..."]
    assert unsaid(("a.c",), "abc\n") == ["a.c"]
