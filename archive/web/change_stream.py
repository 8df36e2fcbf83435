"""The changes of the whole archive, newest first, filtered and in pages."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import get_args

from sqlite_utils import Database

from archive.changes import ArchiveChange, changes
from archive.errors import QueryError
from archive.model import Change

__all__ = ["KINDS", "Changes", "changes_page"]

KINDS: tuple[str, ...] = get_args(Change)


@dataclass(frozen=True, slots=True)
class Changes:
    """``next``: cursor of the following page, None on the last."""

    changes: tuple[ArchiveChange, ...]
    next: str | None


def changes_page(
    db: Database, *, kind: str | None = None, source: str | None = None, since: str | None = None,
    cursor: str | None = None, limit: int = 50,
) -> Changes:  # fmt: skip
    """``since``: the beginning of an ISO time, UTC. Raises QueryError for what is no kind or cursor."""
    if kind and kind not in KINDS:
        raise QueryError(f"no kind of change {kind[:40]!r}; there are {', '.join(KINDS)}")
    kinds = (kind,) if kind else ()
    found = tuple(
        islice(changes(db, since or "", limit + 1, source=source or None, kinds=kinds, cursor=cursor), limit + 1)
    )
    shown = found[:limit]
    return Changes(shown, shown[-1].cursor if len(found) > limit else None)
