"""What hostile or half-broken hands make of a captured workspace: one of its values is another one, or is gone."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

ODD: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 2**31, 2**62, -(2**62), 0.5, -1e300, 1e300, "", "x", "x" * 10_000, "\0"),
    *([], [[]], {}, {"shape": [1], "zlib": "eA=="}, {"shape": [4096, 4096], "zlib": ""}, [0] * 5000, {"": {"": []}}),
)
"""All of them are JSON that a scene's own check lets through."""
Path = tuple[str | int, ...]


def damaged(captured: Any) -> st.SearchStrategy[Any]:
    """Copies of a capture in which up to three values are odd."""
    paths = [path for path in _paths(captured, ()) if path]
    changes = st.lists(st.tuples(st.sampled_from(paths), st.sampled_from(ODD)), min_size=1, max_size=3)
    return changes.map(lambda chosen: _changed(captured, chosen))


def _paths(value: Any, here: Path) -> Iterator[Path]:
    yield here
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _paths(inner, (*here, key))
    elif isinstance(value, list) and len(value) < 50:
        for index, inner in enumerate(value):
            yield from _paths(inner, (*here, index))


def _changed(captured: Any, changes: list[tuple[Path, Any]]) -> Any:
    found = copy.deepcopy(captured)
    for path, odd in changes:
        inner = found
        try:
            for key in path[:-1]:
                inner = inner[key]
            inner[path[-1]] = copy.deepcopy(odd)
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change has taken that part away
    return found
