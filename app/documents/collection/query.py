"""Which kept pictures, in which order: a value, and its SQL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.documents.collection.picture import LIKELIHOODS

ORDERS = ("newest", "class", "log_likelihood", "score")


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What is asked for; None asks for everything.

    ``label`` and ``class_name`` match whole (the empty one finds what has none), every word of ``text`` anywhere in
    label, class, model, family, data set or collections, whatever the case; ``deleted`` looks among the deleted ones.
    ``order`` is one of `ORDERS`, the highest value first, or the lowest if ``ascending``; for ``newest`` the oldest
    first.  Kinds of values are not mixed: exact log-likelihoods come before lower bounds on them.  Pictures without a
    class or value come last either way, the newest first.
    """

    model: str | None = None
    class_name: str | None = None
    starred: bool | None = None
    label: str | None = None
    collection: str | None = None
    text: str = ""
    deleted: bool = False
    order: str = "newest"
    ascending: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many pictures a query finds, and what else may be asked for.

    total, starred
        What the query finds, and how many it would find if it asked for stars too.
    all, deleted
        Everything that is there, and everything in the bin.
    models, classes, labels, collections
        How many the query would find if it asked for this model (class, ...) instead of its own; those with none left
        out.
    """

    total: int = 0
    starred: int = 0
    all: int = 0
    deleted: int = 0
    models: Mapping[str, int] = field(default_factory=dict)
    classes: Mapping[str, int] = field(default_factory=dict)
    labels: Mapping[str, int] = field(default_factory=dict)
    collections: Mapping[str, int] = field(default_factory=dict)


_WORDS = (
    "folded(label || ' ' || class_name || ' ' || model || ' ' || family || ' ' || dataset || ' ' ||"
    " coalesce((SELECT group_concat(name, ' ') FROM members WHERE picture = pictures.id), ''))"
)


def where(query: Query) -> tuple[str, list[object]]:
    """The conditions of a query on ``pictures``, and their values."""
    conditions = ["deleted IS NOT NULL" if query.deleted else "deleted IS NULL"]
    values: list[object] = []
    wanted = {"model": query.model, "class_name": query.class_name, "label": query.label, "starred": query.starred}
    for column, value in wanted.items():
        if value is not None:
            conditions.append(f"{column} = ?")
            values.append(value)
    if query.collection is not None:
        conditions.append("id IN (SELECT picture FROM members WHERE name = ?)")
        values.append(query.collection)
    for word in query.text.casefold().split():
        conditions.append(f"instr({_WORDS}, ?) > 0")
        values.append(word)
    return " AND ".join(conditions), values


def order_by(query: Query) -> str:
    """The order of a query's pictures, to the last of them."""
    way = "ASC" if query.ascending else "DESC"
    likelihoods = ", ".join(f"'{kind}'" for kind in LIKELIHOODS)
    back = "DESC" if query.ascending else "ASC"
    of_class = f"CASE WHEN class_name <> '' THEN dataset END {back}"
    ranks = ", ".join(f"kind <> '{kind}'" for kind in LIKELIHOODS)
    return {
        "newest": f"created {way}, id {way}",
        # classes are read from the first on, so "highest first" would be odd
        "class": f"class_name = '', {of_class}, class_id IS NULL, class_id {back}, class_name {back}, {_LATE}",
        "log_likelihood": f"{ranks}, CASE WHEN kind IN ({likelihoods}) THEN value END {way}, {_LATE}",
        "score": f"kind <> 'score', CASE WHEN kind = 'score' THEN value END {way}, {_LATE}",
    }[query.order]


_LATE = "created DESC, id DESC"
