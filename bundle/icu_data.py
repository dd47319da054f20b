"""Emptying what Qt never asks ICU for: converters of old encodings, names of units, currencies and languages, scripts.

ICU's data are one library of 32 MB, and Qt cannot be without it.  Qt sorts by it (collation, which stays) and knows
dates, numbers and languages by itself.  The items are overwritten with zeros in their places, so that the library stays
what it is to the loader; ICU says of such an item that it is not there, and the archive is some 10 MB smaller for it.
"""

from __future__ import annotations

import itertools
import re
import struct
from pathlib import Path

_UNUSED = re.compile(
    r"/(?:brkitr|unit|curr|lang|region|translit|rbnf|zone)/"
    r"|/[^/]+\.cnv$"
    r"|/unames\.icu$"
    r"|/(?!root\.|en\.)[a-z]{2,3}(?:_[A-Za-z0-9]+)*\.res$"
)
_FORMAT, _BEFORE_FORMAT = b"CmnD", 12
"""What marks the table of contents of ICU's data, and how far into its header."""


def is_unused(name: str) -> bool:
    """Whether an item of the data, ``icudt73l/coll/de.res`` for one, is of no use to Qt."""
    return bool(_UNUSED.search(name)) and "/coll/" not in name


def empty(library: Path) -> int:
    """Overwrite the unused items of a ``libicudata``; how many bytes they were, 0 for another kind of file."""
    content = bytearray(library.read_bytes())
    begin = content.find(_FORMAT) - _BEFORE_FORMAT
    if begin < 0:
        return 0
    (header,) = struct.unpack_from("<H", content, begin)
    table = begin + header
    (count,) = struct.unpack_from("<I", content, table)
    entries = [struct.unpack_from("<II", content, table + 4 + 8 * i) for i in range(count)]
    emptied = 0
    for (name_at, start), (_, end) in itertools.pairwise(entries):  # the end of the last one is written nowhere
        name = bytes(content[table + name_at : content.index(0, table + name_at)]).decode("ascii")
        if is_unused(name):
            content[table + start : table + end] = bytes(end - start)
            emptied += end - start
    library.write_bytes(content)
    return emptied
